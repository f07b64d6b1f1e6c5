package io.limelight.cli.bench;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.TpmFormatException;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a machine's TPM does for a registration, with keys in memory.
 *
 * @param ek opens the registrar's credential
 * @param ak the key that the credential is for
 */
record SoftMachine(SoftEndorsementKey ek, SoftAttestationKey ak) {
    private static final String TAG = "HmacSHA384";

    /** RSA-2048 keys; takes a good part of a second. */
    static SoftMachine rsa(SecureRandom random) {
        return new SoftMachine(
                SoftEndorsementKey.generateRsa(2048, random),
                SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, random));
    }

    /** Registers and activates, as an agent at this address that shows this certificate. */
    void register(RegistrarClient registrar, AgentId id, int port, String certificatePem)
            throws ApiException, TpmFormatException, GeneralSecurityException {
        RegistrationRequest request = RegistrationRequest.of(
                ak.publicArea().toBase64(), ek.publicArea().toBase64(), "", "127.0.0.1", port, certificatePem);
        String blob = registrar.register(ApiVersion.CURRENT, id, request).blob();
        byte[] secret = ek.activate(
                CredentialBlob.parse(Base64.getDecoder().decode(blob)),
                ak.publicArea().name());
        Mac mac = Mac.getInstance(TAG);
        mac.init(new SecretKeySpec(Base64.getEncoder().encode(secret), TAG));
        String tag = HexFormat.of().formatHex(mac.doFinal(id.value().getBytes(StandardCharsets.UTF_8)));
        registrar.activate(ApiVersion.CURRENT, id, tag);
    }
}
