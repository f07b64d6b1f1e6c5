package io.limelight.core.ca;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerCheckTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");
    private static final CertificateSubject SUBJECT =
            new CertificateSubject("US", "MA", "Lexington", "Keylime", "53", "CA", 3650, 2048, "http://crl");

    private static X509Certificate issued(KeyPair ca) throws Exception {
        return Issuer.create(ca, SUBJECT, NOW)
                .issue(
                        ca.getPublic(),
                        "web-01",
                        List.of(new GeneralName(GeneralName.dNSName, "web-01")),
                        BigInteger.TWO,
                        365,
                        NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "p256", "p384"})
    void onlyWhatTheKeySignedPasses(String kind) throws Exception {
        KeyPair own = KeyKind.named(kind).orElseThrow().make(RANDOM);
        KeyPair other = KeyKind.named(kind).orElseThrow().make(RANDOM);
        X509Certificate certificate = issued(own);

        assertThatCode(() -> new IssuerCheck(own.getPublic()).require(certificate))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new IssuerCheck(other.getPublic()).require(certificate))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "p256", "p384"})
    void aChangedCertificateFailsWhereverItWasChanged(String kind) throws Exception {
        KeyPair own = KeyKind.named(kind).orElseThrow().make(RANDOM);
        IssuerCheck check = new IssuerCheck(own.getPublic());
        byte[] der = issued(own).getEncoded();
        for (int at : new int[] {der.length / 3, der.length - 40, der.length - 3}) {
            byte[] changed = der.clone();
            changed[at] ^= 1;
            String pem = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(changed)
                    + "\n-----END CERTIFICATE-----\n";
            assertThatThrownBy(() -> check.require(
                            PemFiles.parseCertificates(pem, "changed").getFirst()))
                    .as("byte %s of %s", at, der.length)
                    .isInstanceOfAny(GeneralSecurityException.class, io.limelight.core.tls.TlsSetupException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "p256"})
    void aKeyOfAnotherKindIsNoReasonToPass(String kind) throws Exception {
        KeyPair own = KeyKind.named(kind).orElseThrow().make(RANDOM);
        KeyPair other = KeyKind.named(kind.equals("p256") ? "rsa2048" : "p256")
                .orElseThrow()
                .make(RANDOM);
        X509Certificate certificate = issued(own);
        assertThatThrownBy(() -> new IssuerCheck(other.getPublic()).require(certificate))
                .isInstanceOf(GeneralSecurityException.class);
    }
}
