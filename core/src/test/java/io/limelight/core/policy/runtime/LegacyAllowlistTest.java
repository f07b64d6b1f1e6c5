package io.limelight.core.policy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyAllowlistTest {
    private static LegacyAllowlist.Converted convert(String text) throws RuntimePolicyException {
        return LegacyAllowlist.convert(text.getBytes(StandardCharsets.UTF_8), "", Optional.of("now"));
    }

    @Test
    void flatListsKeepTheirDigestsVerbatim() throws Exception {
        LegacyAllowlist.Converted converted = convert(Fixtures.text("runtime-policy/ima-allowlist-short.txt"));

        assertThat(converted.skipped()).isEmpty();
        assertThat(converted
                        .policy()
                        .get("digests")
                        .get("boot_aggregate")
                        .get(0)
                        .stringValue())
                .startsWith("sha256:");
        assertThat(converted.policy().get("meta").get("generator").intValue()).isEqualTo(3);
        assertThat(converted.policy().get("meta").get("timestamp").stringValue())
                .isEqualTo("now");
    }

    @Test
    void keyringsBlanksAndRepeatsAreTakenApart() throws Exception {
        String a = "a".repeat(40);
        String b = "b".repeat(64);
        LegacyAllowlist.Converted converted =
                convert(a + " \t /with two  spaces \n\nalone\n" + b + "  /with two  spaces\n" + b + " %keyring:.ima\n");

        assertThat(converted.skipped()).containsExactly(3);
        assertThat(WireJson.compactText(converted.policy().get("digests")))
                .isEqualTo("{\"/with two  spaces\":[\"" + a + "\",\"" + b + "\"]}");
        assertThat(WireJson.compactText(converted.policy().get("keyrings"))).isEqualTo("{\".ima\":[\"" + b + "\"]}");
        RuntimePolicyReader.forUpload(WireJson.compact(converted.policy()), RuntimePolicyReader.MAX_BYTES);
    }

    @Test
    void jsonAllowlistsAreCopied() throws Exception {
        LegacyAllowlist.Converted converted = LegacyAllowlist.convert(
                Fixtures.bytes("runtime-policy/legacy/legacy-json-allowlist.json"),
                Fixtures.text("runtime-policy/legacy/excludelist.txt"),
                Optional.empty());

        assertThat(converted.policy().get("digests").size()).isEqualTo(6);
        assertThat(converted.policy().get("meta").get("version").intValue()).isEqualTo(1);
        assertThat(WireJson.compactText(converted.policy().get("ima"))).isEqualTo("{\"dm_policy\":null}");
        assertThat(converted.policy().get("excludes").size()).isEqualTo(6);
        assertThat(converted.policy().get("keyrings").has(".ima")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"digests\": {}}", "{}", "{\"hashes\": ", "{\"hashes\": {}} x"})
    void whatIsNoAllowlistIsSaid(String text) {
        assertThatThrownBy(() -> convert(text)).isInstanceOf(RuntimePolicyException.class);
    }

    private static LegacyAllowlist.Updated update(String text) throws RuntimePolicyException {
        return LegacyAllowlist.update(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPolicyOfAnOlderVersionIsRebuiltAndItsEmptyMembersHaveTheirUsualValues() throws Exception {
        String digest = "a".repeat(64);
        LegacyAllowlist.Updated updated = update(
                "{'meta': {'version': 0, 'generator': 7, 'timestamp': 'then'}, 'release': 2," + " 'digests': {'/a': ['"
                        + digest + "']}, 'keyrings': null, 'ima': {}, 'excludes': ['/tmp/'], 'other': 1}");

        assertThat(updated.older()).isTrue();
        assertThat(WireJson.compactText(updated.policy()).replace('"', '\''))
                .isEqualTo("{'meta':{'version':1,'generator':2},'release':2,'digests':{'/a':['" + digest + "']},"
                        + "'excludes':['/tmp/'],'keyrings':{},'ima':{'ignored_keyrings':[],'log_hash_alg':'sha1',"
                        + "'dm_policy':null},'ima-buf':{},'verification-keys':''}");
        RuntimePolicyReader.forUpload(WireJson.compact(updated.policy()), RuntimePolicyReader.MAX_BYTES);
    }

    @Test
    void aPolicyOfTodaysVersionStaysAsItIs() throws Exception {
        LegacyAllowlist.Updated updated = update("{'meta': {'version': 1, 'generator': 3}, 'digests': {}}");
        assertThat(updated.older()).isFalse();
        assertThat(updated.policy().size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"hashes\": {}}; this is an allowlist",
                "{\"digests\": {}}; no runtime policy",
                "{\"meta\": {\"version\": \"0\"}}; no runtime policy",
                "{\"meta\": {\"version\": 2}}; is 2, and no more than 1",
                "[]; it is",
                "no policy; it is"
            })
    void whatIsNoPolicyThatCanBeUpdatedIsSaid(String text, String why) {
        assertThatThrownBy(() -> update(text))
                .isInstanceOf(RuntimePolicyException.class)
                .hasMessageContaining(why);
    }
}
