/** Runtime policies: which files, keys and buffers an IMA list may hold. Parsed once, immutable, shared. */
@NullMarked
package io.limelight.core.policy.runtime;

import org.jspecify.annotations.NullMarked;
