/** Secrets that zero themselves and files that only their owner reads. */
@NullMarked
package io.limelight.core.secret;

import org.jspecify.annotations.NullMarked;
