/** TPM keys in software, for load tools and tests only: agents and services may not use this package. */
@NullMarked
package io.limelight.core.tpm.soft;

import org.jspecify.annotations.NullMarked;
