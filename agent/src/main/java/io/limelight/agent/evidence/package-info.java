/** What a machine shows of itself: quotes, its IMA list, its boot log. */
@NullMarked
package io.limelight.agent.evidence;

import org.jspecify.annotations.NullMarked;
