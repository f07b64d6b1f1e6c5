/** The corner of the desktop: how the fleet stands while the window is behind others. */
@NullMarked
package io.limelight.console.tray;

import org.jspecify.annotations.NullMarked;
