package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.endorsement.TestVendor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPair RSA = KeyPairs.rsa(2048, RANDOM);
    private static final KeyPair EC = KeyPairs.p256(RANDOM);
    private static final char[] NONE = new char[0];

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }

    private static void assertRefused(String text, String said) {
        assertThatThrownBy(() -> PemFiles.parsePrivateKey(text, NONE, "key.pem"))
                .isInstanceOf(TlsSetupException.class)
                .hasMessageStartingWith("key.pem")
                .hasMessageContaining(said);
    }

    @Test
    void keysAreReadInEveryFormPeopleHave() throws Exception {
        for (KeyPair pair : new KeyPair[] {RSA, EC}) {
            boolean rsa = pair == RSA;
            String plain = text(PemFiles.privateKey(pair.getPrivate(), NONE));
            byte[] old = rsa ? pkcs1(pair) : sec1(pair);
            String traditional = PemFiles.encode(rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY", old);
            String encrypted = text(PemFiles.privateKey(pair.getPrivate(), "pässword".toCharArray()));
            for (String text :
                    new String[] {plain, "an explanation\n" + plain, plain.replace("\n", "\r\n"), traditional}) {
                assertThat(KeyPairs.match(PemFiles.parsePrivateKey(text, NONE, "key.pem"), pair.getPublic()))
                        .isTrue();
            }
            assertThat(KeyPairs.match(
                            PemFiles.parsePrivateKey(encrypted, "pässword".toCharArray(), "key.pem"), pair.getPublic()))
                    .isTrue();
            assertRefused(encrypted, "no password");
            assertThatThrownBy(() -> PemFiles.parsePrivateKey(encrypted, "other".toCharArray(), "key.pem"))
                    .hasMessageContaining("does not open");
        }
    }

    private static byte[] pkcs1(KeyPair pair) throws Exception {
        return PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    /** With the curve inside, as openssl writes it. */
    private static byte[] sec1(KeyPair pair) throws Exception {
        return new ECPrivateKey(
                        256,
                        ((java.security.interfaces.ECPrivateKey) pair.getPrivate()).getS(),
                        SECObjectIdentifiers.secp256r1)
                .getEncoded();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing here",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA",
                "-----BEGIN PRIVATE KEY-----\nnot base64!\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PUBLIC KEY-----",
                "-----BEGIN NONSENSE-----\nAAAA\n-----END NONSENSE-----"
            })
    void whatIsNoKeyIsRefusedInASentence(String text) {
        assertRefused(text, "");
    }

    @Test
    void halfAKeyIsRefused() {
        String whole = text(PemFiles.privateKey(RSA.getPrivate(), NONE));
        byte[] der = RSA.getPrivate().getEncoded();
        assertRefused(whole.substring(0, whole.length() / 2), "begins and does not end");
        assertRefused(PemFiles.encode("PRIVATE KEY", java.util.Arrays.copyOf(der, der.length / 2)), "readable");
    }

    @Test
    void publicKeysReadBackAndOtherObjectsAreNone() throws Exception {
        for (KeyPair pair : new KeyPair[] {RSA, EC}) {
            assertThat(PemFiles.parsePublicKey(PemFiles.publicKey(pair.getPublic()), "key"))
                    .isEqualTo(pair.getPublic());
        }
        assertThatThrownBy(() -> PemFiles.parsePublicKey(text(PemFiles.privateKey(EC.getPrivate(), NONE)), "key"))
                .hasMessageContaining("no PEM public key");
        byte[] der = RSA.getPublic().getEncoded();
        assertThatThrownBy(() -> PemFiles.parsePublicKey(
                        PemFiles.encode("PUBLIC KEY", java.util.Arrays.copyOf(der, der.length + 3)), "key"))
                .isInstanceOf(TlsSetupException.class);
    }

    @Test
    void everyCertificateOfATextIsReadInOrderAndTheRestIsExplanation(@TempDir Path folder) throws Exception {
        X509Certificate first = TestVendor.named("first").certificate();
        X509Certificate second = TestVendor.named("second").certificate();
        String text = "first:\n" + PemFiles.certificate(first)
                + text(PemFiles.privateKey(EC.getPrivate(), NONE))
                + PemFiles.certificate(second).replace(" CERTIFICATE", " X509 CERTIFICATE");
        Path file = Files.writeString(folder.resolve("bundle.pem"), text);
        assertThat(PemFiles.readCertificates(file)).containsExactly(first, second);
        Files.writeString(file, "none");
        assertThatThrownBy(() -> PemFiles.readCertificates(file)).hasMessageContaining("holds no PEM certificate");
        Files.write(file, new byte[PemFiles.MAX_FILE_SIZE + 1]);
        assertThatThrownBy(() -> PemFiles.readCertificates(file)).hasMessageContaining("larger than");
        assertThatThrownBy(() -> PemFiles.readCertificates(folder.resolve("nowhere")))
                .hasMessageContaining("does not exist");
    }

    @Test
    void bytesAfterACertificateAreNotIgnored() throws Exception {
        byte[] der = TestVendor.named("x").certificate().getEncoded();
        byte[] more = java.util.Arrays.copyOf(der, der.length + 1);
        more[der.length] = 7;
        assertThatThrownBy(() -> PemFiles.parseCertificates(PemFiles.encode("CERTIFICATE", more), "cert"))
                .isInstanceOf(TlsSetupException.class);
    }

    @Test
    void keysOfDifferentPairsDoNotMatch() {
        assertThat(KeyPairs.match(RSA.getPrivate(), RSA.getPublic())).isTrue();
        assertThat(KeyPairs.match(EC.getPrivate(), EC.getPublic())).isTrue();
        assertThat(KeyPairs.match(EC.getPrivate(), KeyPairs.p256(RANDOM).getPublic()))
                .isFalse();
        assertThat(KeyPairs.match(RSA.getPrivate(), KeyPairs.rsa(2048, RANDOM).getPublic()))
                .isFalse();
        assertThat(KeyPairs.match(RSA.getPrivate(), EC.getPublic())).isFalse();
        assertThat(KeyPairs.match(EC.getPrivate(), RSA.getPublic())).isFalse();
    }
}
