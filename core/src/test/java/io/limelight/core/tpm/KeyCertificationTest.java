package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyCertificationTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final byte[] HASHED_ID = HashAlgorithm.SHA256.digest(ID.getBytes(StandardCharsets.UTF_8));
    private static final ClockInfo CLOCK = new ClockInfo(1, 0, 0, true);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final SoftAttestationKey AK =
            SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM);

    /** RSASSA, RSAPSS and ECDSA, as the IAK templates have them. */
    static Stream<SoftAttestationKey> iaks() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return Stream.of(
                SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, RANDOM),
                SoftAttestationKey.of(generator.generateKeyPair(), SigningAlgorithm.RSAPSS, HashAlgorithm.SHA256),
                SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, RANDOM),
                SoftAttestationKey.generateEcc(EccCurve.P384, HashAlgorithm.SHA384, RANDOM));
    }

    private static void check(SoftAttestationKey signer, SoftAttestationKey iak, byte[] attest, TpmPublic ak)
            throws KeyNotCertifiedException {
        byte[] signature = signer.sign(Octets.copyOf(attest)).encode();
        KeyCertification.verify(AttestationKey.of(iak.publicArea()), attest, signature, ID, ak);
    }

    @ParameterizedTest
    @MethodSource("iaks")
    void hashedAndPlainIdsAreAccepted(SoftAttestationKey iak) {
        byte[] plain = ID.getBytes(StandardCharsets.UTF_8);
        for (byte[] qualifyingData : new byte[][] {HASHED_ID, plain}) {
            byte[] attest = iak.certify(AK.publicArea(), qualifyingData, CLOCK).encode();
            assertThatCode(() -> check(iak, iak, attest, AK.publicArea())).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("iaks")
    void anotherSignerIsRefused(SoftAttestationKey iak) {
        byte[] attest = iak.certify(AK.publicArea(), HASHED_ID, CLOCK).encode();

        assertThatThrownBy(() -> check(AK, iak, attest, AK.publicArea()))
                .isInstanceOf(KeyNotCertifiedException.class)
                .hasMessageContaining("not signed by the IAK");
    }

    @Test
    void anotherIdKeyOrStructureIsRefused() throws Exception {
        SoftAttestationKey iak = iaks().findFirst().orElseThrow();
        byte[] otherId = iak.certify(AK.publicArea(), HashAlgorithm.SHA256.digest(new byte[] {1}), CLOCK)
                .encode();
        byte[] otherKey = iak.certify(iak.publicArea(), HASHED_ID, CLOCK).encode();
        byte[] quote =
                iak.quote(HASHED_ID, ProtocolVectors.pcr16(), CLOCK).attest().toByteArray();

        assertThatThrownBy(() -> check(iak, iak, otherId, AK.publicArea())).hasMessageContaining("another agent id");
        assertThatThrownBy(() -> check(iak, iak, otherKey, AK.publicArea())).hasMessageContaining("another key");
        assertThatThrownBy(() -> check(iak, iak, quote, AK.publicArea())).hasMessageContaining("quote");
        assertThatThrownBy(() -> check(iak, iak, new byte[3], AK.publicArea())).hasMessageContaining("cannot be read");
    }
}
