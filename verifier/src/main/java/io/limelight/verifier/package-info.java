/** The verifier: who is due, one attestation, the release of V, the API. */
@NullMarked
package io.limelight.verifier;

import org.jspecify.annotations.NullMarked;
