/**
 * Measured boot policies: what a boot log may say. Each reads a reference state, a JSON document an administrator keeps,
 * and judges a log by it; where the log comes from and whether a TPM vouches for it is not known here.
 */
@NullMarked
package io.limelight.core.policy.boot;

import org.jspecify.annotations.NullMarked;
