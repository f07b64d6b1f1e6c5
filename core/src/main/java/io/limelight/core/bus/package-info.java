/** ZeroMQ, in one place: notices of revocation as they are published. */
@NullMarked
package io.limelight.core.bus;

import org.jspecify.annotations.NullMarked;
