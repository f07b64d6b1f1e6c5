/** The share V on its way to a machine that passed. */
@NullMarked
package io.limelight.verifier.release;

import org.jspecify.annotations.NullMarked;
