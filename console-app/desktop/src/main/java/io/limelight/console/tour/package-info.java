/** Five steps around the window, for whoever sees it for the first time. */
@NullMarked
package io.limelight.console.tour;

import org.jspecify.annotations.NullMarked;
