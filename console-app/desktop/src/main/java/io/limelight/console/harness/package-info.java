/** Drives a window by name: lists what can be addressed, clicks, types, takes pictures. */
@NullMarked
package io.limelight.console.harness;

import org.jspecify.annotations.NullMarked;
