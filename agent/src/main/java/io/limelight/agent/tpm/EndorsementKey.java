package io.limelight.agent.tpm;

import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.TpmPublic;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * The key that says which TPM this is.
 *
 * @param publicArea public area
 * @param certificates DER of its certificate and, behind it, of the chain found in the TPM; empty if the TPM has none
 */
public record EndorsementKey(TpmPublic publicArea, List<Octets> certificates) {
    public EndorsementKey {
        certificates = List.copyOf(certificates);
    }

    /** Certificates as one PEM text, the EK's first; the empty string if there are none, as the registrar wants it. */
    public String certificatesPem() {
        StringBuilder pem = new StringBuilder();
        certificates.forEach(der -> pem.append(PemFiles.encode("CERTIFICATE", der.toByteArray())));
        return pem.toString();
    }

    /**
     * SHA-256, in hex, of the key as PEM SubjectPublicKeyInfo with 64 columns and a final newline: the id {@code hash_ek}, and
     * what {@code agent_data.json} recognises the TPM by.
     */
    public String hash() {
        byte[] pem = PemFiles.publicKey(publicArea.publicKey()).getBytes(StandardCharsets.US_ASCII);
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(pem));
    }
}
