/** Something went wrong, as people read it: what happened, likely causes, what to do. */
@NullMarked
package io.limelight.console.problem;

import org.jspecify.annotations.NullMarked;
