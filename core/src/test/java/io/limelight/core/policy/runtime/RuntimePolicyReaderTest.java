package io.limelight.core.policy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RuntimePolicyReaderTest {
    private static final String SHA1 = "a".repeat(40);
    private static final String SHA256 = "0123456789abcdef".repeat(4);

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static RuntimePolicy upload(String text) throws RuntimePolicyException {
        return RuntimePolicyReader.forUpload(utf8(text), RuntimePolicyReader.MAX_BYTES);
    }

    private static String with(String member, String value) {
        String empty = RuntimePolicy.EMPTY_TEXT;
        int at = empty.indexOf('"' + member + "\": ") + member.length() + 4;
        int end = Math.min(
                empty.indexOf(", \"", at) < 0 ? empty.length() - 1 : empty.indexOf(", \"", at), empty.length() - 1);
        return empty.substring(0, at) + value + empty.substring(end);
    }

    static Stream<JsonNode> schema() {
        return Fixtures.json("runtime-policy/schema-vectors.json").valueStream();
    }

    @ParameterizedTest
    @MethodSource("schema")
    void anUploadIsTakenIfTheSchemaTakesIt(JsonNode vector) throws Exception {
        String text = WireJson.compactText(vector.get("policy"));
        if (vector.get("valid").booleanValue()) {
            upload(text);
            return;
        }
        assertThatThrownBy(() -> upload(text))
                .as(vector.get("name").stringValue())
                .isInstanceOf(RuntimePolicyException.class)
                .asInstanceOf(InstanceOfAssertFactories.type(RuntimePolicyException.class))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(RuntimePolicyException.Reason.MALFORMED))
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runtime-policy/sign/runtime-policy.json",
                "ima/policy-with-verification-keys.json",
                "ima/policy-empty.json"
            })
    void policiesOfTheToolsAreTaken(String file) throws Exception {
        upload(Fixtures.text(file));
    }

    @Test
    void aPrefixedDigestIsRefusedOnUploadAndMatchesNothingWhenJudged() throws Exception {
        byte[] text = Fixtures.bytes("runtime-policy/runtime-policy-test.json");

        assertThatThrownBy(() -> RuntimePolicyReader.forUpload(text, RuntimePolicyReader.MAX_BYTES))
                .hasMessageStartingWith("digests[\"boot_aggregate\"]");
        RuntimePolicy policy = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
        assertThat(policy.checksum()).isEqualTo("64608ceb82d6d6459e8ac5ffd19865d670d1fe99417e10f20446de5d125bc4ab");
        assertThat(policy.digests().digestCount()).isEqualTo(21);
        int entry = policy.digests().find("boot_aggregate");
        String written = policy.digests().digests(entry).getFirst();
        assertThat(written).startsWith("sha256:");
        assertThat(policy.digests().allows(entry, HexFormat.of().parseHex(written.substring(7)), 32))
                .isFalse();
    }

    @Test
    void theLimitIsOnTheTextUnread() {
        assertThatThrownBy(() -> RuntimePolicyReader.forUpload(new byte[101], 100))
                .isInstanceOf(RuntimePolicyException.class)
                .hasMessageContaining("101 bytes")
                .extracting(e -> ((RuntimePolicyException) e).reason())
                .isEqualTo(RuntimePolicyException.Reason.TOO_LARGE);
        assertThatThrownBy(() -> RuntimePolicyReader.forUpload(new byte[100_000_000], RuntimePolicyReader.MAX_BYTES))
                .isInstanceOf(RuntimePolicyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[", "null", "{} {}", "{\"a\":", "\u0000", "{\"digests\": {\"a\": [\"", "[[[[[[[["})
    void whatIsNoPolicyIsSaid(String text) {
        assertThatThrownBy(() -> upload(text)).isInstanceOf(RuntimePolicyException.class);
        assertThatThrownBy(() ->
                        RuntimePolicyReader.forEvaluation(utf8(text), 1000).meta())
                .satisfiesAnyOf(
                        e -> assertThat(e).isInstanceOf(RuntimePolicyException.class),
                        e -> assertThat(text).isEqualTo("{}"));
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> upload(RuntimePolicy.EMPTY_TEXT.replace(
                        "\"release\": 0", "\"more\": " + "[".repeat(100_000) + "]".repeat(100_000))))
                .isInstanceOf(RuntimePolicyException.class);
    }

    @Test
    void brokenEncodingIsRefused() {
        byte[] text = utf8(with("digests", "{\"/usr/bin/é\": [\"" + SHA1 + "\"]}"));
        for (int i = 0; i < text.length; i++) {
            if (text[i] == (byte) 0xa9) {
                text[i] = ' ';
            }
        }
        assertThatThrownBy(() -> RuntimePolicyReader.forEvaluation(text, 10_000))
                .hasMessageContaining("UTF-8");
        for (String half : List.of("\\ud800", "\\udc00", "\\ud800x")) {
            assertThatThrownBy(() -> upload(with("digests", "{\"/usr/" + half + "\": [\"" + SHA1 + "\"]}")))
                    .isInstanceOf(RuntimePolicyException.class);
        }
    }

    @Test
    void twoAnswersToOneQuestionAreRefused() {
        assertThatThrownBy(() -> upload(with(
                        "digests",
                        "{\"/a\": [\"" + SHA1 + "\"], \"/b\": [\"" + SHA1 + "\"], \"/a\": [\"" + SHA256 + "\"]}")))
                .hasMessage("digests[\"/a\"]: stands there twice");
        assertThatThrownBy(() ->
                        upload(RuntimePolicy.EMPTY_TEXT.replace("\"release\": 0", "\"release\": 0, \"release\": 1")))
                .hasMessageContaining("twice");
    }

    @Test
    void whatIsMissingIsEmptyWhenJudged() throws Exception {
        RuntimePolicy policy = RuntimePolicyReader.forEvaluation(utf8("{}"), 10);

        assertThat(policy.digests().size()).isZero();
        assertThat(policy.logHash()).isEqualTo(HashAlgorithm.SHA1);
        assertThat(policy.meta().generator().isReal()).isFalse();
    }

    @Test
    void digestsOfAnyLengthAreFoundByBytes() throws Exception {
        String odd = "b".repeat(41);
        RuntimePolicy policy = upload(with(
                "digests",
                "{\"/a b\": [\"" + SHA1 + "\", \"" + SHA256 + "\", \"" + odd + "\"], \"/ä\": [\"" + SHA1 + "\"]}"));
        DigestIndex index = policy.digests();
        int entry = index.find("/a b");

        assertThat(index.digests(entry)).containsExactly(SHA1, SHA256, odd);
        assertThat(index.allows(entry, HexFormat.of().parseHex(SHA256), 32)).isTrue();
        assertThat(index.allows(entry, HexFormat.of().parseHex(SHA1), 20)).isTrue();
        assertThat(index.allows(entry, HexFormat.of().parseHex(SHA256), 20)).isFalse();
        assertThat(index.find("/ä")).isNotNegative();
        assertThat(index.find("/A b")).isNegative();
        assertThat(index.find("")).isNegative();
        List<String> names = new ArrayList<>();
        index.forEach((name, digests) -> names.add(name));
        assertThat(names).containsExactly("/a b", "/ä");
    }

    @Test
    void manyNamesAreAllFoundAgain() throws Exception {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 20_000; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("\"/usr/lib/file")
                    .append(i)
                    .append("\":[\"")
                    .append(hash(i))
                    .append("\"]");
        }
        DigestIndex index = upload(with("digests", json.append('}').toString())).digests();

        assertThat(index.size()).isEqualTo(20_000);
        for (int i = 0; i < 20_000; i++) {
            int entry = index.find("/usr/lib/file" + i);
            assertThat(index.allows(entry, HexFormat.of().parseHex(hash(i)), 32))
                    .isTrue();
        }
        assertThat(index.find("/usr/lib/file20000")).isNegative();
    }

    private static String hash(int i) {
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(utf8("" + i)));
    }

    @Test
    void aListOfExclusionsThatCannotBeJoinedExcludesNothingAndSaysWhy() throws Exception {
        RuntimePolicy policy = upload(with("excludes", "[\"/tmp\", \"*\"]"));

        assertThat(policy.excludes().regexes().isEmpty()).isTrue();
        assertThat(policy.excludes().problem())
                .hasValueSatisfying(text -> assertThat(text).contains("nothing to repeat"));
    }

    @Test
    void aDeviceMapperPolicyIsTakenIfItIsOne() throws Exception {
        String verity = Fixtures.text("ima/dm/dm-policy-verity.json");

        RuntimePolicy policy =
                upload(RuntimePolicy.EMPTY_TEXT.replace("\"dm_policy\": null", "\"dm_policy\": " + verity));

        assertThat(policy.deviceMapper()).hasValueSatisfying(dm -> {
            assertThat(dm.matchOn()).isEqualTo(DmPolicy.MatchOn.UUID);
            assertThat(dm.rules()).hasSize(1);
            assertThat(dm.rules().getFirst().table().targets()).hasSize(1);
        });
        assertThatThrownBy(() -> upload(RuntimePolicy.EMPTY_TEXT.replace(
                        "\"dm_policy\": null", "\"dm_policy\": " + verity.replace("CRYPT-VERITY-.*", "(("))))
                .hasMessageContaining("table_load.uuid");
    }

    @Test
    void oneTextIsParsedOnceForAll() throws Exception {
        RuntimePolicies policies = new RuntimePolicies();
        byte[] text = Fixtures.bytes("ima/policy-test.json");

        RuntimePolicy first = policies.get(text);

        assertThat(policies.get(text.clone())).isSameAs(first);
        assertThat(policies.size()).isEqualTo(1);
        assertThatThrownBy(() -> policies.get(utf8("["))).isInstanceOf(RuntimePolicyException.class);
        assertThat(first.digests().size()).isEqualTo(6);
    }
}
