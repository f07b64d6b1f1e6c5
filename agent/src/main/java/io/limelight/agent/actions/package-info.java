/** Notices of revocation: taken in, checked, recorded. */
@NullMarked
package io.limelight.agent.actions;

import org.jspecify.annotations.NullMarked;
