package io.limelight.core.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.revocation.RevocationNotice.CertifiedAs;
import io.limelight.core.revocation.RevocationNotice.Event;
import io.limelight.core.tls.KeyPairs;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationNoticeTest {
    /** Certificate reference §3.3: made by Keylime 7.14.3. */
    private static final String KEYLIMES_MESSAGE =
            "{\"type\": \"revocation\", \"ip\": \"127.0.0.1\", \"agent_id\": \"d432fbb3-d2f1-4a97-9ef7-75bd81c00000\","
                    + " \"port\": 9002, \"tpm_policy\": \"{\\\"mask\\\": \\\"0x400\\\"}\", \"meta_data\":"
                    + " \"{\\\"cert_serial\\\": 2, \\\"subject\\\": \\\"OU=53,O=Keylime,L=Lexington,ST=MA,"
                    + "CN=d432fbb3-d2f1-4a97-9ef7-75bd81c00000,C=US\\\"}\", \"event_time\": \"Mon Aug  3 07:14:14"
                    + " 2026\", \"event_id\": \"ima.validation.ima-ng.not_in_allowlist\", \"severity_label\":"
                    + " \"emergency\", \"context\": \"{\\\"message\\\": \\\"File not found in allowlist:"
                    + " /usr/bin/evil\\\"}\"}";

    private static final String KEYLIMES_KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwAmb9nRcV23coqPTp5RR"
            + "3mYQluFVOJZ25UIh9mkIBV6pmTlSkmo7E3t19t5GPVqajP9dvh4q4WIDZ3wyGVHv"
            + "rmsY3ZsGDKLbNPqhSgD1B9apAxZj2bKgiAT07YSu5QBmpZO0px7IDGTWPGAafwOl"
            + "CTmLuX+hySCuqYH4gXgps+Y4IefDKp3eWS0QXmSBSkFj32KuC9ujb8OahIBC3oEi"
            + "zd7BT+BciemmMuEVJMNIGlUldTIUfG8QxJCyaX68/EjtF4iOMf0uBn7AXcuJb9Hq"
            + "qNBQTxoYNfSTZaVI77hJZilbD3w5TnFY9xutEXjXnYHNuKdJVXUlayMI8vJhL6QO"
            + "0QIDAQAB";

    private static final String KEYLIMES_SIGNATURE =
            "mjzCKrsz4K7Kh228riRZzy8IN/FSYCuHPF8VDaaIbN4YWthW3zZdjTwmOTtczU7ezFeVIWnWwzaJ/4IjzOBWjA6V4nnwdYQBYbZPxO7HLvUw"
                    + "2/ynftI4vVejIEplCKTC9pCt+4M0W78FLMrcCA8XQz9F5bZwMWOBBHR0Z0BZ80cbeLYbCA7MtNCyf8lZG3Sxkx7OUxgQ0mVIh9pa"
                    + "BeXa2ywIYW06YCORf0K55AhOXguUohjtVXIJzCOdCEovAskVJKQmkhuJtJkAHBT/89vNyDpRSuR9LOtTEVSMsCt7sntusYODXbui"
                    + "ziBJ3vJW1jVAwQ2JF4nJ/39eg+dLeaMf2w==";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"type\": \"revocation\"}",
                "{\"type\": 1, \"agent_id\": \"a\"}",
                "{\"type\": \"revocation\", \"agent_id\": \"a\", \"port\": \"9002\"}",
                "{\"type\": \"revocation\", \"agent_id\": \"a\", \"port\": 99999999999}",
                "{\"type\": \"revocation\", \"agent_id\": \"a\", \"issued_at\": \"yesterday\"}",
                "{\"type\": \"revocation\", \"agent_id\": \"a\", \"type\": \"comm_error\"}"
            })
    void whatIsNoNoticeIsRefusedWithAReason(String text) {
        assertThatThrownBy(() -> RevocationNotice.parse(text))
                .isInstanceOf(NoticeException.class)
                .hasMessageStartingWith("the notice");
    }

    @Test
    void oneThatIsTooLongIsNotLookedAt() {
        assertThatThrownBy(() -> RevocationNotice.parse("{" + " ".repeat(RevocationNotice.MAX_TEXT) + "}"))
                .hasMessageContaining("longer");
    }

    @Test
    void keylimesNoticeIsReadAndWouldBeWrittenTheSame() throws Exception {
        RevocationNotice notice = RevocationNotice.parse(KEYLIMES_MESSAGE);

        assertThat(notice.isRevocation()).isTrue();
        assertThat(notice.certifiedAs())
                .contains(new CertifiedAs(
                        2, "OU=53,O=Keylime,L=Lexington,ST=MA,CN=d432fbb3-d2f1-4a97-9ef7-75bd81c00000,C=US"));
        assertThat(notice.event().map(Event::id)).contains("ima.validation.ima-ng.not_in_allowlist");
        assertThat(notice.noticeId()).isEmpty();
        assertThat(notice.expired(Instant.MAX)).isFalse();
        assertThat(notice.text()).isEqualTo(KEYLIMES_MESSAGE);
    }

    @Test
    void oursComesBackAsItWasAndIsAsciiOnly() throws Exception {
        Instant now = Instant.parse("2026-08-03T07:14:14.5Z");
        RevocationNotice notice = new RevocationNotice(
                RevocationNotice.REVOCATION,
                Optional.empty(),
                "machine-1",
                OptionalInt.empty(),
                "{}",
                "{}",
                RevocationNotice.asctime(now, ZoneOffset.UTC),
                Optional.of(new Event("ima.x", "emergency", "{\"message\": \"/usr/bin/é\u0007\uD83D\uDE00\"}")),
                Optional.of("8a3a5a5e-0000-4000-8000-000000000001"),
                Optional.of(now),
                Optional.of(now.plusSeconds(3600)));

        assertThat(notice.eventTime()).isEqualTo("Mon Aug  3 07:14:14 2026");
        assertThat(notice.text()).matches("[\\x20-\\x7e]*").contains("\"ip\": null", "\"port\": null");
        assertThat(RevocationNotice.parse(notice.text())).isEqualTo(notice);
        assertThat(notice.expired(now.plusSeconds(3599))).isFalse();
        assertThat(notice.expired(now.plusSeconds(3600))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}",
                "[]",
                "no json",
                "{\"cert_serial\": \"2\"}",
                "{\"cert_serial\": 2.5}",
                "{\"cert_serial\": 0}",
                "{\"cert_serial\": -1}",
                "{\"cert_serial\": 99999999999999999999}"
            })
    void metadataWithoutAUsableSerialNamesNoCertificate(String metaData) throws Exception {
        String text = RevocationNotice.parse("{\"type\": \"revocation\", \"agent_id\": \"a\"}")
                .text();

        RevocationNotice notice = RevocationNotice.parse(
                text.replace("\"meta_data\": \"{}\"", "\"meta_data\": \"" + metaData.replace("\"", "\\\"") + "\""));

        assertThat(notice.metaData()).isEqualTo(metaData);
        assertThat(notice.certifiedAs()).isEmpty();
    }

    @Test
    void keylimesSignatureIsGoodAndAnyChangeIsNot() throws Exception {
        RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(KEYLIMES_KEY)));

        assertThat(NoticeSignature.verifies(key, KEYLIMES_MESSAGE, KEYLIMES_SIGNATURE))
                .isTrue();
        assertThat(NoticeSignature.verifies(key, KEYLIMES_MESSAGE + " ", KEYLIMES_SIGNATURE))
                .isFalse();
        assertThat(NoticeSignature.verifies(key, KEYLIMES_MESSAGE, KEYLIMES_SIGNATURE.replace('m', 'n')))
                .isFalse();
        assertThat(NoticeSignature.verifies(key, KEYLIMES_MESSAGE, "")).isFalse();
        assertThat(NoticeSignature.verifies(key, KEYLIMES_MESSAGE, "no base64!"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2048, 2049, 3072})
    void whatWeSignVerifiesWithTheLongestSalt(int bits) throws Exception {
        KeyPair keys = KeyPairs.rsa(bits, new SecureRandom());

        String signature = NoticeSignature.sign((RSAPrivateKey) keys.getPrivate(), "a notice");

        assertThat(NoticeSignature.verifies((RSAPublicKey) keys.getPublic(), "a notice", signature))
                .isTrue();
        assertThat(NoticeSignature.verifies((RSAPublicKey) keys.getPublic(), "another", signature))
                .isFalse();
    }
}
