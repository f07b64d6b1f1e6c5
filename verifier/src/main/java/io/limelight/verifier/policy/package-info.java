/** The policies a verifier judges by: what may be stored, who follows which, and what each says now. */
@NullMarked
package io.limelight.verifier.policy;

import org.jspecify.annotations.NullMarked;
