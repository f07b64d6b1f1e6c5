/** One attestation: fetch, appraise, commit, act. */
@NullMarked
package io.limelight.verifier.attest;

import org.jspecify.annotations.NullMarked;
