package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PythonTextTest {
    /** Expected texts are what Python 3 prints for the same data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|{}|{}",
                "[]|[]|[]",
                "{\"a\":[1,null,true,false]}|{\"a\": [1, null, true, false]}|{'a': [1, None, True, False]}",
                "{\"uuids\":[[\"a\"],[\"b\"]]}|{\"uuids\": [[\"a\"], [\"b\"]]}|{'uuids': [['a'], ['b']]}",
                "\"it's\"|\"it's\"|\"it's\"",
                "\"say \\\"hi\\\"\"|\"say \\\"hi\\\"\"|'say \"hi\"'",
                "\"it's \\\"both\\\"\"|\"it's \\\"both\\\"\"|'it\\'s \"both\"'",
                "\"a\\nb\\tc\\\\d\"|\"a\\nb\\tc\\\\d\"|'a\\nb\\tc\\\\d'",
                "\"\\u0001\\u001b\"|\"\\u0001\\u001b\"|'\\x01\\x1b'",
                "1.5|1.5|1.5",
                "-7|-7|-7"
            })
    void isWhatPythonPrints(String json, String dumps, String repr) throws Exception {
        assertThat(PythonText.json(WireJson.parse(json))).isEqualTo(dumps);
        assertThat(PythonText.dictionary(WireJson.parse(json))).isEqualTo(repr);
    }

    @Property
    void jsonReadsBackAndIsOneLineOfPrintableAscii(@ForAll @StringLength(max = 40) String text) throws Exception {
        ObjectNode object = WireJson.object().put("k", text);
        // Lone surrogates are no text; JSON writes them as escapes, which read back as they were.
        assertThat(PythonText.json(object)).matches("[\\x20-\\x7e]*");
        assertThat(WireJson.parse(PythonText.json(object)).path("k").stringValue())
                .isEqualTo(text);
        assertThat(PythonText.dictionary(object)).matches("[\\x20-\\x7e]*");
    }
}
