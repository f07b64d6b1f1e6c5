/** Long work as data: its steps as they happen, and a way to stop it down to the socket. */
@NullMarked
package io.limelight.core.task;

import org.jspecify.annotations.NullMarked;
