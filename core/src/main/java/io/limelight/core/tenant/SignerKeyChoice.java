package io.limelight.core.tenant;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A key whose IMA signatures make files acceptable.
 *
 * @param key certificate or key
 * @param proof what shows that it is the one meant
 */
public record SignerKeyChoice(DocumentSource key, Optional<Proof> proof) {
    /**
     * A detached signature over the key's file.
     *
     * @param signature OpenPGP or ECDSA
     * @param signer public key that made it
     */
    public record Proof(DocumentSource signature, Path signer) {}
}
