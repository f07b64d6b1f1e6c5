/** Who is due, and that nobody is asked twice at once or by a run that has ended. */
@NullMarked
package io.limelight.verifier.fleet;

import org.jspecify.annotations.NullMarked;
