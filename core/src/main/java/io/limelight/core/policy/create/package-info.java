/** Runtime policies made from what good machines hold: drafts, their sources, comparing, merging, linting, explaining. */
@NullMarked
package io.limelight.core.policy.create;

import org.jspecify.annotations.NullMarked;
