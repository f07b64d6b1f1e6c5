/** Notices of revocation as they travel: the message, its signature. */
@NullMarked
package io.limelight.core.revocation;

import org.jspecify.annotations.NullMarked;
