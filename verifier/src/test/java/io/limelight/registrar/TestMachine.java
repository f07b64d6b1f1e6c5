package io.limelight.registrar;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.CredentialBlob;
import io.limelight.core.tpm.EccCurve;
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
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine whose TPM is software.
 *
 * @param ek its endorsement key
 * @param ak its attestation key
 */
record TestMachine(SoftEndorsementKey ek, SoftAttestationKey ak) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A machine with elliptic curve keys, made in an instant. */
    static TestMachine ecc() {
        return new TestMachine(
                SoftEndorsementKey.generateEcc(EccCurve.P256, RANDOM),
                SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM));
    }

    /** A machine with RSA keys, as most are. */
    static TestMachine rsa() {
        return new TestMachine(
                SoftEndorsementKey.generateRsa(2048, RANDOM),
                SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM));
    }

    /** The same TPM with a new attestation key, as after the loss of the agent's files. */
    TestMachine withNewAk() {
        return new TestMachine(ek, SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM));
    }

    /** The registration a Rust agent without EK certificate sends. */
    ObjectNode registration() {
        return WireJson.object()
                .put("aik_tpm", ak.publicArea().toBase64())
                .put("ek_tpm", ek.publicArea().toBase64())
                .put("ekcert", "")
                .putNull("iak_cert")
                .putNull("idevid_cert")
                .put("ip", "127.0.0.1")
                .put("port", 9002)
                .put("mtls_cert", "disabled");
    }

    /** What its TPM answers to the challenge. */
    String answer(String blob, String id) throws GeneralSecurityException, TpmFormatException {
        byte[] secret = ek.activate(
                CredentialBlob.parse(Base64.getDecoder().decode(blob)),
                ak.publicArea().name());
        return tag(Base64.getEncoder().encodeToString(secret), id);
    }

    static String tag(String key, String id) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA384");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA384"));
        return HexFormat.of().formatHex(mac.doFinal(id.getBytes(StandardCharsets.UTF_8)));
    }
}
