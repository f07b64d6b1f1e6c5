package io.limelight.core.ima;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HexTest {
    @Test
    void exactlyTheDigitsAreTakenAtEveryPlace() {
        for (int length = 2; length <= 22; length += 2) {
            for (int place = 0; place < length; place++) {
                for (int value = 0; value < 256; value++) {
                    byte[] text = "0123456789abcdefABCDEF".substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
                    text[place] = (byte) value;
                    byte[] decoded = new byte[11];
                    boolean isHex = value < 128 && Character.digit(value, 16) >= 0;
                    int bytes = Hex.decode(text, 0, length, decoded, 0, 11);
                    assertThat(bytes)
                            .as("byte %d at %d of %d", value, place, length)
                            .isEqualTo(isHex ? length / 2 : -1);
                    if (isHex) {
                        assertThat(HexFormat.of().formatHex(decoded, 0, bytes))
                                .isEqualToIgnoringCase(new String(text, StandardCharsets.ISO_8859_1));
                    }
                }
            }
        }
    }

    @Test
    void bytesAreFoundWhereverTheyAre() {
        byte[] bytes = new byte[40];
        for (int from = 0; from < 20; from++) {
            for (int place = 0; place < 40; place++) {
                Arrays.fill(bytes, (byte) ' ');
                bytes[place] = (byte) '!';
                assertThat(ByteSearch.indexOf(bytes, from, 39, (byte) '!'))
                        .isEqualTo(place >= from && place < 39 ? place : -1);
            }
        }
    }
}
