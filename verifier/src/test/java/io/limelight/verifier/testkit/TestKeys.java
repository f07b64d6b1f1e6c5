package io.limelight.verifier.testkit;

import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Key pairs by name: RSA keys take long to make, so the tests of one process share them. */
public final class TestKeys {
    public static final SecureRandom RANDOM = new SecureRandom();

    private static final ConcurrentMap<String, KeyPair> RSA = new ConcurrentHashMap<>();

    private TestKeys() {}

    /** An RSA-2048 pair; the same for the same name. */
    public static KeyPair rsa(String name) {
        return RSA.computeIfAbsent(name, _ -> KeyPairs.rsa(2048, RANDOM));
    }

    /** The PEM text an agent sends as {@code pubkey}. */
    public static String pem(KeyPair pair) {
        return PemFiles.publicKey(pair.getPublic());
    }

    /** A new attestation key; P-256, which is quick to make and to sign with. */
    public static SoftAttestationKey attestationKey() {
        return SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);
    }
}
