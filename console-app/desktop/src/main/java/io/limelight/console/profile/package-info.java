/** Which fleet a person means: a name, an environment, and where registrar, verifier and keys are. */
@NullMarked
package io.limelight.console.profile;

import org.jspecify.annotations.NullMarked;
