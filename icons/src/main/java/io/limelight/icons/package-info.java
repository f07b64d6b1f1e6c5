/** The icons: drawn as SVG, rendered at build time into what each desktop wants. */
@NullMarked
package io.limelight.icons;

import org.jspecify.annotations.NullMarked;
