/** The console's own small controls. */
@NullMarked
package io.limelight.console.kit;

import org.jspecify.annotations.NullMarked;
