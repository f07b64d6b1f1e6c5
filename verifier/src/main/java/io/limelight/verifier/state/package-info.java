/** What is remembered of machines: their enrolment, how far their attestation is, and who may write it. */
@NullMarked
package io.limelight.verifier.state;

import org.jspecify.annotations.NullMarked;
