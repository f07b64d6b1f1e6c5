/** The machines of a fleet: finding them, seeing how they stand, understanding why, doing something to many. */
@NullMarked
package io.limelight.console.machines;

import org.jspecify.annotations.NullMarked;
