package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What scripts written for keylime_tenant rely on: options, lines on standard output, exit statuses. */
class TenantCommandTest {
    private static final String ID = TenantWorld.ID.value();
    private static final String SECRET = "the database password is correct-horse";
    private static final String PREFIX =
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} - keylime\\.tenant - (DEBUG|INFO|WARNING|ERROR) - ";

    @TempDir
    Path folder;

    private CommandLineHarness line;
    private TenantWorld world;
    private SoftMachine machine;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        world = TenantWorld.in(folder);
        world.configure();
        machine = world.machine(TenantWorld.ID);
        Files.writeString(folder.resolve("payload.txt"), SECRET);
    }

    @AfterEach
    void end() {
        world.close();
    }

    private int tenant(String... arguments) {
        return tenant(Map.of(), arguments);
    }

    private int tenant(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new TreeMap<>(world.environment());
        environment.putAll(more);
        String[] all = new String[arguments.length + 1];
        all[0] = "tenant";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return line.run(environment, all);
    }

    private void enrol() {
        assertThat(tenant("-u", ID)).isZero();
        world.journal().clear();
    }

    /** The JSON on the line after the one that ends so. */
    private JsonNode jsonAfter(String title) throws Exception {
        List<String> lines = line.out().lines().toList();
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).matches(PREFIX + ".*") && lines.get(i).contains(title)) {
                return WireJson.parse(lines.get(i + 1));
            }
        }
        throw new AssertionError("no line with " + title + " in\n" + line.out());
    }

    // --- add and update ---

    @Test
    void addIsTheDefaultAndEverythingGoesToStandardOutputAsKeylimesLog() throws Exception {
        assertThat(tenant(
                        "-u",
                        ID,
                        "-f",
                        "payload.txt",
                        "--verify",
                        "--tpm_policy",
                        "{\"15\": \"" + "AB".repeat(32) + "\"}"))
                .isZero();
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(line.err()).isEmpty();
        assertThat(line.out().lines()).allMatch(text -> text.matches(PREFIX + ".*") || text.startsWith("{"));
        JsonNode status = jsonAfter(
                "Agent Info from Verifier (127.0.0.1:" + world.verifier().port() + "):");
        assertThat(status.path(ID).path("operational_state").stringValue()).isEqualTo("Start");
        assertThat(status.path(ID).path("tpm_policy").stringValue())
                .contains("\"15\":[\"" + "ab".repeat(32) + "\"]", "0x8000");
    }

    @Test
    void nothingSecretIsPrintedNotEvenInDetail() throws Exception {
        assertThat(tenant("-u", ID, "-f", "payload.txt", "--verify", "--debug")).isZero();
        String v = world.verifier().machines().get(ID).v();
        assertThat(line.out() + line.err()).doesNotContain(SECRET, v);
        assertThat(tenant("-c", "cvstatus", "-u", ID, "--debug")).isZero();
        assertThat(line.out() + line.err())
                .as("this verifier gives V away in clear, as Keylime's does")
                .contains("\"v\": \"(hidden)\"")
                .doesNotContain(v);
        assertThat(tenant("-c", "bulkinfo")).isZero();
        assertThat(line.out()).doesNotContain(v);
    }

    @Test
    void updateEnrolsAnew() {
        enrol();
        assertThat(tenant("-c", "update", "-u", ID, "-f", "payload.txt", "--verify"))
                .isZero();
        assertThat(machine.unlocked()).contains(SECRET);
        assertThat(world.journal().lines()).contains("verifier DELETE agents/{id}");
    }

    @Test
    void addingTwiceIsAnErrorThatNamesUpdate() {
        enrol();
        assertThat(tenant("-c", "add", "-u", ID)).isEqualTo(1);
        assertThat(line.out()).containsPattern(PREFIX.replace("(DEBUG|INFO|WARNING|ERROR)", "ERROR") + ".*-c update");
        assertThat(line.err()).isEmpty();
    }

    @Test
    void anErrorIsOneLogLineAndItsStackIsShownOnlyInDetail() {
        machine.close();
        assertThat(tenant("-u", ID)).isEqualTo(1);
        assertThat(line.out().lines().filter(text -> text.contains(" - ERROR - ")))
                .hasSize(1);
        assertThat(line.out() + line.err()).doesNotContain("\tat ");
        assertThat(tenant("-u", ID, "--debug")).isEqualTo(1);
        assertThat(line.err()).contains("\tat io.limelight.");
    }

    @Test
    void optionsMayBeWrittenInEveryWayTheOldParserTakes() throws Exception {
        // Long ones with one dash, abbreviated, with "=", and short ones with their value attached.
        assertThat(tenant(
                        "--command=add",
                        "-u" + ID,
                        "-t",
                        "127.0.0.1",
                        "-tp",
                        Integer.toString(machine.port()),
                        "-v",
                        "127.0.0.1",
                        "-vp",
                        Integer.toString(world.verifier().port()),
                        "--registrarh",
                        "127.0.0.1",
                        "-rp",
                        Integer.toString(world.registrar().port()),
                        "--cv_t",
                        "10.1.1.1",
                        "--fil=payload.txt",
                        "--tpm={\"7\":[\"" + "00".repeat(32) + "\"]}",
                        "--verif",
                        "--agent-api",
                        "2.2"))
                .as(line.err())
                .isZero();
        var posted = world.verifier().machines().get(ID);
        assertThat(posted.cloudagentIp()).isEqualTo("10.1.1.1");
        assertThat(posted.supportedVersion()).isEqualTo("2.2");
        assertThat(posted.tpmPolicy()).contains("\"7\"");
        assertThat(machine.unlocked()).contains(SECRET);
    }

    @Test
    void anAddressAloneFindsTheMachineAndSaysWhich() {
        assertThat(tenant("-t", "127.0.0.1", "-f", "payload.txt")).isZero();
        assertThat(line.out()).containsPattern("WARNING - .*" + ID + ".*127\\.0\\.0\\.1");
    }

    @Test
    void withoutIdAndAddressItIsKeylimesDefaultWithAWarning() {
        assertThat(tenant("-c", "regstatus")).isEqualTo(1);
        assertThat(line.out()).contains("WARNING - Using default UUID " + AgentId.DEFAULT);
    }

    @Test
    void aFileThatCannotBeSentIsNamedBeforeAnybodyIsAsked() {
        assertThat(tenant("-t", "127.0.0.1", "-f", "nowhere.zip")).isEqualTo(1);
        assertThat(line.out()).contains("nowhere.zip does not exist");
        assertThat(world.journal().lines()).isEmpty();
    }

    // --- status, lists ---

    @Test
    void cvstatusIsTheVerifiersAnswerUnderTheIdWithItsStateAsAWord() throws Exception {
        enrol();
        world.verifier().set(ID, OperationalState.TENANT_FAILED);
        assertThat(tenant("-c", "cvstatus", "-u", ID)).isZero();
        JsonNode status = jsonAfter(
                "Agent Info from Verifier (127.0.0.1:" + world.verifier().port() + "):");
        assertThat(status.propertyNames()).containsExactly(ID);
        assertThat(status.path(ID).propertyNames())
                .containsExactlyInAnyOrder(
                        "operational_state",
                        "v",
                        "ip",
                        "port",
                        "tpm_policy",
                        "meta_data",
                        "has_mb_refstate",
                        "has_runtime_policy",
                        "accept_tpm_hash_algs",
                        "accept_tpm_encryption_algs",
                        "accept_tpm_signing_algs",
                        "hash_alg",
                        "enc_alg",
                        "sign_alg",
                        "verifier_id",
                        "verifier_ip",
                        "verifier_port",
                        "severity_level",
                        "last_event_id",
                        "attestation_count",
                        "last_received_quote",
                        "last_successful_attestation",
                        "attestation_status",
                        "attestation_period",
                        "maximum_attestation_interval");
        assertThat(line.out()).contains("\"operational_state\": \"Tenant Quote Failed\"");
    }

    @Test
    void regstatusIsThreeLines() throws Exception {
        assertThat(tenant("-c", "regstatus", "-u", ID)).isZero();
        String address = "127.0.0.1:" + world.registrar().port();
        assertThat(line.out())
                .contains(
                        "Status from Registrar (" + address + "): Agent " + ID + " exists on registrar 127.0.0.1 port "
                                + world.registrar().port() + ".")
                .contains(" - INFO - {\"code\": 200, \"status\": \"Success\", \"results\": {");
        JsonNode record =
                jsonAfter("Agent Info from Registrar (" + address + "):").path(ID);
        assertThat(record.propertyNames())
                .containsExactly(
                        "aik_tpm", "regcount", "ek_tpm", "ip", "port", "mtls_cert", "ekcert", "operational_state");
        assertThat(record.path("operational_state").stringValue()).isEqualTo("Registered");
    }

    @Test
    void statusIsBothAndFailsIfEitherDoes() throws Exception {
        assertThat(tenant("-c", "status", "-u", ID)).isEqualTo(1);
        jsonAfter("Agent Info from Registrar");
        assertThat(line.out()).contains("ERROR - Agent " + ID + " does not exist on the verifier");
        enrol();
        assertThat(tenant("-c", "status", "-u", ID)).isZero();
        assertThat(line.out().indexOf("from Registrar")).isLessThan(line.out().indexOf("from Verifier"));
        world.registrar().records().clear();
        assertThat(tenant("-c", "status", "-u", ID)).isEqualTo(1);
        jsonAfter("Agent Info from Verifier");
    }

    @Test
    void cvlistPrintsThePythonDictionaryAndTheNestedList() throws Exception {
        enrol();
        assertThat(tenant("-c", "cvlist")).isZero();
        assertThat(line.out())
                .contains("From verifier 127.0.0.1 port " + world.verifier().port()
                        + " retrieved: \"{'code': 200, 'status': 'Success', 'results': {'uuids': [['" + ID + "']]}}\"");
        assertThat(jsonAfter("Agent list from Verifier (127.0.0.1:"
                        + world.verifier().port() + ") retrieved: "))
                .isEqualTo(WireJson.parse("{\"uuids\": [[\"" + ID + "\"]]}"));
    }

    @Test
    void reglistPrintsJsonTwice() throws Exception {
        assertThat(tenant("-c", "reglist")).isZero();
        assertThat(line.out())
                .contains("From registrar 127.0.0.1 port " + world.registrar().port() + " retrieved {\"code\": 200, ");
        assertThat(jsonAfter("Agent list from Registrar")).isEqualTo(WireJson.parse("{\"uuids\": [\"" + ID + "\"]}"));
    }

    @Test
    void bulkinfoIsAllMachinesAndPushMachinesHaveNoState() throws Exception {
        enrol();
        assertThat(tenant("-c", "bulkinfo", "-vi", "default")).isZero();
        assertThat(jsonAfter("Bulk Agent Info:")
                        .path(ID)
                        .path("operational_state")
                        .stringValue())
                .isEqualTo("Start");
        world.verifier()
                .answering(
                        "GET agents",
                        call -> HttpReply.success(
                                WireJson.parse("{\"p\": {\"operational_state\": null, \"ip\": null}}")));
        assertThat(tenant("-c", "bulkinfo")).isZero();
        assertThat(line.out()).contains("\"operational_state\": \"Not applicable (Push Mode)\"");
    }

    @Test
    void emptyListsAreNoError() {
        world.registrar().records().clear();
        for (String command : List.of("cvlist", "reglist", "bulkinfo")) {
            assertThat(tenant("-c", command)).as(command).isZero();
        }
    }

    // --- upkeep ---

    @Test
    void deleteReactivateAndRegdeleteSayWhatKeylimeSays() {
        enrol();
        world.verifier().set(ID, OperationalState.INVALID_QUOTE);
        assertThat(tenant("-c", "reactivate", "-u", ID)).isZero();
        assertThat(line.out()).contains("INFO - Agent " + ID + " re-activated");
        assertThat(tenant("-c", "delete", "-u", ID)).isZero();
        assertThat(line.out()).contains("INFO - Agent " + ID + " deleted from the CV");
        assertThat(tenant("-c", "regdelete", "-u", ID)).isZero();
        assertThat(world.registrar().records()).isEmpty();
    }

    @Test
    void whatIsNotThereIsAWarningForDeletionsAndAnErrorForTheRest() {
        for (String command : List.of("delete", "regdelete")) {
            assertThat(tenant("-c", command, "-u", "nobody")).as(command).isZero();
            assertThat(line.out()).contains("WARNING - ");
        }
        for (String command : List.of("reactivate", "cvstatus", "regstatus", "add", "update")) {
            assertThat(tenant("-c", command, "-u", "nobody")).as(command).isEqualTo(1);
            assertThat(line.out()).contains("ERROR - ");
        }
    }

    @Test
    void theCheckBeforeAnActCanBeLeftOut() {
        enrol();
        assertThat(tenant("-c", "delete", "-u", ID, "-nvc")).isZero();
        assertThat(world.journal().lines()).containsExactly("verifier GET version", "verifier DELETE agents/{id}");
    }

    // --- what is refused before anybody is asked ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "-x",
                ".hidden",
                "a/b",
                "a b",
                "ca",
                "CA",
                "RevocationNotifier",
                "revocationnotifier",
                "cacert",
                "x\ny",
                "\u001b[2J",
                "ä",
                ""
            })
    void hostileIdsAreRefused(String id) {
        for (String command : List.of("add", "update", "delete", "status", "regdelete", "reactivate")) {
            assertThat(tenant("-c", command, "--uuid=" + id)).as(command).isEqualTo(1);
        }
        assertThat(line.out()).contains("ERROR - The agent id").doesNotContain("\u001b");
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void anIdOfThreeHundredCharactersIsRefused() {
        assertThat(tenant("-u", "a".repeat(300))).isEqualTo(1);
        assertThat(line.out()).contains("300 characters long");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense",
                "-z",
                "surplus",
                "-u",
                "-tp x",
                "-tp 0",
                "-vp 65536",
                "-rp -1",
                "--runtime-policy a --runtime-policy-url b --runtime-policy-checksum c",
                "--runtime-policy-url b",
                "--runtime-policy-checksum c",
                "--allowlist a --allowlist-url b",
                "--exclude a",
                "-c addruntimepolicy",
                "-c addallowlist",
                "--runtime-policy- x",
                "--sig x"
            })
    void wrongUsageIsTwoWithUsageOnStandardError(String arguments) {
        assertThat(tenant(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(line.err()).contains("Usage: limelight tenant");
        assertThat(line.out()).isEmpty();
        assertThat(world.journal().lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-c nonsense",
                "-c ADD",
                "-f payload.txt -k keys",
                "-f payload.txt --cert default",
                "-k keys --cert default",
                "--cert payload.txt",
                "--cert=",
                "--include dir",
                "--cert myca --include absent",
                "--cert cv_ca",
                "--ca-password-file f",
                "-p sealed",
                "--verify",
                "--agent-api-version 1.0",
                "--agent-api-version 3.0",
                "--agent-api-version nonsense",
                "--tpm_policy nonsense",
                "--tpm_policy {\"10\":\"ab\"}",
                "--tpm_policy {\"16\":\"ab\"}",
                "--tpm_policy {\"24\":\"ab\"}",
                "--tpm_policy {\"mask\":\"0x1\"}",
                "--tpm_policy {\"15\":\"ab\"}",
                "-v a/b",
                "-t \u0001",
                "-t ",
                "-c status -t ",
                "-c add --cv_targethost "
            })
    void whatMakesNoSenseIsOne(String arguments) {
        String[] words = (arguments + " -u " + ID).split(" ", -1);
        assertThat(tenant(words)).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - ").doesNotContain("\u0001");
        assertThat(world.journal().lines()).noneMatch(text -> text.contains("POST"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--push-model", "--push-model -c cvstatus"})
    void whatIsStillToComeSaysSoAndSendsNothing(String arguments) {
        assertThat(tenant((arguments + " -u " + ID).split(" ", -1))).isEqualTo(1);
        assertThat(line.out()).contains("This build cannot do that yet").contains("Nothing was sent");
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void aPackageIsDeliveredFromACaThatIsMadeOnTheWay() throws Exception {
        Files.createDirectories(folder.resolve("payload"));
        Files.writeString(folder.resolve("payload/autorun.sh"), "#!/bin/sh\n");
        // Nobody is there to be asked, and "default" is no password.
        assertThat(tenant("-u", ID, "--cert", "myca", "--include", "payload")).isOne();
        assertThat(line.out()).contains("needs a password", "--ca-password-file");
        assertThat(folder.resolve("myca")).doesNotExist();
        assertThat(world.journal().lines()).noneMatch(text -> text.contains("POST"));

        Files.writeString(folder.resolve("word"), "s3cret\n");
        assertThat(tenant("-u", ID, "--cert", "myca", "--include", "payload", "--ca-password-file", "word", "--verify"))
                .as("%s", line.out())
                .isZero();
        assertThat(machine.unlocked().orElseThrow()).contains("autorun.sh", "RevocationNotifier-cert.crt");
        assertThat(line.out())
                .contains("package ready: certificate 2 (new) of the CA in " + folder.resolve("myca"))
                .doesNotContain("s3cret", "PRIVATE");

        // The machine's identity is there by now, so nobody has to know the password. The machine of these tests joins
        // whatever it has; a real one waits for the V that belongs to this U.
        machine.answering("POST keys/ukey", call -> HttpReply.success());
        world.verifier().delivering((id, share) -> share.close());
        assertThat(tenant("-c", "update", "-u", ID, "--cert", "myca"))
                .as("%s", line.out())
                .isZero();
        assertThat(line.out()).contains("package ready: certificate 2 of");
    }

    @Test
    void theDefaultCaIsInTheWorkDirectory() throws Exception {
        assertThat(tenant(Map.of("KEYLIME_CA_PASSWORD", "s3cret"), "-u", ID, "--cert", "default"))
                .as("%s", line.out())
                .isZero();
        assertThat(folder.resolve("ca/" + ID + "-cert.crt")).exists();
    }

    @Test
    void aBadConfigurationIsOneSentenceOnStandardError() throws Exception {
        world.configure("max_retries = many");
        assertThat(tenant("-c", "reglist")).isEqualTo(1);
        assertThat(line.err().lines())
                .singleElement()
                .asString()
                .contains("limelight tenant: configuration:", "tenant.conf:", "max_retries");
    }

    @Test
    void anOptionNobodyKnowsIsWarnedAbout() throws Exception {
        world.configure("max_retires = 3");
        assertThat(tenant("-c", "reglist")).isZero();
        assertThat(line.out()).containsPattern("WARNING - .*max_retires.*max_retries");
    }

    @Test
    void theLogsLevelStreamAndFormatAreThoseOfLoggingConf() throws Exception {
        Path logging = Files.writeString(folder.resolve("logging.conf"), """
                [loggers]
                keys = root
                [logger_root]
                level = WARNING
                [handler_consoleHandler]
                class = StreamHandler
                args = (sys.stderr,)
                [formatter_formatter]
                format = %(levelname)s:%(message)s
                """);
        assertThat(tenant(Map.of("KEYLIME_LOGGING_CONFIG", logging.toString()), "-c", "cvstatus", "-u", ID))
                .isEqualTo(1);
        assertThat(line.out()).isEmpty();
        assertThat(line.err()).startsWith("ERROR:Agent " + ID + " does not exist");
    }
}
