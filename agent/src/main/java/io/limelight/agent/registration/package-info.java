/** Who this machine says it is, and making itself known to a registrar. */
@NullMarked
package io.limelight.agent.registration;

import org.jspecify.annotations.NullMarked;
