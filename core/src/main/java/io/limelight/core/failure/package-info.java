/** The failure model: what went wrong, how bad it is, why it usually happens; born once and carried as data. */
@NullMarked
package io.limelight.core.failure;

import org.jspecify.annotations.NullMarked;
