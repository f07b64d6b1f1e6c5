package io.limelight.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    void allMistakesOfAFileAreNamedAtOnce() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nport = 99999\nquote_interva = 2\nretry_interval = banana\n");
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("verifier.conf:2: port = \"99999\"")
                .hasMessageContaining("quote_interval")
                .hasMessageContaining("verifier.conf:4: retry_interval = \"banana\"");
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
                "port = \"8881\"|port|whole number",
                "quote_interval = NaN|quote_interval|number",
                "severity_labels = [info]|severity_labels|a list such as",
                "trusted_client_ca = cacert.crt|trusted_client_ca|a list such as ['a', 'b']",
                "trusted_client_ca = ['a' 'b']|trusted_client_ca|comma",
            })
    void aBadValueStopsTheLoadingWithFileLineAndReason(String line, String option, String reason) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nversion = 2.6\n" + line + "\n");
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("verifier.conf:3")
                .hasMessageContaining(option)
                .hasMessageContaining(reason);
    }

    /** They were believed until somebody was to be asked there, which the agent does only after it has worked with its TPM. */
    @ParameterizedTest
    @CsvSource({
        "AGENT,registrar_ip,''",
        "AGENT,registrar_ip,a b",
        "AGENT,registrar_ip,http://x",
        "AGENT,registrar_ip,10.0.0.1:8890",
        "AGENT,contact_ip,a b",
        "TENANT,registrar_ip,a/b",
        "TENANT,verifier_ip,''",
        "TENANT,verifier_ip,[::1"
    })
    void aHostThatIsNoneStopsTheLoadingWithItsPlace(Component component, String option, String host) throws Exception {
        String quote = component == Component.AGENT ? "\"" : "";
        String program = component.fileName();
        file("etc/keylime/" + program + ".conf", "[" + program + "]\n" + option + " = " + quote + host + quote + "\n");
        assertThatThrownBy(() -> load(component))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(program + ".conf:2: " + option)
                .hasMessageContaining("is not the name or address of a computer");
        String variable = "KEYLIME_" + program.toUpperCase(Locale.ROOT) + "_" + option.toUpperCase(Locale.ROOT);
        assertThatThrownBy(() -> load(component, variable, host))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("environment " + variable);
        for (String good : List.of("10.0.0.1", "::1", "[::1]", "keylime.example.org", "my_host", "localhost")) {
            assertThat(load(component, variable, good).text(option)).isEqualTo(good);
        }
    }

    @Test
    void anAgentWithoutAContactAddressIsReachedWhereItListens() throws Exception {
        assertThat(load(Component.AGENT, "KEYLIME_AGENT_CONTACT_IP", "").optionalText("contact_ip"))
                .isEmpty();
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
                "database_url = mysql://u:p@h/db|databases are SQLite and PostgreSQL",
                "database_url = jdbc:mariadb://h/db|not mariadb",
                "database_url = redis://h/db|write sqlite",
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
                "[verifier]!port = 1!PORT = 2|already set",
                "[verifier]!port = 1![verifier]!ip = ::|there already",
                "[verifier]! = 2|without a name",
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ip = \"10.0.0.1\"|10.0.0.1",
                "ip =   10.0.0.1   |10.0.0.1",
                "ip: 10.0.0.1|10.0.0.1",
                "IP = 10.0.0.1|10.0.0.1",
                "ip = 10.0.0.1 # no comment|10.0.0.1 # no comment",
                "ip = %(port)s|%(port)s",
                "ip =|",
            })
    void textsOfIniFilesAreReadAsPythonReadsThem(String line, String expected) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\n; comment\n" + line + "\n");
        assertThat(load(Component.VERIFIER).text("ip")).isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource({"1,true", "YES,true", "True,true", "on,true", "0,false", "no,false", "FALSE,false", "Off,false"})
    void booleansHaveFourWordsEach(String word, boolean expected) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nenable_agent_mtls = " + word + "\n");
        assertThat(load(Component.VERIFIER).bool("enable_agent_mtls")).isEqualTo(expected);
    }

    @Test
    void aWrongBooleanOfTheEnvironmentFallsBackToTheDefaultAndIsSaid() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nenable_agent_mtls = false\n");
        ComponentConfig config = load(Component.VERIFIER, "KEYLIME_VERIFIER_ENABLE_AGENT_MTLS", "flase");
        assertThat(config.bool("enable_agent_mtls")).isTrue();
        assertThat(config.warnings()).singleElement().asString().contains("ENABLE_AGENT_MTLS", "True");
    }

    @Test
    void continuedValuesNeedMoreIndentationThanTheirOption() throws Exception {
        file(
                "etc/keylime/verifier.conf",
                "[verifier]\n  severity_labels = ['info',\n    # a comment between\n     'worst']\n  port = 1\n");
        ComponentConfig config = load(Component.VERIFIER);
        assertThat(config.list("severity_labels")).containsExactly("info", "worst");
        assertThat(config.port("port")).isEqualTo(1);
    }

    @Test
    void listsMayStandInDoubleQuotesAndTheirElementsAreStripped() throws Exception {
        file("etc/keylime/tenant.conf", "[tenant]\naccept_tpm_hash_algs = \"[' sha256 ', 'sha1',]\"\n");
        assertThat(load(Component.TENANT).list("accept_tpm_hash_algs")).containsExactly("sha256", "sha1");
    }

    @Test
    void quotesArePartOfANameInTheAgentsLists() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\ntrusted_client_ca = \"[a.pem, 'b.pem'  c.pem]\"\n");
        assertThat(load(Component.AGENT).list("trusted_client_ca")).containsExactly("a.pem", "'b.pem'", "c.pem");
    }

    @Test
    void optionsOutsideTheMainSectionCarryItsName() throws Exception {
        ComponentConfig config = load(
                Component.VERIFIER,
                "KEYLIME_VERIFIER_REVOCATIONS_ENABLED_REVOCATION_NOTIFICATIONS",
                "['webhook']",
                "KEYLIME_VERIFIER_IP",
                "\"::1\"");
        assertThat(config.list("revocations.enabled_revocation_notifications")).containsExactly("webhook");
        assertThat(config.text("ip")).isEqualTo("::1");
        assertThat(config.text("revocations.zmq_ip")).isEqualTo("127.0.0.1");
    }

    @Test
    void aFileNamedByTheEnvironmentReplacesAllOthers() throws Exception {
        file("etc/keylime.conf", "[cloud_verifier]\nquote_interval = 7\n");
        file("etc/keylime/verifier.conf", "[verifier]\nport = 1\n");
        file("etc/keylime/verifier.conf.d/1", "[verifier]\nport = 2\n");
        file("mine", "[verifier]\nmax_retries = 3\n");
        ComponentConfig config = load(
                Component.VERIFIER,
                "KEYLIME_VERIFIER_CONFIG",
                root.resolve("mine").toString());
        assertThat(config.port("port")).isEqualTo(8881);
        assertThat(config.decimal("quote_interval")).isEqualTo(2);
        assertThat(config.integer("max_retries", 0, 9)).isEqualTo(3);
    }

    @Test
    void aMissingFileNamedByTheEnvironmentIsFatalForTheAgentOnly() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nport = 1\n");
        ComponentConfig verifier = load(Component.VERIFIER, "KEYLIME_VERIFIER_CONFIG", "/nowhere/v.conf");
        assertThat(verifier.port("port")).isEqualTo(1);
        assertThat(verifier.warnings()).singleElement().asString().contains("/nowhere/v.conf");
        assertThatThrownBy(() -> load(Component.AGENT, "KEYLIME_AGENT_CONFIG", "/nowhere/a.conf"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/nowhere/a.conf");
    }

    @Test
    void snippetsNeedABaseFile() throws Exception {
        file("etc/keylime/verifier.conf.d/1", "[verifier]\nport = 2\n");
        assertThat(load(Component.VERIFIER).port("port")).isEqualTo(8881);
        file("usr/etc/keylime/verifier.conf", "[verifier]\n");
        assertThat(load(Component.VERIFIER).port("port")).isEqualTo(2);
    }

    @Test
    void theInvertedTomtouOptionIsWarnedAboutUntilOursSaysItPlainly() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\nignore_tomtou_errors = False\n");
        assertThat(load(Component.VERIFIER).warnings())
                .singleElement()
                .asString()
                .contains("verifier.conf:2", "against its name", "tomtou = fail");
        assertThat(load(Component.VERIFIER, "KEYLIME_VERIFIER_TOMTOU", "fail").warnings())
                .isEmpty();
    }

    @Test
    void theOldFileIsUpgradedAsKeylimesToolDoesIt() throws Exception {
        file("etc/keylime.conf", """
                [general]
                enable_tls = True
                [cloud_verifier]
                tls_dir = generate
                private_key = old.pem
                database_url =
                check_client_cert = True
                cloudverifier_prot = 1
                [registrar]
                tls_dir = CV
                trusted_client_ca = cacert.crt
                """);
        ComponentConfig verifier = load(Component.VERIFIER);
        assertThat(verifier.text("server_key")).isEqualTo("default");
        assertThat(verifier.text("database_url")).isEqualTo("sqlite");
        assertThat(verifier.warnings())
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("did you mean cloudverifier_port?"));
        ComponentConfig registrar = load(Component.REGISTRAR);
        assertThat(registrar.text("tls_dir")).isEqualTo("default");
        assertThat(registrar.list("trusted_client_ca")).containsExactly("cacert.crt");
    }

    @Test
    void whereBothServicesMakeTheirOwnCaTheTenantOfOldTrustsBoth() throws Exception {
        file("etc/keylime.conf", "[cloud_verifier]\ntls_dir = generate\n[registrar]\ntls_dir = generate\n");
        assertThat(load(Component.TENANT).list("trusted_server_ca"))
                .containsExactly("/var/lib/keylime/cv_ca/cacert.crt", "/var/lib/keylime/reg_ca/cacert.crt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000\ufffe", "[verifier]\nport = 1\n"})
    void aFileBeyondTheLimitIsNotRead(String text) throws Exception {
        file("etc/keylime/verifier.conf", text + "#".repeat(1 << 20));
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("larger than 1 MiB");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Files.createDirectories(root.resolve("etc/keylime"));
        Files.write(root.resolve("etc/keylime/verifier.conf"), new byte[] {(byte) 0xff, 0, 1});
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void passwordsInUrlsAreHiddenInErrorsToo() throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\ndatabase_url = mysql+pymysql://keylime:s3cret@db/v\n");
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not mysql")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://keylime:s3cret@db/v",
                "mysql://keylime:s3/s3cret@db/v",
                "mysql://keylime:s3@s3cret@db/v",
                "mysql://keylime:x@db/v?password=s3cret&sslpassword=s3cret",
                "redis:///keylime:s3cret@db"
            })
    void passwordsAreHiddenHoweverTheUrlIsWritten(String url) throws Exception {
        file("etc/keylime/verifier.conf", "[verifier]\ndatabase_url = " + url + "\n");
        assertThatThrownBy(() -> load(Component.VERIFIER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("(hidden)")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void everyOptionHasAMeaningAndADefaultOfItsType() throws Exception {
        for (Component component : Component.values()) {
            assertThat(load(component).all())
                    .isNotEmpty()
                    .allSatisfy(shown -> assertThat(shown.option().meaning())
                            .as(shown.option().name())
                            .isNotBlank());
        }
    }

    @Test
    void everySuccessorInTheMappingOfOldIsAKnownOption() {
        for (String[] row : OptionCatalogue.table("keylime-conf.mapping")) {
            if (!row[2].equals("-")) {
                assertThat(OptionCatalogue.of(Component.named(row[2]).orElseThrow())
                                .find(row[3], row[4]))
                        .as(String.join(" ", row))
                        .isPresent();
            }
        }
    }

    @Test
    void anAgentFileOutsideItsTableIsSaid() throws Exception {
        file("etc/keylime/agent.conf", "uuid = \"hash_ek\"\n[agent]\n");
        assertThat(load(Component.AGENT).warnings()).singleElement().asString().contains("agent.conf:1", "uuid");
    }

    @Test
    void deepNestingInTomlIsRefusedBeforeItIsParsed() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nuuid = " + "[".repeat(100_000));
        assertThatThrownBy(() -> load(Component.AGENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.conf:2");
    }

    @Test
    void theLogOfKeylimesShippedFileIsUnderstood() throws Exception {
        file("etc/keylime/logging.conf", """
                [loggers]
                keys = root,keylime
                [formatter_formatter]
                format = %(levelname)s %(message)s
                datefmt = %H:%M
                [logger_root]
                level = INFO
                [handler_consoleHandler]
                class = StreamHandler
                level = DEBUG
                args = (sys.stderr,)
                [logger_keylime]
                level = DEBUG
                """);
        LoggingConfig logging = new KeylimeConfig(Map.of(), root).logging();
        assertThat(logging.level()).isEqualTo(LoggingConfig.Level.DEBUG);
        assertThat(logging.format()).isEqualTo("%(levelname)s %(message)s");
        assertThat(logging.standardError()).isTrue();
        assertThat(new KeylimeConfig(Map.of(), root.resolve("none")).logging()).isEqualTo(LoggingConfig.shipped());
    }

    @Test
    void anUnknownLogLevelStopsTheStart() throws Exception {
        file("etc/keylime/logging.conf", "[logger_keylime]\nlevel = LOUD\n");
        assertThatThrownBy(() -> new KeylimeConfig(Map.of(), root).logging())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("logging.conf:2")
                .hasMessageContaining("LOUD");
    }

    @Test
    void aMisspeltSectionIsOneSentenceWithTheNearestRightOne() throws Exception {
        file(
                "etc/keylime/verifier.conf",
                "[verifer]\nquote_interval = 5\nport = 1\nnonsense = 2\n[verifier]\nip = ::1\n");
        assertThat(load(Component.VERIFIER).warnings())
                .singleElement()
                .asString()
                .contains("verifier.conf:2", "no section [verifer]", "ignored", "did you mean verifier?");
    }

    @Test
    void aSectionThatTheOldFileNeverHadIsNamed() throws Exception {
        file("etc/keylime.conf", "[cloud_verifer]\nquote_interval = 5\n[cloud_agent]\ncloudagent_port = 1\n");
        assertThat(load(Component.VERIFIER).warnings())
                .singleElement()
                .asString()
                .contains("keylime.conf:2", "no section [cloud_verifer]", "did you mean cloud_verifier?");
    }

    @ParameterizedTest
    @CsvSource({
        "KEYLIME_VERIFIER_PROT,did you mean KEYLIME_VERIFIER_PORT?",
        "KEYLIME_VERIFIER_REVOCATIONS_ZMQIP,did you mean KEYLIME_VERIFIER_REVOCATIONS_ZMQ_IP?",
        "KEYLIME_VERIFIER_QQQQ,and it is ignored",
        "KEYLIME_VERIFIER_CONFIG,",
        "KEYLIME_AGENT_PROT,",
        "KEYLIME_DIR,"
    })
    void aVariableThatNamesNoOptionIsSaid(String variable, @Nullable String said) throws Exception {
        Path file = root.resolve("a.conf");
        Files.writeString(file, "[verifier]\n");
        List<String> warnings =
                load(Component.VERIFIER, variable, file.toString()).warnings();
        if (said == null) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains("environment " + variable)
                    .endsWith(said);
        }
    }

    @Test
    void aTomlKeyThatStandsTwiceIsNamed() throws Exception {
        file("etc/keylime/agent.conf", "[agent]\nuuid = \"a\"\nuuid = \"b\"\n");
        assertThatThrownBy(() -> load(Component.AGENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.conf:3")
                .hasMessageContaining("uuid stands twice");
    }

    @Test
    void aSectionUnlikeAnyOtherIsNamedWithoutAGuess() throws Exception {
        file("etc/keylime/tenant.conf", "[general]\nx = 1\ny = 2\n[tenant]\n");
        assertThat(load(Component.TENANT).warnings())
                .singleElement()
                .asString()
                .contains("[general]")
                .doesNotContain("mean");
    }

    /** CVE-2022-23952: Keylime's installer left files with passwords readable for everybody. */
    @Test
    void aFileWithPasswordsThatEverybodyCanReadIsNamedOnce() throws Exception {
        String path = "etc/keylime/tenant.conf";
        file(path, "[tenant]\nclient_key_password = s3cret\n");
        Path written = root.resolve(path);
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(load(Component.TENANT).warnings())
                .singleElement()
                .asString()
                .contains(written + ":2", "client_key_password", "chmod o-r")
                .doesNotContain("s3cret");
        Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(load(Component.TENANT).warnings()).isEmpty();
        // Neither what ships nor what stands in the environment is in a file that somebody reads.
        file("etc/keylime/ca.conf", "[ca]\npassword = default\n");
        assertThat(load(Component.CA).warnings()).isEmpty();
        assertThat(load(Component.TENANT, "KEYLIME_TENANT_CLIENT_KEY_PASSWORD", "s3cret")
                        .warnings())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://u:s3cret@h/db",
                "jdbc:postgresql://h/db?user=u&password=s3cret",
                "postgresql:///db?host=h&password=s3cret"
            })
    void aDatabaseUrlWithAPasswordIsOneOfThem(String url) throws Exception {
        String path = "etc/keylime/verifier.conf";
        file(path, "[verifier]\ndatabase_url = " + url + "\n");
        Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(load(Component.VERIFIER).warnings())
                .singleElement()
                .asString()
                .contains("database_url", "chmod o-r")
                .doesNotContain("s3cret");
    }
}
