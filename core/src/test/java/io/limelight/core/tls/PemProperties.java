package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.testkit.TestAuthority;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever stands where a certificate or key should: it is one, or the typed error says it is none. */
class PemProperties {
    private static final X509Certificate CERTIFICATE =
            TestAuthority.named("CN=ca").issue("CN=leaf").certificate();
    private static final String KEY = new String(
            PemFiles.privateKey(KeyPairs.p256(new SecureRandom()).getPrivate(), new char[0]),
            java.nio.charset.StandardCharsets.US_ASCII);

    static void readAsEverything(String text) {
        try {
            PemFiles.parseCertificates(text, "the text")
                    .forEach(certificate -> assertThat(certificate).isNotNull());
        } catch (TlsSetupException e) {
            says(e);
        }
        try {
            PemFiles.parsePublicKey(text, "the text");
        } catch (TlsSetupException e) {
            says(e);
        }
        try {
            PemFiles.parsePrivateKey(text, new char[0], "the text");
        } catch (TlsSetupException e) {
            says(e);
        }
    }

    private static void says(TlsSetupException e) {
        assertThat(e.getMessage()).startsWith("the text").hasSizeLessThan(200);
    }

    @Property(tries = 300)
    void anyText(@ForAll String text) {
        readAsEverything(text);
        readAsEverything("-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    }

    @Property(tries = 300)
    void anyDer(@ForAll @Size(max = 200) byte[] der) {
        for (String label : new String[] {
            "CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "ENCRYPTED PRIVATE KEY"
        }) {
            readAsEverything(PemFiles.encode(label, der));
        }
    }

    @Property(tries = 500)
    void aCertificateWithOneBitChanged(@ForAll @IntRange(max = 4000) int bit) throws CertificateEncodingException {
        byte[] der = CERTIFICATE.getEncoded();
        der[bit / 8 % der.length] ^= (byte) (1 << bit % 8);
        readAsEverything(PemFiles.encode("CERTIFICATE", der));
        try {
            LenientCertificates.parse(der);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 200)
    void aCertificateOrKeyCutAnywhere(@ForAll @IntRange(max = 800) int length) {
        String certificate = PemFiles.certificate(CERTIFICATE);
        readAsEverything(certificate.substring(0, Math.min(length, certificate.length())));
        readAsEverything(KEY.substring(0, Math.min(length, KEY.length())));
    }
}
