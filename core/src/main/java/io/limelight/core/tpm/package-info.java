/** TPM 2.0 structures, strictly parsed; quote verification; MakeCredential. */
@NullMarked
package io.limelight.core.tpm;

import org.jspecify.annotations.NullMarked;
