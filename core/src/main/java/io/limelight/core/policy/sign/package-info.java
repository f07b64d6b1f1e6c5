/** Signed runtime policies: DSSE envelopes, made and verified. */
@NullMarked
package io.limelight.core.policy.sign;

import org.jspecify.annotations.NullMarked;
