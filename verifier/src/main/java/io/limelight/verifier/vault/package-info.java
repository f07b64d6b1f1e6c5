/** Secrets at rest: the storage key, sealing and opening. */
@NullMarked
package io.limelight.verifier.vault;

import org.jspecify.annotations.NullMarked;
