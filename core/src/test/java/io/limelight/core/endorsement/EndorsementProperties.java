package io.limelight.core.endorsement;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Bytes from registrars and files: refused with a reason, never anything else. */
class EndorsementProperties {
    private static final SoftEndorsementKey EK = SoftEndorsementKey.of(KeyPairs.p256(new SecureRandom()));
    private static final TpmPublic AREA = EK.publicArea();
    private static final byte[] GOOD = encoded();
    private static final EkCertificateCheck CHECK =
            new EkCertificateCheck(VendorStore.shippedAnd(Path.of("/nowhere/at/all")), true);

    private static byte[] encoded() {
        try {
            return TestVendor.named("V").issue(EK.publicKey()).getEncoded();
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean refused(byte[] der) {
        try {
            CHECK.check(Base64.getEncoder().encodeToString(der), AREA, Instant.now());
            return false;
        } catch (EndorsementException e) {
            return e.getMessage() != null;
        }
    }

    @Property(tries = 300)
    void anyBytesAreRefusedInASentence(@ForAll @Size(max = 400) byte[] bytes) {
        assertThat(refused(bytes)).isTrue();
    }

    @Property(tries = 400)
    void aCertificateWithAnyChangeIsRefusedInASentence(@ForAll @IntRange(max = 10_000) int where, @ForAll byte change) {
        byte[] changed = GOOD.clone();
        changed[where % changed.length] ^= change;
        assertThat(refused(changed)).isTrue();
    }

    @Property(tries = 300)
    void anyTextIsPemOrASentence(@ForAll @StringLength(max = 300) String text) {
        for (String tried : new String[] {
            text,
            "-----BEGIN CERTIFICATE-----" + text,
            "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n"
        }) {
            try {
                PemFiles.parseCertificates(tried, "the text");
                PemFiles.parsePrivateKey(tried, new char[0], "the text");
            } catch (TlsSetupException e) {
                assertThat(e).hasMessageStartingWith("the text");
            }
        }
    }
}
