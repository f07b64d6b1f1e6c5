package io.limelight.core.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.testkit.TestAuthority;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fingerprints as people copy them. */
class CertificatePinsTest {
    private final X509Certificate certificate =
            TestAuthority.named("CN=someone").certificate();

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha1:00", "00", "zz", "sha256:00:11"})
    void anythingElseIsNamed(String text) {
        assertThatThrownBy(() -> CertificatePins.parse(List.of(text))).hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void colonsCaseAndPrefixDoNotMatter() {
        String hex = CertificatePins.fingerprint(certificate);
        String colons = hex.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
        for (String text : List.of(hex, colons, "sha256:" + hex, "SHA256:" + colons)) {
            assertThat(CertificatePins.parse(List.of(text)).contain(certificate))
                    .as(text)
                    .isTrue();
        }
        assertThat(CertificatePins.NONE.contain(certificate)).isFalse();
        assertThat(CertificatePins.parse(List.of("0".repeat(64))).contain(certificate))
                .isFalse();
    }
}
