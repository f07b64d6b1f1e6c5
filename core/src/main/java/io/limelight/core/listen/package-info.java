/** A CA on the network: its CRL published, signed notices taken and judged. */
@NullMarked
package io.limelight.core.listen;

import org.jspecify.annotations.NullMarked;
