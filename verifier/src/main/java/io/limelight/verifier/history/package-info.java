/** What was counted as time went by: recorded, never made up. */
@NullMarked
package io.limelight.verifier.history;

import org.jspecify.annotations.NullMarked;
