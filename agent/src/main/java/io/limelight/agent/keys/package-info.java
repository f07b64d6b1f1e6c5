/** The machine's own transport key and the shares that arrive under it. */
@NullMarked
package io.limelight.agent.keys;

import org.jspecify.annotations.NullMarked;
