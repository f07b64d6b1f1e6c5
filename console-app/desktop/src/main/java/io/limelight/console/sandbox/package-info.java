/** A fleet on this computer, started, watched, broken and stopped from the console. Knows no toolkit. */
@NullMarked
package io.limelight.console.sandbox;

import org.jspecify.annotations.NullMarked;
