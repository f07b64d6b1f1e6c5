/** ZeroMQ: one text frame a message, nothing else. */
@NullMarked
package io.limelight.core.bus;

import org.jspecify.annotations.NullMarked;
