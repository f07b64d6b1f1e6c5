package io.limelight.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.Size;
import tools.jackson.databind.JsonNode;

/** The bottom of the wire: any bytes are one JSON document within bounds, or an IOException. */
class WireJsonProperties {
    @Property(tries = 2000)
    void utf8IsWhatTheRuntimesStrictDecoderTakes(
            @ForAll @Size(max = 8) List<@ByteRange(min = -128, max = -1) Byte> high,
            @ForAll @Size(max = 2) byte[] tail) {
        ByteBuffer bytes = ByteBuffer.allocate(high.size() + tail.length);
        high.forEach(bytes::put);
        bytes.put(tail);
        assertThat(Utf8.wellFormed(bytes.array())).isEqualTo(decodes(bytes.array()));
    }

    @Property
    void everyTextIsWellFormed(@ForAll String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.wellFormed(utf8)).isTrue();
        assertThat(Utf8.wellFormed(utf8)).isEqualTo(decodes(utf8));
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Property(tries = 2000)
    void anyBytesAreADocumentOrRefused(@ForAll byte[] bytes) {
        readable(bytes);
    }

    @Property(tries = 2000)
    void nearlyJson(@ForAll @Size(max = 40) List<@net.jqwik.api.constraints.IntRange(max = 19) Integer> parts) {
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            "\"a\"",
            ":",
            ",",
            "1",
            "-",
            "0",
            ".5",
            "e9",
            "true",
            "null",
            "\"\\u00",
            "\\",
            " ",
            "\"",
            "\u0000",
            "\ud83d\ude00"
        };
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(pieces[part]));
        readable(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Used by the fuzz target too. */
    static void readable(byte[] bytes) {
        JsonNode node;
        try {
            node = WireJson.parse(bytes);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        try {
            assertThat(WireJson.parse(WireJson.compact(node))).isEqualTo(node);
            assertThat(WireJson.parse(WireJson.indented(node))).isEqualTo(node);
        } catch (IOException e) {
            throw new AssertionError("what was written cannot be read", e);
        }
    }

    @Example
    void depthIsBoundedAndThatIsCheap() throws IOException {
        assertThat(WireJson.parse("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();
        for (String open : List.of("[", "{\"a\":")) {
            assertThatThrownBy(() -> WireJson.parse(open.repeat(65))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> WireJson.parse(open.repeat(1_000_000))).isInstanceOf(IOException.class);
        }
    }

    @Example
    void numbersAndNamesAreBounded() {
        assertThatThrownBy(() -> WireJson.parse("9".repeat(65))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WireJson.parse("[1e" + "9".repeat(65) + "]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WireJson.parse("{\"" + "n".repeat(2000) + "\":1}"))
                .isInstanceOf(IOException.class);
    }

    @Example
    void aKeyTwiceIsRefusedHoweverItIsSpelt() {
        for (String text : List.of("{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "{\"b\":{\"a\":1,\"a\":1}}")) {
            assertThatThrownBy(() -> WireJson.parse(text)).as(text).isInstanceOf(IOException.class);
        }
    }

    @Example
    void onlyUtf8IsJson() {
        for (byte[] bytes : List.of(
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16),
                "{\"\u00e4\":1}".getBytes(StandardCharsets.ISO_8859_1),
                new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'},
                new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'})) {
            assertThatThrownBy(() -> WireJson.parse(bytes)).isInstanceOf(IOException.class);
        }
    }
}
