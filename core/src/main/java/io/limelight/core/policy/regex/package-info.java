/** Python's {@code re} as administrators write it, judged within bounds: parsed here, run by RE2/J or step by counted step. */
@NullMarked
package io.limelight.core.policy.regex;

import org.jspecify.annotations.NullMarked;
