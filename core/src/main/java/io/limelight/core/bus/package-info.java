/** ZeroMQ in one place: its sockets belong to one thread each. */
@NullMarked
package io.limelight.core.bus;

import org.jspecify.annotations.NullMarked;
