/** Revocations: who is told of failures, what came of it, what is held back, and the way back of a machine. */
@NullMarked
package io.limelight.console.revocations;

import org.jspecify.annotations.NullMarked;
