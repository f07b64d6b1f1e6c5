package io.limelight.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeylimeConfigTest {
    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private ComponentConfig load(Component component, String... environment) throws ConfigException {
        Map<String, String> variables = new java.util.HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return new KeylimeConfig(variables, root).load(component);
    }

    @Test
    void withoutAnyFileTheDefaultsAreKeylimes() throws Exception {
        ComponentConfig verifier = load(Component.VERIFIER);
        assertThat(verifier.port("port")).isEqualTo(8881);
        assertThat(verifier.text("ip")).isEqualTo("127.0.0.1");
        assertThat(verifier.decimal("quote_interval")).isEqualTo(2.0);
        assertThat(verifier.value("port").source()).isEqualTo("default");
        assertThat(load(Component.AGENT).text("enc_keyname")).isEqualTo("derived_tci_key");
        assertThat(load(Component.TENANT).list("accept_tpm_signing_algs")).containsExactly("ecschnorr", "rsassa");
        assertThat(load(Component.CA).text("cert_ca_name")).isEqualTo("Keylime Certificate Authority");
        assertThat(load(Component.REGISTRAR).workDir()).isEqualTo(root.resolve("var/lib/keylime"));
    }

    @Test
    void laterLayersWinAndEveryValueNamesItsSource() throws Exception {
        file("etc/keylime.conf", "[cloud_verifier]\ncloudverifier_port = 1111\nquote_interval = 7\nretry_interval=9\n");
        file("usr/etc/keylime/verifier.conf", "[verifier]\nport = 2222\n");
        file("etc/keylime/verifier.conf", "[verifier]\n# comment\nport = 3333\nquote_interval = 3\n");
        file("usr/etc/keylime/verifier.conf.d/10", "[verifier]\nport = 4444\n");
        file("etc/keylime/verifier.conf.d/20", "[verifier]\nport = 5555\n");

        ComponentConfig config = load(Component.VERIFIER, "KEYLIME_VERIFIER_MAX_RETRIES", "8");

        assertThat(config.port("port")).isEqualTo(5555);
        assertThat(config.value("port").source()).endsWith("etc/keylime/verifier.conf.d/20:2");
        assertThat(config.decimal("quote_interval")).isEqualTo(3);
        assertThat(config.decimal("retry_interval")).isEqualTo(9);
        assertThat(config.value("retry_interval").source()).endsWith("etc/keylime.conf:4");
        assertThat(config.integer("max_retries", 0, 100)).isEqualTo(8);
        assertThat(config.value("max_retries").source()).isEqualTo("environment KEYLIME_VERIFIER_MAX_RETRIES");
    }

    @Test
    void theAgentMergesAllItsTomlFiles() throws Exception {
        file("usr/etc/keylime/agent.conf", "[agent]\nip = \"10.0.0.1\"\nport = 9010\n");
        file("etc/keylime/agent.conf", "[agent]\nport = 9011\nextract_payload_zip = false\n");
        file("etc/keylime/agent.conf.d/a.conf", "[agent]\ntrusted_client_ca = \"a.pem, b.pem\"\n");

        ComponentConfig config = load(Component.AGENT);

        assertThat(config.text("ip")).isEqualTo("10.0.0.1");
        assertThat(config.port("port")).isEqualTo(9011);
        assertThat(config.bool("extract_payload_zip")).isFalse();
        assertThat(config.list("trusted_client_ca")).containsExactly("a.pem", "b.pem");
        assertThat(config.value("port").source()).endsWith("etc/keylime/agent.conf:2");
    }

    @Test
    void namesOfTheOldSingleFileStillWork() throws Exception {
        file(
                "etc/keylime.conf",
                "[cloud_agent]\nagent_uuid = hash_ek\ndec_payload_file = secret\nextract_payload_zip = True\n"
                        + "listen_notifications = True\n[tenant]\naccept_tpm_hash_algs = sha512, sha256\n"
                        + "[cloud_verifier]\nrevocation_notifiers = agent,zeromq\n");
        ComponentConfig agent = load(Component.AGENT);
        assertThat(agent.text("uuid")).isEqualTo("hash_ek");
        assertThat(agent.text("dec_payload_file")).isEqualTo("secret");
        assertThat(agent.bool("enable_revocation_notifications")).isTrue();
        assertThat(load(Component.TENANT).list("accept_tpm_hash_algs")).containsExactly("sha512", "sha256");
    }

    @Test
    void anUnknownNameIsSaidWithTheNearestRightOne() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nquote_intervall = 3\n");
        assertThat(load(Component.VERIFIER).warnings())
                .singleElement()
                .asString()
                .contains("verifier.conf:2", "quote_intervall", "did you mean quote_interval?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port = eighty|port|whole number",
                "port = 70000|port|65535",
                "quote_interval = -1|quote_interval|number",
                "enable_agent_mtls = perhaps|enable_agent_mtls|true or false",
            })
    void aBadValueIsRefusedWithFileLineAndReason(String line, String option, String reason) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nversion = 2.6\n" + line + "\n");
        ComponentConfig config = load(Component.VERIFIER);
        assertThatThrownBy(() -> {
                    config.port("port");
                    config.decimal("quote_interval");
                    config.bool("enable_agent_mtls");
                })
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("verifier.conf:3")
                .hasMessageContaining(option)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode = push|push model",
                "measured_boot_imports = ['my.module']|Python",
                "durable_attestation_import = keylime.da.examples.file|durable attestation",
                "authorization_provider = ldap|simple",
                "database_url = mysql+pymysql://u:p@h/db|not mysql",
                "database_url = mariadb://u:p@h/db|not mariadb",
                "tomtou = maybe|fail, accept",
            })
    void whatCannotBeHonouredStopsTheStart(String line, String reason) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\n" + line + "\n");
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("verifier.conf:2")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[verifier]!port = 1!port = 2|already set",
                "port = 1|before the first",
                "[verifier!port = 1|closing bracket",
                "[verifier]!just words|neither a section",
            })
    void aFileThatCannotBeParsedStopsTheStartWithItsLine(String text, String reason) throws Exception {
        file("etc/keylime/verifier.conf", text.replace('!', '\n'));
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("(?s).*verifier.conf:[0-9]+: .*" + reason + ".*");
    }

    @Test
    void brokenTomlIsSaidWithItsLine() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nip = \"10.0.0.1\"\nport = = 3\n");
        assertThatThrownBy(() -> load(Component.AGENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.conf:3");
    }

    @Test
    void aTomlListWhereTheAgentWantsAStringIsExplained() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\ntrusted_client_ca = [\"a\", \"b\"]\n");
        assertThatThrownBy(() -> load(Component.AGENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.conf:2")
                .hasMessageContaining("lists are strings");
    }

    @Test
    void passwordsAreHiddenWhereValuesAreShown() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nclient_key_password = s3cret\n");
        assertThat(load(Component.VERIFIER).all())
                .filteredOn(shown -> shown.option().name().equals("client_key_password"))
                .extracting(ComponentConfig.Shown::visibleText)
                .containsExactly("(hidden)");
    }

    @Test
    void theWorkDirectoryComesFromTheEnvironmentFirst() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nkeylime_dir = \"/srv/keylime\"\n");
        assertThat(load(Component.AGENT).workDir()).isEqualTo(Path.of("/srv/keylime"));
        assertThat(load(Component.AGENT, "KEYLIME_DIR", "/tmp/k").workDir()).isEqualTo(Path.of("/tmp/k"));
    }
}
