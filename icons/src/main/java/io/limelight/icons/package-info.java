/** The application icon: one SVG source, rendered at build time into what each desktop wants. */
@NullMarked
package io.limelight.icons;

import org.jspecify.annotations.NullMarked;
