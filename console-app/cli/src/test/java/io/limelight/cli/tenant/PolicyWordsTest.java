package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.Endpoint;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.tenant.kit.TenantWorld;
import io.limelight.core.tpm.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code limelight tenant -c addruntimepolicy} and its sisters. */
class PolicyWordsTest {
    @TempDir
    Path folder;

    private CommandLineHarness line;
    private TenantWorld world;

    @BeforeEach
    void build() throws Exception {
        line = new CommandLineHarness(folder);
        world = TenantWorld.in(folder);
        world.configure();
        Files.write(folder.resolve("p.json"), Fixtures.bytes("runtime-policy/sign/runtime-policy.json"));
        Files.write(folder.resolve("s.json"), Fixtures.bytes("runtime-policy/sign/runtime-policy.signed-ecdsa.json"));
        Files.write(folder.resolve("k.pem"), Fixtures.bytes("runtime-policy/sign/ec-p521-public.pem"));
        Files.write(folder.resolve("l.txt"), Fixtures.bytes("runtime-policy/ima-allowlist-short.txt"));
        Files.writeString(folder.resolve("b.json"), "{\"has_secureboot\": true, \"pk\": []}");
    }

    @AfterEach
    void end() {
        world.close();
    }

    private int tenant(String arguments) {
        return line.run(world.environment(), ("tenant " + arguments).split(" ", -1));
    }

    private ObjectNode stored(PolicyKind kind, String name) {
        return world.verifier().policies(kind).get(name);
    }

    // --- what does not work ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-c addruntimepolicy --runtime-policy p.json                     | needs the name of a policy",
                "-c updateruntimepolicy --runtime-policy-name web                | needs a policy: --runtime-policy",
                "-c showruntimepolicy                                            | --runtime-policy-name",
                "-c deleteruntimepolicy                                          | --runtime-policy-name",
                "-c addmbpolicy --mb-policy b.json                               | --mb-policy-name",
                "-c addmbpolicy --mb-policy-name uefi                            | needs a policy: --mb-policy",
                "-c updatembpolicy --mb-policy-name uefi                         | needs a policy: --mb-policy",
                "-c showmbpolicy                                                 | --mb-policy-name",
                "-c deletembpolicy                                               | --mb-policy-name",
                "-c addruntimepolicy --runtime-policy p.json --runtime-policy-name a/b | letters",
                "-c addruntimepolicy --runtime-policy s.json --runtime-policy-name web | --runtime-policy-sig-key",
                "-c addruntimepolicy --runtime-policy gone --runtime-policy-name web   | gone does not exist",
                "-c addruntimepolicy --runtime-policy b.json --runtime-policy-name web | is required and missing",
                "-c addmbpolicy --mb-policy p.json --mb-policy-name uefi         | no measured boot reference state",
                "-c addmbpolicy --mb-policy b.json --mb-policy-name ..           | folder",
                "-c addruntimepolicy --runtime-policy p.json --runtime-policy-name web --mb-policy b.json"
                        + " | does not belong to -c addruntimepolicy",
                "-c addmbpolicy --mb-policy b.json --mb-policy-name uefi --runtime-policy p.json"
                        + " | does not belong to -c addmbpolicy",
                "-c addruntimepolicy --runtime-policy p.json --runtime-policy-name web --sign_verification_key k.pem"
                        + " | does not belong to -c addruntimepolicy",
            })
    void whatIsWrongIsSaidBeforeAnybodyIsAsked(String arguments, String said) {
        assertThat(tenant(arguments)).as(arguments).isEqualTo(1);
        assertThat(line.out()).as(arguments).containsPattern("ERROR - ").contains(said);
        assertThat(world.journal().lines()).isEmpty();
    }

    @Test
    void whatIsNotThereOrThereAlreadyIsAnErrorThatNamesTheWayOut() {
        assertThat(tenant("-c showruntimepolicy --runtime-policy-name web")).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - The verifier at", "has no runtime policy web", "-c listruntimepolicy");
        assertThat(tenant("-c deletembpolicy --mb-policy-name uefi")).isEqualTo(1);
        assertThat(line.out()).contains("has no measured boot policy uefi", "-c listmbpolicy");
        assertThat(tenant("-c updateruntimepolicy --runtime-policy-name web --runtime-policy p.json"))
                .isEqualTo(1);
        assertThat(line.out()).contains("has no runtime policy web", "-c addruntimepolicy");
        assertThat(tenant("-c updatembpolicy --mb-policy-name uefi --mb-policy b.json"))
                .isEqualTo(1);
        assertThat(line.out()).contains("has no measured boot policy uefi", "-c addmbpolicy");

        assertThat(tenant("-c addruntimepolicy --runtime-policy-name web --runtime-policy p.json"))
                .isZero();
        assertThat(tenant("-c addruntimepolicy --runtime-policy-name web --runtime-policy p.json"))
                .isEqualTo(1);
        assertThat(line.out()).contains("has a runtime policy web already", "-c updateruntimepolicy");
    }

    @Test
    void aPolicyThatMachinesUseIsNotDeletedAndTheVerifiersReasonIsShown() {
        world.verifier()
                .answering(
                        "DELETE allowlists/{name}",
                        _ -> HttpReply.refusal(409, "Can't delete allowlist as it's currently in use by agent m1"));
        assertThat(tenant("-c deleteruntimepolicy --runtime-policy-name web")).isEqualTo(1);
        assertThat(line.out()).contains("while machines are judged by it", "in use by agent m1");
    }

    @Test
    void aVerifierThatStoresNoneSaysWhy() {
        world.verifier()
                .answering(
                        "POST allowlists/{name}", _ -> HttpReply.refusal(400, "This verifier stores none; \u001b[2J"));
        assertThat(tenant("-c addruntimepolicy --runtime-policy-name web --runtime-policy p.json"))
                .isEqualTo(1);
        assertThat(line.out()).contains("ERROR - ", "This verifier stores none").doesNotContain("\u001b");
    }

    @Test
    void aVerifierThatWantsSignaturesSaysSoAndDoesNotBlameTheOneWhoAsks() {
        world.verifier()
                .answering(
                        "POST allowlists/{name}",
                        _ -> HttpReply.refusal(401, "Runtime policy failed DSSE signature verification!"));
        assertThat(tenant("-c addruntimepolicy --runtime-policy-name web --runtime-policy p.json"))
                .isEqualTo(1);
        assertThat(line.out())
                .contains("takes signed runtime policies only", "failed DSSE signature verification")
                .doesNotContain("client certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"runtimepolicy names\": 7}", "{\"runtimepolicy names\": [7]}"})
    void nonsenseFromAVerifierIsNoResult(String results) {
        world.verifier().answering("GET allowlists", _ -> HttpReply.success(WireJson.parse(results)));
        assertThat(tenant("-c listruntimepolicy")).isEqualTo(1);
        assertThat(line.out()).contains("ERROR - ").doesNotContain("response: 200");
    }

    // --- what does ---

    @Test
    void aRuntimePolicyLivesFromAddToDelete() throws Exception {
        String name = " --runtime-policy-name web";
        assertThat(tenant("-c addruntimepolicy --runtime-policy p.json" + name))
                .as("%s", line.out())
                .isZero();
        String text = Files.readString(folder.resolve("p.json"));
        assertThat(stored(PolicyKind.RUNTIME, "web"))
                .isEqualTo(WireJson.object()
                        .put("tpm_policy", "{\"mask\":\"0x400\"}")
                        .put(
                                "runtime_policy",
                                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))
                        .put("runtime_policy_key", ""));
        // Keylime's tenant prints the answer as Python does.
        assertThat(line.out())
                .contains("{'code': 201, 'status': 'Created', 'results': {}}")
                .containsPattern("INFO - The runtime policy of p.json .* is stored as web on the verifier at");

        assertThat(tenant("-c listruntimepolicy")).isZero();
        assertThat(line.out())
                .startsWith("list command response: 200.\n"
                        + "{'code': 200, 'status': 'Success', 'results': {'runtimepolicy names': ['web']}}\n")
                .contains("Policy list from Verifier (127.0.0.1:"
                        + world.verifier().port() + "):\n{\"runtimepolicy names\": [\"web\"]}\n");

        assertThat(tenant("-c updateruntimepolicy --runtime-policy s.json --runtime-policy-sig-key k.pem" + name))
                .as("%s", line.out())
                .isZero();
        assertThat(stored(PolicyKind.RUNTIME, "web").path("runtime_policy_key").asString())
                .isEqualTo(Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("k.pem"))));

        assertThat(tenant("-c showruntimepolicy" + name)).isZero();
        assertThat(line.out())
                .startsWith(
                        "Show allowlist command response: 200.\n{'code': 200, 'status': 'Success', 'results': {'name':"
                                + " 'web', 'tmp_policy': '{\"mask\":\"0x400\"}', 'runtime_policy': '");
        List<String> lines = line.out().lines().toList();
        JsonNode shown = WireJson.parse(lines.getLast());
        assertThat(shown.path("runtime_policy").asString()).isEqualTo(Files.readString(folder.resolve("s.json")));

        assertThat(tenant("-c deleteruntimepolicy" + name)).isZero();
        assertThat(line.out())
                .startsWith("{}\n")
                .contains("INFO - The runtime policy web was deleted from the verifier at");
        assertThat(world.verifier().policies(PolicyKind.RUNTIME)).isEmpty();
        assertThat(tenant("-c listruntimepolicy")).isZero();
        assertThat(line.out()).contains("{'runtimepolicy names': []}");
    }

    @Test
    void aMeasuredBootPolicyLivesFromAddToDelete() throws Exception {
        String name = " --mb-policy-name uefi";
        assertThat(tenant("-c addmbpolicy --mb-policy b.json" + name))
                .as("%s", line.out())
                .isZero();
        assertThat(stored(PolicyKind.MEASURED_BOOT, "uefi"))
                .isEqualTo(WireJson.object().put("mb_policy", Files.readString(folder.resolve("b.json"))));
        assertThat(tenant("-c listmbpolicy")).isZero();
        assertThat(line.out())
                .startsWith("listmbpolicy command response: 200.\n")
                .contains("{'mbpolicy names': ['uefi']}");
        Files.writeString(folder.resolve("b.json"), "{\"has_secureboot\": true, \"kek\": []}");
        assertThat(tenant("-c updatembpolicy --mb_refstate b.json" + name)).isZero();
        assertThat(tenant("-c showmbpolicy" + name)).isZero();
        assertThat(line.out())
                .startsWith("showmbpolicy command response: 200.\n")
                .contains("'mb_policy': '{\"has_secureboot\": true, \"kek\": []}'");
        assertThat(tenant("-c deletembpolicy" + name)).isZero();
        assertThat(world.verifier().policies(PolicyKind.MEASURED_BOOT)).isEmpty();
    }

    @Test
    void theWordsOfOldStillWork() throws Exception {
        assertThat(tenant("-c addallowlist --allowlist l.txt --allowlist-name web"))
                .as("%s", line.out())
                .isZero();
        String policy = stored(PolicyKind.RUNTIME, "web").path("runtime_policy").asString();
        assertThat(WireJson.parse(Base64.getDecoder().decode(policy))
                        .path("meta")
                        .path("generator")
                        .asInt())
                .isEqualTo(3);
        assertThat(tenant("-c showallowlist --allowlist-name web")).isZero();
        assertThat(line.out()).contains("\nShow allowlist command response: 200.\n{'code': 200");
        assertThat(tenant("-c deleteallowlist --allowlist-name web")).isZero();
        assertThat(world.verifier().policies(PolicyKind.RUNTIME)).isEmpty();
    }

    @Test
    void pcrsThatGoWithAPolicyAreStoredWithIt() {
        assertThat(tenant(
                        "-c addruntimepolicy --runtime-policy p.json --runtime-policy-name web --tpm_policy {\"23\":\""
                                + "ab".repeat(32) + "\"}"))
                .isZero();
        assertThat(stored(PolicyKind.RUNTIME, "web").path("tpm_policy").asString())
                .isEqualTo("{\"23\":[\"" + "ab".repeat(32) + "\"],\"mask\":\"0x800400\"}");
    }

    @Test
    void whatKeylimePrintsPastItsLogGoesToStandardOutputAlsoWhereTheLogDoesNot() throws Exception {
        Path logging = Files.writeString(folder.resolve("logging.conf"), """
                [loggers]
                keys = root
                [logger_root]
                level = INFO
                [handler_consoleHandler]
                class = StreamHandler
                args = (sys.stderr,)
                """);
        var environment = new java.util.TreeMap<>(world.environment());
        environment.put("KEYLIME_LOGGING_CONFIG", logging.toString());
        assertThat(line.run(environment, "tenant", "-c", "listmbpolicy")).isZero();
        assertThat(line.out())
                .isEqualTo("listmbpolicy command response: 200.\n"
                        + "{'code': 200, 'status': 'Success', 'results': {'mbpolicy names': []}}\n");
        assertThat(line.err()).contains("{\"mbpolicy names\": []}");
    }

    // --- for a person ---

    @Test
    void aPersonIsToldWhatAPolicyAmountsTo() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PersonOutput person = new PersonOutput(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(new ByteArrayOutputStream(), true));
        Endpoint verifier = Endpoint.verifier("127.0.0.1", 8881);
        ObjectNode envelope = WireJson.object();
        envelope.putObject("results")
                .put("name", "web\u001b[2J")
                .put("tmp_policy", "{}")
                .put("runtime_policy", Files.readString(folder.resolve("s.json")));
        person.policy(PolicyKind.RUNTIME, verifier, envelope);
        envelope.putObject("results").put("name", "bad").put("runtime_policy", "nonsense");
        person.policy(PolicyKind.RUNTIME, verifier, envelope);
        envelope.putObject("results").put("name", "empty").putNull("runtime_policy");
        person.policy(PolicyKind.RUNTIME, verifier, envelope);
        envelope.putObject("results").put("name", "uefi").put("mb_policy", "{}");
        person.policy(PolicyKind.MEASURED_BOOT, verifier, envelope);
        envelope.putObject("results").putArray("mbpolicy names").add("a").add("b");
        person.policies(PolicyKind.MEASURED_BOOT, verifier, envelope);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "The runtime policy web", "signatures  1", "files       ", "It cannot be used: it is not JSON")
                .contains("is empty.", "no boot is judged", "has 2 measured boot policies:\n  a\n  b\n")
                .doesNotContain("\u001b");
    }
}
