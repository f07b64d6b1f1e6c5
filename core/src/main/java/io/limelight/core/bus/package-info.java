/** ZeroMQ in one place: notices of revocation as they are published. Its sockets belong to one thread each. */
@NullMarked
package io.limelight.core.bus;

import org.jspecify.annotations.NullMarked;
