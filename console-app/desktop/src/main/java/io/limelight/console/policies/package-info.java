/** Policies: what machines are judged by, changed with a look at what that would do to them. */
@NullMarked
package io.limelight.console.policies;

import org.jspecify.annotations.NullMarked;
