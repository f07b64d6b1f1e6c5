/** {@code limelight tenant} and {@code limelight userdata-encrypt}: Keylime's options and output over the acts of the core. */
@NullMarked
package io.limelight.cli.tenant;

import org.jspecify.annotations.NullMarked;
