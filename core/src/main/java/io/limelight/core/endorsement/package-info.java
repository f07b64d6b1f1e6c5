/** Whether an endorsement key is one of a TPM that somebody vouches for: vendor certificates, an administrator's script. */
@NullMarked
package io.limelight.core.endorsement;

import org.jspecify.annotations.NullMarked;
