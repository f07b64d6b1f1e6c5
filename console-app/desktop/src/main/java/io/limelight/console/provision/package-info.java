/** Giving machines their payload, from choosing them to the receipt. */
@NullMarked
package io.limelight.console.provision;

import org.jspecify.annotations.NullMarked;
