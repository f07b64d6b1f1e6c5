package io.limelight.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Our trees against those of Jackson's own mapper, and what is refused. */
class WireJsonTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "\"\"",
                "0",
                "-7",
                "2147483647",
                "2147483648",
                "-9223372036854775808",
                "123456789012345678901234567890",
                "1.5",
                "-0.0",
                "1e3",
                "{\"a\":{\"b\":[1,\"2\",null,{\"c\":false}]},\"d\":\"\\u00e4\\n\\\"\"}",
                " [ 1 , 2 ] "
            })
    void whatIsReadIsWhatJacksonReadsAndIsWrittenAsJacksonWrites(String text) throws Exception {
        JsonNode expected = MAPPER.readTree(text);
        assertThat(WireJson.parse(text)).isEqualTo(expected);
        assertThat(WireJson.compactText(expected)).isEqualTo(MAPPER.writeValueAsString(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{",
                "[1,2",
                "{\"a\":}",
                "{\"a\":1,}",
                "[1,]",
                "{'a':1}",
                "nul",
                "NaN",
                "{} {}",
                "1 2",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "\"unended",
                "\"raw\nline\"",
                "01",
                "+1",
                "// comment"
            })
    void whatIsNoSingleDocumentIsRefused(String text) {
        assertThatThrownBy(() -> WireJson.parse(text))
                .isInstanceOf(IOException.class)
                .message()
                .doesNotContain("REDACTED", "Source", "Stream", "JsonRead", "UNKNOWN", "`")
                .isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":[1}", "{\"a\":1]", "[1}", "NaN", "{'a':1}"})
    void theParsersInsidesStayOutOfWhatIsSaid(String text) {
        assertThatThrownBy(() -> WireJson.parse(text))
                .message()
                .startsWith("not JSON: ")
                .doesNotContain("REDACTED", "Source", "Stream", "JsonRead", "UNKNOWN", "`");
    }

    @Test
    void depthAndLengthsAreBounded() throws Exception {
        WireJson.parse("[".repeat(64) + "]".repeat(64));
        assertThatThrownBy(() -> WireJson.parse("[".repeat(65) + "]".repeat(65)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WireJson.parse("[".repeat(1_000_000))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WireJson.parse("1".repeat(65))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> WireJson.parse("{\"" + "n".repeat(1 << 20) + "\":1}"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anArrayIsNoObject() {
        assertThatThrownBy(() -> WireJson.parseObject("[]".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("object");
    }

    @Test
    void indentedTextIsPythonsWithFourSpaces() throws Exception {
        assertThat(new String(
                        WireJson.indented(
                                WireJson.parse("{\"code\":200,\"results\":{\"uuids\":[\"a\",\"b\"]},\"e\":{}}")),
                        StandardCharsets.UTF_8))
                .isEqualToNormalizingWhitespace(
                        "{ \"code\" : 200, \"results\" : { \"uuids\" : [ \"a\", \"b\" ] }, \"e\" : { } }")
                .contains("\n    \"code\"", "\n        \"uuids\"");
    }

    @Provide
    Arbitrary<Object> values() {
        Arbitrary<Object> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).asGeneric(),
                Arbitraries.integers().asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(true, false).asGeneric());
        Arbitrary<Object> list = leaf.list().ofMaxSize(4).asGeneric();
        Arbitrary<Object> map = Arbitraries.maps(Arbitraries.strings().ofMaxLength(6), leaf)
                .ofMaxSize(4)
                .asGeneric();
        return Arbitraries.oneOf(leaf, list, map);
    }

    @Property
    void everyTreeReadsBackAsItWas(@ForAll("values") Object value) throws Exception {
        JsonNode tree = MAPPER.readTree(MAPPER.writeValueAsBytes(Map.of("v", List.of(value))));
        assertThat(WireJson.parse(WireJson.compact(tree))).isEqualTo(tree);
        assertThat(WireJson.parse(WireJson.indented(tree))).isEqualTo(tree);
    }

    @Property
    void anyBytesAreReadOrRefused(@ForAll @Size(max = 60) byte[] bytes) {
        try {
            assertThat(WireJson.parse(bytes)).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageNotContainingAny("io.limelight");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, 2",
                "{\"a\": {",
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
            })
    void aMessageShowsNeitherSwitchesOfTheParserNorMuchOfTheText(String text) {
        assertThatThrownBy(() -> WireJson.parse(text))
                .hasMessageContaining("line 1, column")
                .hasMessageNotContainingAny("Source", "StreamReadFeature", "x".repeat(25));
    }
}
