package io.limelight.core.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuoteTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r",
                "x",
                "rAAAA",
                "rAAAA:BBBB",
                "AAAA:BBBB:CCCC",
                "RAAAA:BBBB:CCCC",
                " rAAAA:BBBB:CCCC",
                ":::",
                "::"
            })
    void incompleteTextsAreRefused(String text) {
        assertThatThrownBy(() -> QuoteText.parse(text)).isInstanceOf(TpmFormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "rAAA:BBBB:CCCC, 4", // no padding
        "rAAAA:BB BB:CCCC, 11",
        "rAAAA:BBB-:CCCC, 9", // URL alphabet
        "rAAAA:BBBB:CC\u00e9C, 13",
        "rA\u20acAA:BBBB:CCCC, 2"
    })
    void damagedBase64IsLocated(String text, int offset) {
        TpmFormatException e = catchThrowableOfType(TpmFormatException.class, () -> QuoteText.parse(text));

        assertThat(e).isNotNull();
        assertThat(e.offset()).isEqualTo(offset);
    }

    @Test
    void lineBreaksAreNotPartOfBase64() {
        assertThatThrownBy(() -> QuoteText.parse("rAAAA:BBBB\n\n\n\n:CCCC")).isInstanceOf(TpmFormatException.class);
    }

    @Test
    void furtherPartsAreIgnored() throws Exception {
        String text = ProtocolVectors.rsaQuote().format();

        assertThat(QuoteText.parse(text + ":AAAA:*")).isEqualTo(ProtocolVectors.rsaQuote());
    }

    @Test
    void oversizedTextsAreRefusedUnread() {
        assertThatThrownBy(() -> QuoteText.parse("r" + "A".repeat(100_000_000)))
                .isInstanceOf(TpmFormatException.class)
                .hasMessageContaining("100000001 characters");
        assertThatThrownBy(() -> QuoteText.parse("r" + "A".repeat(2000) + ":AAAA:AAAA"))
                .as("each part has its own limit")
                .hasMessageContaining("2000 characters");
    }

    @Test
    void formattedTextIsReadBack() throws Exception {
        assertThat(QuoteText.parse(ProtocolVectors.eccQuote().format())).isEqualTo(ProtocolVectors.eccQuote());
        assertThat(QuoteText.parse("r::").format()).isEqualTo("r::");
    }
}
