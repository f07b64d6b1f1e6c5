package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.testkit.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys from files and from strangers. */
class HostilePemTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestAuthority AUTHORITY = TestAuthority.named("CN=ca");
    private static final KeyPair RSA = KeyPairs.rsa(2048, RANDOM);
    private static final KeyPair EC = KeyPairs.p256(RANDOM);
    private static final char[] NONE = new char[0];

    @TempDir
    Path folder;

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    // Private keys

    private static String traditional(KeyPair keys, String password) throws Exception {
        java.io.StringWriter text = new java.io.StringWriter();
        if (keys.getPrivate() instanceof java.security.interfaces.ECPrivateKey key && password.isEmpty()) {
            // As OpenSSL writes it; the runtime's own encoding has no curve inside.
            return PemFiles.encode(
                    "EC PRIVATE KEY",
                    new org.bouncycastle.asn1.sec.ECPrivateKey(
                                    256, key.getS(), org.bouncycastle.asn1.sec.SECObjectIdentifiers.secp256r1)
                            .getEncoded());
        }
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            if (password.isEmpty()) {
                writer.writeObject(keys.getPrivate());
            } else {
                writer.writeObject(
                        keys.getPrivate(),
                        new JcePEMEncryptorBuilder("AES-256-CBC")
                                .setProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider())
                                .build(password.toCharArray()));
            }
        }
        return text.toString();
    }

    @Test
    void keysOfEveryKindAreRead() throws Exception {
        for (KeyPair keys : List.of(RSA, EC)) {
            assertThat(PemFiles.parsePrivateKey(text(PemFiles.privateKey(keys.getPrivate(), NONE)), NONE, "k"))
                    .isEqualTo(keys.getPrivate());
            assertThat(KeyPairs.match(PemFiles.parsePrivateKey(traditional(keys, ""), NONE, "k"), keys.getPublic()))
                    .isTrue();
            char[] password = "pässword".toCharArray();
            assertThat(PemFiles.parsePrivateKey(text(PemFiles.privateKey(keys.getPrivate(), password)), password, "k")
                            .getEncoded())
                    .isEqualTo(keys.getPrivate().getEncoded());
            assertThat(PemFiles.parsePublicKey(PemFiles.publicKey(keys.getPublic()), "k"))
                    .isEqualTo(keys.getPublic());
        }
        assertThat(PemFiles.parsePrivateKey(traditional(RSA, "secret"), "secret".toCharArray(), "k")
                        .getEncoded())
                .isEqualTo(RSA.getPrivate().getEncoded());
    }

    @Test
    void aWrongPasswordIsCalledThatAndNotShown() throws Exception {
        for (String pem :
                List.of(text(PemFiles.privateKey(EC.getPrivate(), "right".toCharArray())), traditional(RSA, "right"))) {
            assertThatThrownBy(() -> PemFiles.parsePrivateKey(pem, "wrong-one".toCharArray(), "server-private.pem"))
                    .isInstanceOf(TlsSetupException.class)
                    .hasMessageContaining("server-private.pem")
                    .hasMessageContaining("does not open with the configured password")
                    .hasMessageNotContaining("wrong-one");
            assertThatThrownBy(() -> PemFiles.parsePrivateKey(pem, NONE, "server-private.pem"))
                    .isInstanceOf(TlsSetupException.class)
                    .hasMessageContaining("encrypted")
                    .hasMessageContaining("no password");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not PEM at all",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,XX\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
            })
    void whatIsNoKeyIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> PemFiles.parsePrivateKey(text, "pw".toCharArray(), "key.pem"))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageStartingWith("key.pem");
    }

    // Certificates

    @Test
    void everyCertificateOfABundleIsReadAndTheRestSkipped() throws Exception {
        X509Certificate first = AUTHORITY.issue("CN=1").certificate();
        X509Certificate second = AUTHORITY.issue("CN=2").certificate();
        String bundle = "a comment\n" + PemFiles.certificate(first) + text(PemFiles.privateKey(EC.getPrivate(), NONE))
                + PemFiles.certificate(second).replace("\n", "\r\n") + "the end";
        assertThat(PemFiles.parseCertificates(bundle, "b")).containsExactly(first, second);
        assertThat(PemFiles.parseCertificates("nothing", "b")).isEmpty();
    }

    @Test
    void hugeAndNestedInputEndsQuickly() {
        long start = System.nanoTime();
        for (String text : List.of(
                "-----BEGIN ".repeat(90_000),
                "-----BEGIN CERTIFICATE-----\n".repeat(37_000),
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".repeat(18_000),
                "-----BEGIN CERTIFICATE-----\n" + "A".repeat(1_000_000) + "\n-----END CERTIFICATE-----\n",
                PemFiles.encode("CERTIFICATE", nested(60_000, true)),
                PemFiles.encode("CERTIFICATE", nested(60_000, false)),
                "-".repeat(1_000_000))) {
            PemProperties.readAsEverything(text.substring(0, Math.min(text.length(), PemFiles.MAX_FILE_SIZE)));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    /** Sequences in one another, of indefinite length or each one shorter than the one around it. */
    private static byte[] nested(int size, boolean indefinite) {
        byte[] der = new byte[size];
        int at = 0;
        while (at + 4 < size) {
            der[at++] = 0x30;
            if (indefinite) {
                der[at++] = (byte) 0x80;
            } else {
                int left = size - at - 3;
                der[at++] = (byte) 0x82;
                der[at++] = (byte) (left >> 8);
                der[at++] = (byte) left;
            }
        }
        return der;
    }

    @Test
    void paddingOfNvMemoryIsCutOffAndOtherBytesAreNot() throws Exception {
        byte[] der = AUTHORITY.certificate().getEncoded();
        for (byte padding : new byte[] {0, (byte) 0xff}) {
            byte[] padded = Arrays.copyOf(der, 1600);
            Arrays.fill(padded, der.length, padded.length, padding);
            LenientCertificates.Parsed parsed = LenientCertificates.parse(padded);
            assertThat(parsed.certificate()).isEqualTo(AUTHORITY.certificate());
            assertThat(parsed.reencoded()).as("it was not what it should be").isTrue();
            padded[padded.length - 1] = 1;
            assertThatThrownBy(() -> LenientCertificates.parse(padded)).isInstanceOf(java.io.IOException.class);
        }
        assertThat(LenientCertificates.parse(der).reencoded()).isFalse();
        assertThatThrownBy(() -> LenientCertificates.parse(new byte[LenientCertificates.MAX_SIZE + 1]))
                .hasMessageContaining("larger");
        assertThatThrownBy(() -> LenientCertificates.parse(new byte[0])).isInstanceOf(java.io.IOException.class);
    }

    // Files

    @Test
    void filesThatCannotBeReadAreNamed() throws Exception {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> PemFiles.readCertificates(missing))
                .hasMessageStartingWith(missing + " does not exist; ");
        assertThatThrownBy(() -> PemFiles.readCertificates(folder))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageContaining(folder.toString());
        Path empty = Files.createFile(folder.resolve("empty.pem"));
        assertThatThrownBy(() -> PemFiles.readCertificates(empty)).hasMessage(empty + " holds no PEM certificate");
        Path huge = Files.write(folder.resolve("huge.pem"), new byte[PemFiles.MAX_FILE_SIZE + 1]);
        assertThatThrownBy(() -> PemFiles.readCertificates(huge)).hasMessageContaining("larger than");
        Path binary =
                Files.write(folder.resolve("cert.der"), AUTHORITY.certificate().getEncoded());
        assertThatThrownBy(() -> PemFiles.readCertificates(binary)).hasMessageContaining("no PEM certificate");
    }

    @Test
    void aKeyAndACertificateThatDoNotBelongTogetherAreNamedBoth() throws Exception {
        Path key = Files.write(folder.resolve("key.pem"), PemFiles.privateKey(EC.getPrivate(), NONE));
        Path certificate = Files.writeString(
                folder.resolve("cert.pem"),
                PemFiles.certificate(AUTHORITY.issue("CN=other").certificate()));
        assertThatThrownBy(() -> KeyMaterial.read(key, certificate, NONE))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageContaining("key.pem")
                .hasMessageContaining("cert.pem");
        Files.writeString(certificate, PemFiles.certificate(AUTHORITY.certify(EC.getPublic(), "CN=own")));
        assertThat(KeyMaterial.read(key, certificate, NONE).toString())
                .contains("CN=own")
                .doesNotContain("Private");
    }

    @Test
    void trustIsReadFromEveryFileAndOneBadFileStopsIt() throws Exception {
        Path good = Files.writeString(folder.resolve("a.pem"), PemFiles.certificate(AUTHORITY.certificate()));
        Path two = Files.writeString(
                folder.resolve("b.pem"),
                PemFiles.certificate(AUTHORITY.issue("CN=1").certificate())
                        + PemFiles.certificate(AUTHORITY.issue("CN=2").certificate()));
        assertThat(TrustedCas.read(List.of(good, two)).certificates()).hasSize(3);
        Path bad = Files.writeString(folder.resolve("c.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n");
        assertThatThrownBy(() -> TrustedCas.read(List.of(good, bad)))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageContaining("c.pem");
        assertThat(TrustedCas.read(List.of()).certificates()).isEmpty();
    }
}
