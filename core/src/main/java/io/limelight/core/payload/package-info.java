/** Payloads: the keys K, U and V, the sealed container, archives packed and unpacked safely. */
@NullMarked
package io.limelight.core.payload;

import org.jspecify.annotations.NullMarked;
