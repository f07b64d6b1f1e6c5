package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.VersionNegotiation.Renegotiated;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** API versions and their negotiation (wire reference §0.2 to §0.4). */
class VersionsTest {
    private static ApiVersion version(String text) {
        return ApiVersion.parse(text).orElseThrow();
    }

    private static Versions versions(String json) throws IOException, WireFormatException {
        return Versions.from(WireJson.parse(json));
    }

    @ParameterizedTest
    @CsvSource({"2, 2.0", "2.0, 2.0", "2.6, 2.6", "1.0, 1.0", "3.0, 3.0", "10.10, 10.10", "99.99, 99.99"})
    void aVersionIsRead(String text, String expected) {
        assertThat(ApiVersion.parse(text)).get().hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "2.",
                ".6",
                "02.6",
                "2.06",
                "2.6.1",
                "-2.6",
                "+2.6",
                "2,6",
                " 2.6",
                "2.6 ",
                "0.1",
                "100.0",
                "2.100",
                "v2.6",
                "2.x",
                "٢.٦",
                "2e0",
                "latest",
                "99999999999999999999.1"
            })
    void whatIsNoVersionIsNone(String text) {
        assertThat(ApiVersion.parse(text)).isEmpty();
    }

    @Test
    void versionsAreOrderedByNumberNotByText() {
        assertThat(ApiVersion.parseAll(List.of("2.10", "2.9", "10.0", "x", "2.9")))
                .extracting(ApiVersion::toString)
                .containsExactly("2.9", "2.10", "10.0");
        assertThat(version("2.6").supported()).isTrue();
        assertThat(version("2.7").supported()).isFalse();
        assertThat(version("1.0").supported()).isFalse();
        assertThat(version("3.0").supported()).isFalse();
        assertThat(version("2.1").pathSegment()).isEqualTo("v2.1");
    }

    // What peers announce, and what we then speak

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'current_version':'2.6','supported_versions':['1.0','2.0','2.1','2.2','2.3','2.4','2.5','2.6','3.0']} | 2.6",
                "{'current_version':'3.0','supported_versions':['2.5','2.6','3.0']}  | 2.6",
                "{'supported_version':'2.6','supported_versions':['2.1','2.2','2.3']} | 2.3",
                "{'supported_version':'2.1'}                                          | 2.1",
                "{'supported_version':'2.0'}                                          | 2.0",
                "{'current_version':'2.2'}                                            | 2.2",
                "{'supported_versions':['2.9','2.4','x','']}                          | 2.4",
                "{'supported_versions':['1.0']}                                       | none",
                "{'supported_versions':['3.0','9.9']}                                 | none",
                "{'supported_version':'1.0'}                                          | none",
                "{'supported_version':'banana'}                                       | none",
            })
    void theNewestCommonVersionIsSpoken(String json, String expected) throws Exception {
        assertThat(VersionNegotiation.newestCommon(versions(json.replace('\'', '"')))
                        .map(ApiVersion::toString)
                        .orElse("none"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "\"2.6\"",
                "{\"supported_versions\":[]}",
                "{\"supported_versions\":\"2.6\"}",
                "{\"supported_versions\":[2.6]}",
                "{\"supported_version\":[]}",
                "{\"current_version\":null}"
            })
    void anAnswerThatNamesNoVersionIsNone(String json) {
        assertThatThrownBy(() -> versions(json)).isInstanceOf(WireFormatException.class);
    }

    @Test
    void whatWeAnnounceComesBack() throws Exception {
        Versions server = Versions.ofServer(ApiVersion.SUPPORTED);
        assertThat(server.toJson().toString())
                .isEqualTo(
                        "{\"current_version\":\"2.6\",\"supported_versions\":[\"2.0\",\"2.1\",\"2.2\",\"2.3\",\"2.4\",\"2.5\",\"2.6\"]}");
        assertThat(Versions.from(server.toJson())).isEqualTo(server);
        Versions agent = Versions.ofAgent(ApiVersion.SUPPORTED.subList(1, 7));
        assertThat(agent.toJson().toString())
                .isEqualTo(
                        "{\"supported_version\":\"2.6\",\"supported_versions\":[\"2.1\",\"2.2\",\"2.3\",\"2.4\",\"2.5\",\"2.6\"]}");
        assertThat(Versions.from(agent.toJson())).isEqualTo(agent);
    }

    @ParameterizedTest
    @CsvSource({
        "2.6, 2.6, 2.1;2.6, 2.6",
        "2.6, 2.5;2.6, 2.1;2.5, 2.5",
        "2.3, 2.1;2.6, 2.1;2.3;2.6, 2.3",
        "9.9, 2.0;2.2, 2.1;2.2, 2.2",
        "3.0, 3.0, 2.1;2.6, none",
        "1.0, 1.0, 2.1;2.6, none",
    })
    void anAgentPrefersTheRegistrarsCurrentVersion(String current, String offered, String enabled, String expected) {
        Versions registrar = new Versions(current, null, Arrays.asList(offered.split(";", -1)));
        List<ApiVersion> own =
                Arrays.stream(enabled.split(";", -1)).map(VersionsTest::version).toList();
        assertThat(VersionNegotiation.agentToRegistrar(registrar, own)
                        .map(ApiVersion::toString)
                        .orElse("none"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"2.1, 2.1", "2.6, 2.6", "null, 2.6", "1.0, 2.6", "3.0, 2.6", "x, 2.6", "'', 2.6"})
    void aPostedVersionCountsIfWeSpeakIt(String posted, String expected) {
        assertThat(VersionNegotiation.posted(posted)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "400, API version not supported: v2.9, true",
        "400, API version not supported,       true",
        "400, API Version not supported,       false",
        "404, API version not supported,       false",
        "200, API version not supported,       false",
        "400, '',                              false",
    })
    void onlyTheAgentsExactWordsAreItsRefusalOfAVersion(int status, String text, boolean expected) {
        assertThat(VersionNegotiation.refusesVersion(status, text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2.6, 2.1;2.2, false, Use 2.2",
        "2.6, 2.1;2.2, true,  Downgrade 2.2",
        "2.1, 2.1;2.5, true,  Use 2.5",
        "2.1, 2.1,     true,  Use 2.1",
        "2.1, 3.0,     true,  NoCommonVersion",
        "2.1, 1.0,     false, NoCommonVersion",
    })
    void anAgentThatHasAttestedIsNotSpokenToInAnOlderVersion(
            String stored, String offered, boolean attested, String expected) {
        Versions agent = new Versions(null, null, Arrays.asList(offered.split(";", -1)));
        String outcome = switch (VersionNegotiation.again(version(stored), agent, attested)) {
            case Renegotiated.Use use -> "Use " + use.version();
            case Renegotiated.Downgrade downgrade -> "Downgrade " + downgrade.offered();
            case Renegotiated.NoCommonVersion ignored -> "NoCommonVersion";
        };
        assertThat(outcome).isEqualTo(expected);
    }
}
