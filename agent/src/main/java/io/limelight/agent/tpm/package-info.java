/** The machine's TPM 2.0: connection, keys, credentials, PCRs and quotes; the only package that knows TSS.Java. */
@NullMarked
package io.limelight.agent.tpm;

import org.jspecify.annotations.NullMarked;
