/** How the console looks: light and dark, sizes of text, icons. */
@NullMarked
package io.limelight.console.theme;

import org.jspecify.annotations.NullMarked;
