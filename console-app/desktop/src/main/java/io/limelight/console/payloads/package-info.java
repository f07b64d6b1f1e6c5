/** Payloads: the folders a person has, and the room where they are built. */
@NullMarked
package io.limelight.console.payloads;

import org.jspecify.annotations.NullMarked;
