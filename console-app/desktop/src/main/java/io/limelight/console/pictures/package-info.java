/** Draws registered scenes into picture files. */
@NullMarked
package io.limelight.console.pictures;

import org.jspecify.annotations.NullMarked;
