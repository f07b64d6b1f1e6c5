package io.limelight.agent.registration;

import io.limelight.agent.tpm.AttestationKeyBlob;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.SigningAlgorithm;

/**
 * What an agent remembers about its attestation key.
 *
 * @param hash its hash algorithm
 * @param signing its signature scheme
 * @param key the key
 * @param endorsementHash hex SHA-256 of the PEM of the EK it was made under
 */
public record AgentData(HashAlgorithm hash, SigningAlgorithm signing, AttestationKeyBlob key, String endorsementHash) {
    /** Whether the key fits this configuration and this TPM; otherwise another one is made, as the Rust agent does. */
    public boolean fits(HashAlgorithm wantedHash, SigningAlgorithm wantedSigning, String presentEndorsementHash) {
        return hash == wantedHash && signing == wantedSigning && endorsementHash.equals(presentEndorsementHash);
    }
}
