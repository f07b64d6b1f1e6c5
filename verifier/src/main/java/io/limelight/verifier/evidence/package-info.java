/** What machines proved: kept for their current boot, shown, and judged by drafts of policies. */
@NullMarked
package io.limelight.verifier.evidence;

import org.jspecify.annotations.NullMarked;
