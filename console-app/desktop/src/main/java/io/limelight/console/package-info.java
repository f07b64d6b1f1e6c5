/** The desktop console: what starts it. */
@NullMarked
package io.limelight.console;

import org.jspecify.annotations.NullMarked;
