/** The registrar: registration, activation, identity rules. */
@NullMarked
package io.limelight.registrar;

import org.jspecify.annotations.NullMarked;
