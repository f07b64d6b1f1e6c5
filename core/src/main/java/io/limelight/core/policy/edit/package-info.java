/** A runtime policy being changed by a person: small immutable steps on top of what was read, and what they come to. */
@NullMarked
package io.limelight.core.policy.edit;

import org.jspecify.annotations.NullMarked;
