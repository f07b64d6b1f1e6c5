/** Every control of the kit in every state, on one page each. */
@NullMarked
package io.limelight.console.sampler;

import org.jspecify.annotations.NullMarked;
