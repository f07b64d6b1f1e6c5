package io.limelight.agent.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The option {@code uuid} (wire reference §1.8). */
class AgentIdChoiceTest {
    private static final String EK_HASH = "0123456789abcdef".repeat(4);

    @TempDir
    Path root;

    private String choose(String option, Map<String, String> environment) throws AgentDataException {
        return new AgentIdChoice(environment, root, new SecureRandom())
                .choose(option, EK_HASH)
                .value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "ca",
                "CA",
                "RevocationNotifier",
                "revocationnotifier",
                "lastserial",
                "server",
                "..",
                ".",
                "-x",
                "a/b",
                "a b",
                "ä",
                "a\u0000b",
                "a\nb"
            })
    void whatMayBeNoIdStopsTheStartAndIsNamed(String option) {
        assertThatThrownBy(() -> choose(option, Map.of()))
                .isInstanceOf(AgentDataException.class)
                .hasMessageContaining("uuid = " + option);
    }

    @Test
    void anIdOfThreeHundredCharactersIsRefused() {
        assertThatThrownBy(() -> choose("a".repeat(300), Map.of())).isInstanceOf(AgentDataException.class);
        assertThatThrownBy(() -> choose("a".repeat(81), Map.of())).isInstanceOf(AgentDataException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "D432FBB3-D2F1-4A97-9EF7-75BD81C00000, d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
        "{D432FBB3-d2f1-4a97-9ef7-75bd81c00000}, d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
        "urn:uuid:D432FBB3-d2f1-4a97-9ef7-75bd81c00000, d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
        "D432FBB3D2F14A979EF775BD81C00000, d432fbb3-d2f1-4a97-9ef7-75bd81c00000",
        "hash_ek, 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "Machine-7.example_org, Machine-7.example_org",
        "a, a"
    })
    void everySpellingOfAnIdBecomesOne(String option, String expected) throws Exception {
        assertThat(choose(option, Map.of())).isEqualTo(expected);
    }

    @Test
    void eightyCharactersAreAnId() throws Exception {
        assertThat(choose("a".repeat(80), Map.of())).hasSize(80);
    }

    @Test
    void generateIsARandomUuidOfVersionFourEachTime() throws Exception {
        String first = choose("generate", Map.of());
        assertThat(first).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(choose("generate", Map.of())).isNotEqualTo(first);
    }

    @Test
    void theEnvironmentMayNameIt() throws Exception {
        assertThat(choose("environment", Map.of("KEYLIME_AGENT_UUID", "machine-1")))
                .isEqualTo("machine-1");
        assertThatThrownBy(() -> choose("environment", Map.of())).hasMessageContaining("KEYLIME_AGENT_UUID");
        assertThatThrownBy(() -> choose("environment", Map.of("KEYLIME_AGENT_UUID", "environment")))
                .hasMessageContaining("KEYLIME_AGENT_UUID");
        assertThatThrownBy(() -> choose("environment", Map.of("KEYLIME_AGENT_UUID", "../x")))
                .isInstanceOf(AgentDataException.class);
    }

    @Test
    void theFirmwareMayNameIt() throws Exception {
        assertThatThrownBy(() -> choose("dmidecode", Map.of())).hasMessageContaining("product_uuid");
        Path dmi = Files.createDirectories(root.resolve("sys/class/dmi/id"));
        Files.writeString(dmi.resolve("product_uuid"), "4C4C4544-0042-3510-8052-B4C04F564433\n");
        assertThat(choose("dmidecode", Map.of())).isEqualTo("4c4c4544-0042-3510-8052-b4c04f564433");
    }
}
