/** How others are told of failures: notices made and signed, delivered and accounted for, and the stream of events. */
@NullMarked
package io.limelight.verifier.revocation;

import org.jspecify.annotations.NullMarked;
