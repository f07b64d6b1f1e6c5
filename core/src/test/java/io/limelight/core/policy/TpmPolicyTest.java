package io.limelight.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.PcrMask;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TpmPolicyTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Stream<JsonNode> userPolicies() {
        return Fixtures.json("tpm-policy/vectors.json").get("parse_user_policy").valueStream();
    }

    /** Short values made digests of SHA-256: hex of the same beginning. */
    private static String digests(String text) {
        return Pattern.compile("([\"'])([0-9a-fA-F]{2,8})\\1(?!\\s*:)")
                .matcher(text)
                .replaceAll(found -> found.group(1)
                        + found.group(2)
                        + "0".repeat(64 - found.group(2).length())
                        + found.group(1));
    }

    private static String digest(String beginning) {
        return beginning + "0".repeat(64 - beginning.length());
    }

    /**
     * Three differences are meant: Keylime lets PCR 24 pass, which no TPM has, keeps leading zeros of a number, and takes
     * values that no PCR can have; all come back to the user later there.
     */
    @ParameterizedTest
    @MethodSource("userPolicies")
    void readsWhatKeylimesTenantReads(JsonNode vector) throws Exception {
        String input = digests(vector.get("input").stringValue());
        if (vector.has("error") || input.contains("24")) {
            assertThatThrownBy(() -> TpmPolicy.fromUser(input)).isInstanceOf(TpmPolicyException.class);
            return;
        }
        String expected = digests(vector.get("output").toString()).replace("\"07\"", "\"7\"");

        TpmPolicy policy = TpmPolicy.fromUser(input);

        assertThat(JSON.readTree(policy.wireText())).isEqualTo(JSON.readTree(expected));
        assertThat(TpmPolicy.fromWire(policy.wireText())).isEqualTo(policy);
    }

    @Test
    void pythonLiteralsAreRead() throws Exception {
        TpmPolicy policy = TpmPolicy.fromWire(digests("{'22': ['aa', 'bb',], '15': 'cc', 'mask': '0x408400',}"));

        assertThat(policy.allowed())
                .isEqualTo(Map.of(15, Set.of(digest("cc")), 22, Set.of(digest("aa"), digest("bb"))));
        assertThat(policy.mask()).isEqualTo(PcrMask.of(10, 15, 22));
    }

    @Test
    void whatIsSentIsJsonAndAPythonLiteralWithTheMaskLast() throws Exception {
        assertThat(TpmPolicy.fromUser(digests("{\"15\":[\"AA\",\"bb\"],\"7\":\"cc\"}"))
                        .wireText())
                .isEqualTo(digests("{\"7\":[\"cc\"],\"15\":[\"aa\",\"bb\"],\"mask\":\"") + "0x8080\"}");
        assertThat(TpmPolicy.EMPTY.wireText()).isEqualTo("{\"mask\":\"0x0\"}");
        assertThat(TpmPolicy.EMPTY.asking(PcrMask.of(10)).wireText()).isEqualTo("{\"mask\":\"0x400\"}");
    }

    @Test
    void aForgottenMaskIsMadeFromThePcrsNamed() throws Exception {
        assertThat(TpmPolicy.fromWire(digests("{\"22\": [\"aa\"]}")).mask()).isEqualTo(PcrMask.of(22));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"22\":[\"aa\"],\"mask\":\"0x0\"} | never be judged",
                "{\"mask\":\"0x1000000\"} | above 23",
                "{\"mask\":\"zz\"} | hex number",
                "{\"mask\":4} | hex text",
                "{\"mask\":\"0X8000\"} | 0X",
                "{\"mask\":\"0x0\",\"mask\":\"0x400000\"} | Duplicate",
                "{\"22\":\"aa\",\"022\":\"bb\"} | named twice",
                "{\"10\":\"aa\"} | IMA",
                "{\"16\":\"aa\"} | transport key",
                "{\"24\":\"aa\"} | no PCR number",
                "{\"99999999999999999999\":\"aa\"} | no PCR number",
                "{\"\":\"aa\"} | no PCR number",
                "{\"\u0662\":\"aa\"} | no PCR number",
                "{\"7\":7} | hex text",
                "{\"7\":null} | hex text",
                "{\"7\":[7]} | no hex text",
                "{\"7\":[[\"aa\"]]} | no hex text",
                "{\"7\":{\"a\":\"b\"}} | hex text",
                "[] | must be an object",
                "\"x\" | must be an object",
                "null | must be an object",
                "'' | must be an object",
                "{} {} | JSON",
                "{\"7\":\"aa\" | JSON",
                "{'7': True} | JSON"
            })
    void otherPoliciesAreRefusedWithTheReason(String text, String reason) {
        assertThatThrownBy(() -> TpmPolicy.fromWire(digests(text)))
                .isInstanceOf(TpmPolicyException.class)
                .hasMessageStartingWith("tpm_policy: ")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 39, 41, 62, 63, 65, 127, 130, 256})
    void aValueThatIsNoDigestOfAnyBankIsRefused(int length) {
        String policy = "{\"7\":[\"" + "a".repeat(64) + "\",\"" + "a".repeat(length) + "\"]}";
        assertThatThrownBy(() -> TpmPolicy.fromWire(policy))
                .hasMessageContaining("PCR 7")
                .hasMessageContaining("hex digits");
        assertThatThrownBy(() -> TpmPolicy.fromUser(policy)).isInstanceOf(TpmPolicyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x", "zz", "a ", "\u0661a", "..", "-1"})
    void aValueThatIsNoHexIsRefused(String beginning) {
        String policy = "{\"7\":\"" + digest(beginning) + "\"}";
        assertThatThrownBy(() -> TpmPolicy.fromWire(policy)).isInstanceOf(TpmPolicyException.class);
        assertThatThrownBy(() -> TpmPolicy.fromUser(policy)).isInstanceOf(TpmPolicyException.class);
    }

    @Test
    void valuesOfSeveralBanksStandSideBySide() throws Exception {
        String values = Stream.of(40, 64, 96, 128).map("f"::repeat).collect(Collectors.joining("\",\""));
        assertThat(TpmPolicy.fromUser("{\"7\":[\"" + values + "\"]}").allowed().get(7))
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void deeplyNestedAndHugeTextsAreRefused(int size) {
        assertThatThrownBy(() -> TpmPolicy.fromWire("{\"7\":" + "[".repeat(size)))
                .isInstanceOf(TpmPolicyException.class);
        assertThatThrownBy(() -> TpmPolicy.fromWire("x".repeat(size * 1000))).isInstanceOf(TpmPolicyException.class);
    }

    @Test
    void policiesMadeInCodeKeepTheRules() {
        TreeMap<Integer, Set<String>> ima = new TreeMap<>(Map.of(10, Set.of("aa")));

        assertThatThrownBy(() -> new TpmPolicy(ima, PcrMask.of(10))).isInstanceOf(IllegalArgumentException.class);
    }
}
