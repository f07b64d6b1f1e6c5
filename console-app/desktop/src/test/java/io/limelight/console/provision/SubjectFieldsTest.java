package io.limelight.console.provision;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.provision.ProvisionForm.Field;
import io.limelight.core.ca.CertificateSubject;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectFieldsTest {
    private static final CertificateSubject USUAL = new CertificateSubject(
            "US", "MA", "Lexington", "Keylime", "53", "Keylime Certificate Authority", 3650, 3072, "http://crl");

    private static Function<Field, String> typed(Map<Field, String> fields) {
        return field -> fields.getOrDefault(field, "");
    }

    @ParameterizedTest
    @CsvSource({
        "COUNTRY, D, false",
        "COUNTRY, D1, false",
        "COUNTRY, DEU, false",
        "COUNTRY, DE, true",
        "CA_DAYS, 0, false",
        "CA_DAYS, -1, false",
        "CA_DAYS, 36501, false",
        "CA_DAYS, 99999999999, false",
        "CA_DAYS, 36500, true",
        "ORGANIZATION, Ünïcode GmbH, true",
        "ORGANIZATION, '', true",
        "ORGANIZATION, 01234567890123456789012345678901234567890123456789012345678901234, false",
        "UNIT, 'a\tb', false",
    })
    void onlyWhatACertificateCanSayIsGood(Field field, String typed, boolean good) {
        assertThat(SubjectFields.good(field, typed.replace("\\t", "\t"))).isEqualTo(good);
    }

    @Test
    void nothingTypedIsWhatCaConfSays() {
        assertThat(SubjectFields.subject(USUAL, typed(Map.of()))).isEqualTo(USUAL);
        assertThat(SubjectFields.environment(USUAL, typed(Map.of()))).isEmpty();
    }

    @Test
    void whatIsTypedIsSaidInTheCertificateAndOnTheCommandLine() {
        Function<Field, String> typed = typed(Map.of(
                Field.ORGANIZATION, " Example GmbH ", Field.COUNTRY, "DE", Field.CA_DAYS, "30", Field.STATE, "MA"));

        CertificateSubject subject = SubjectFields.subject(USUAL, typed);

        assertThat(subject.organization()).isEqualTo("Example GmbH");
        assertThat(subject.country()).isEqualTo("DE");
        assertThat(subject.caDays()).isEqualTo(30);
        assertThat(subject.keyBits()).isEqualTo(3072);
        assertThat(subject.crlUrl()).isEqualTo("http://crl");
        assertThat(SubjectFields.environment(USUAL, typed))
                .isEqualTo(Map.of(
                        "KEYLIME_CA_CERT_CA_LIFETIME",
                        "30",
                        "KEYLIME_CA_CERT_ORGANIZATION",
                        "Example GmbH",
                        "KEYLIME_CA_CERT_COUNTRY",
                        "DE"));
    }
}
