package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.json.WireJson;
import io.limelight.core.policy.boot.BootPolicy;
import io.limelight.core.policy.sign.PolicySigner;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.uefi.BootReplay;
import io.limelight.core.uefi.LogEditor;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Policies by name or with an agent: what may be stored, who is judged by it, and when. */
class PoliciesTest extends SharedVerifierTestBase {
    private static final String LS = "/usr/bin/ls";
    private static final String GOOD = TestList.policy("boot_aggregate", "boot", LS, "ls");
    private static final String STATE = Fixtures.text("real-boot/boot-a.mb_refstate.json");

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String runtime(String policy) {
        return WireJson.compactText(WireJson.object().put("runtime_policy", base64(policy)));
    }

    private static String boot(String policy) {
        return WireJson.compactText(WireJson.object().put("mb_policy", policy));
    }

    private Reply call(String method, String path, String body) throws Exception {
        return verifier.call(method, "/v2.6/" + path, body.getBytes(StandardCharsets.UTF_8));
    }

    private TestMachine measuring() throws Exception {
        return machine().measures("boot_aggregate", "boot").measures(LS, "ls");
    }

    // --- what may be stored ---

    static Stream<Arguments> refusals() throws Exception {
        return Stream.of(
                Arguments.of("allowlists", "{}", 400, "runtime_policy is required"),
                Arguments.of("allowlists", "[]", 400, "Exception error"),
                Arguments.of("allowlists", "{\"runtime_policy\": 5}", 400, "is no text"),
                Arguments.of("allowlists", "{\"runtime_policy\": \"%%%\"}", 400, "runtime_policy is no base64"),
                Arguments.of("allowlists", runtime("{"), 400, "not valid JSON"),
                Arguments.of("allowlists", runtime("{}"), 400, "Runtime policy is malformatted: meta"),
                Arguments.of(
                        "allowlists", runtime(GOOD.replace("\"excludes\": []", "\"excludes\": 1")), 400, "excludes"),
                Arguments.of(
                        "allowlists",
                        runtime(GOOD.replace("\"" + LS + "\": [\"", "\"" + LS + "\": [\"sha256:")),
                        400,
                        "malformatted"),
                Arguments.of("allowlists", runtime("[".repeat(100_000)), 400, "a policy is a JSON object"),
                Arguments.of(
                        "allowlists",
                        "{\"runtime_policy\": \"" + base64(GOOD) + "\", \"tpm_policy\": \"{\\\"10\\\": []}\"}",
                        400,
                        "PCR 10 cannot be named"),
                Arguments.of(
                        "allowlists",
                        "{\"runtime_policy\": \"" + base64(GOOD) + "\", \"runtime_policy_key\": \"" + base64("k")
                                + "\"}",
                        400,
                        "runtime_policy_key cannot be used"),
                Arguments.of("mbpolicies", "{}", 400, "mb_policy is required"),
                Arguments.of("mbpolicies", boot("{"), 400, "Measured boot policy is malformatted: it is not JSON"),
                Arguments.of("mbpolicies", boot("null"), 400, "it is null"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refusals")
    void whatIsNoPolicyIsRefusedAndNotStored(String kind, String body, int status, String reason) throws Exception {
        for (String method : List.of("POST", "PUT")) {
            Reply reply = call(method, kind + "/hostile", body);
            assertThat(reply.status()).as(reply.reason()).isEqualTo(status);
            assertThat(reply.reason()).contains(reason);
        }
        assertThat(call("GET", kind + "/hostile", "").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "a;b,      400, The path of the request holds a semicolon",
        "a;,       400, The path of the request holds a semicolon",
        "a%2Fb,    400, The path of the request holds an encoded slash",
        "..%2f..,  400, The path of the request holds an encoded slash",
        "%0a,      400, The path of the request holds a control character",
        "%00,      400, The path of the request cannot be decoded",
        "%ff,      400, The path of the request is no UTF-8",
        "a%3Bb,    404, the policy's name may only have letters",
        "%C3%A4,   404, the policy's name may only have letters",
        "a%20b,    404, the policy's name may only have letters",
    })
    void aNameThatCouldHarmIsNone(String name, int statusOfDelete, String reason) throws Exception {
        for (String kind : List.of("allowlists", "mbpolicies")) {
            for (String method : List.of("POST", "PUT")) {
                Reply refused = call(method, kind + "/" + name, runtime(GOOD));
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.reason()).startsWith(reason);
            }
            Reply deleted = call("DELETE", kind + "/" + name, "");
            assertThat(deleted.status()).isEqualTo(statusOfDelete);
            assertThat(deleted.reason()).isNotEmpty();
            assertThat(call("GET", kind + "/a", "").status()).as("cut name").isEqualTo(404);
        }
        ObjectNode enrolment = measuring().enrolment().put("runtime_policy_name", "a/b");
        assertThat(verifier.post(id, enrolment).reason()).contains("runtime_policy_name may only have letters");
    }

    @Test
    void theRoutesSpeakAsTenantsKnowThem() throws Exception {
        assertThat(call("PUT", "allowlists/prod", runtime(GOOD)).status()).isEqualTo(404);
        assertThat(call("PUT", "mbpolicies/prod", boot(STATE)).status()).isEqualTo(409);
        Reply created = call("POST", "allowlists/prod", runtime(GOOD));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.reason()).isEqualTo("Created");
        assertThat(call("POST", "allowlists/prod", runtime(GOOD)).status()).isEqualTo(409);
        assertThat(call("POST", "mbpolicies/prod", boot(STATE)).status()).isEqualTo(201);
        assertThat(call("POST", "mbpolicies/prod", boot(STATE)).status()).isEqualTo(409);
        assertThat(call("PUT", "mbpolicies/prod", boot(STATE)).status()).isEqualTo(201);

        assertThat(call("GET", "allowlists/", "")
                        .results()
                        .get("runtimepolicy names")
                        .valueStream()
                        .map(n -> n.stringValue()))
                .contains("prod");
        assertThat(call("GET", "mbpolicies/", "")
                        .results()
                        .get("mbpolicy names")
                        .valueStream()
                        .map(n -> n.stringValue()))
                .contains("prod");
        assertThat(call("GET", "allowlists/prod", "").results().toString())
                .isEqualTo(WireJson.object()
                        .put("name", "prod")
                        .putNull("tmp_policy")
                        .put("runtime_policy", GOOD)
                        .toString());
        assertThat(call("GET", "mbpolicies/prod", "").results().get("mb_policy").stringValue())
                .isEqualTo(STATE);
        for (String kind : List.of("allowlists", "mbpolicies")) {
            Reply deleted = call("DELETE", kind + "/prod", "");
            assertThat(deleted.status()).isEqualTo(204);
            assertThat(deleted.body()).isEmpty();
            assertThat(call("DELETE", kind + "/prod", "").status()).isEqualTo(404);
            assertThat(call("GET", kind + "/prod", "").status()).isEqualTo(404);
            assertThat(verifier.callAnonymously("GET", "/v2.6/" + kind + "/", null)
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void signaturesCountWhereverAKeyIsKnown() throws Exception {
        PolicySigner signer = PolicySigner.generate(TestKeys.RANDOM);
        String other = base64(PolicySigner.generate(TestKeys.RANDOM).publicKey().pem());
        String key = base64(signer.publicKey().pem());
        String envelope = signer.sign(GOOD.getBytes(StandardCharsets.UTF_8)).json();

        assertThat(call("POST", "allowlists/" + id, withKey(envelope, other)).status())
                .isEqualTo(401);
        assertThat(call("POST", "allowlists/" + id, withKey(GOOD, key)).reason())
                .isEqualTo("Runtime policy is not signed!");
        assertThat(call("POST", "allowlists/" + id, withKey(envelope, key)).status())
                .isEqualTo(201);
        assertThat(call("PUT", "allowlists/" + id, runtime(envelope)).status()).isEqualTo(201);

        Path keys = Files.createDirectories(verifier.folder().resolve("signing_keys"));
        Path file = keys.resolve(signer.publicKey().keyId() + ".pub");
        Files.writeString(file, signer.publicKey().pem());
        assertThat(call("PUT", "allowlists/" + id, runtime(envelope)).status()).isEqualTo(201);
        Files.writeString(
                file, PolicySigner.generate(TestKeys.RANDOM).publicKey().pem());
        assertThat(call("PUT", "allowlists/" + id, runtime(envelope)).status()).isEqualTo(401);
        Files.delete(file);

        verifier.add("signed-" + id, measuring().enrolment().put("runtime_policy_name", id));
        verifier.awaitPasses("signed-" + id, 2);
        verifier.delete("signed-" + id);
    }

    private static String withKey(String policy, String key) {
        return WireJson.compactText(
                WireJson.object().put("runtime_policy", base64(policy)).put("runtime_policy_key", key));
    }

    @Test
    void whereSignaturesAreRequiredNothingElseIsStored() throws Exception {
        verifier("require_allow_list_signatures = True");
        PolicySigner signer = PolicySigner.generate(TestKeys.RANDOM);
        String envelope = signer.sign(GOOD.getBytes(StandardCharsets.UTF_8)).json();

        assertThat(call("POST", "allowlists/x", runtime(GOOD)).status()).isEqualTo(400);
        assertThat(call("POST", "allowlists/x", runtime(envelope)).status()).isEqualTo(401);
        assertThat(verifier.post(id, measuring().enrolment().put("runtime_policy", base64(envelope)))
                        .status())
                .isEqualTo(401);
        assertThat(call(
                                "POST",
                                "allowlists/x",
                                withKey(envelope, base64(signer.publicKey().pem())))
                        .status())
                .isEqualTo(201);
    }

    // --- who is judged by what ---

    @Test
    void namesMustFitWhatIsThere() throws Exception {
        ObjectNode enrolment = measuring().enrolment();
        String name = "of-" + id;
        assertThat(verifier.post(id, enrolment.deepCopy().put("runtime_policy_name", name))
                        .status())
                .isEqualTo(404);
        assertThat(verifier.post(id, enrolment.deepCopy().put("mb_policy_name", name))
                        .status())
                .isEqualTo(404);
        ObjectNode both =
                enrolment.deepCopy().put("runtime_policy", base64(GOOD)).put("runtime_policy_name", name);
        verifier.add(id, both);
        assertThat(verifier.post("second-" + id, both).status()).isEqualTo(409);
        assertThat(verifier.get("/v2.6/agents/second-" + id).status()).isEqualTo(404);
        assertThat(call("DELETE", "allowlists/" + name, "").status()).isEqualTo(409);

        verifier.delete(id);
        assertThat(call("GET", "allowlists/" + name, "").status())
                .as("it has a name of its own")
                .isEqualTo(200);
        assertThat(call("DELETE", "allowlists/" + name, "").status()).isEqualTo(204);
    }

    @Test
    void aPolicyWithoutANameIsTheAgentsOwnAndEndsWithIt() throws Exception {
        verifier.add(id, measuring().enrolment().put("runtime_policy", base64(GOOD)));
        verifier.awaitPasses(id, 1);
        assertThat(verifier.status(id).hasRuntimePolicy()).isTrue();
        assertThat(call("GET", "allowlists/" + id, "").status()).isEqualTo(200);

        verifier.delete(id);
        await().until(() -> verifier.get("/v2.6/agents/" + id).status() == 404);
        assertThat(call("GET", "allowlists/" + id, "").status()).isEqualTo(404);
        verifier.add(id, measuring().enrolment().put("runtime_policy", base64(GOOD)));
    }

    @Test
    void aPolicyThatIsCalledLikeTheAgentIsNotTakenForItsOwn() throws Exception {
        assertThat(call("POST", "allowlists/" + id, runtime(GOOD)).status()).isEqualTo(201);
        ObjectNode enrolment = measuring().enrolment().put("runtime_policy", base64(TestList.policy(LS, "other")));
        assertThat(verifier.post(id, enrolment).status()).isEqualTo(409);
        assertThat(call("DELETE", "allowlists/" + id, "").status()).isEqualTo(204);
    }

    // --- judged ---

    @Test
    void aFileThatIsNotInThePolicyFailsTheMachineAndTheSentenceNamesIt() throws Exception {
        TestMachine machine = measuring();
        // The mask that tenants send has bit 10; whoever forgets it still means it.
        verifier.add(id, machine.enrolment().put("runtime_policy", base64(GOOD)));
        verifier.awaitPasses(id, 2);
        assertThat(machine.asks().getLast().mask().contains(10)).isTrue();
        assertThat(machine.asks().getLast().imaEntry()).isEqualTo(2);
        try (LogRecorder log = new LogRecorder()) {
            machine.measures("/tmp/evil.sh", "rm -rf /");
            verifier.awaitState(id, OperationalState.INVALID_QUOTE);
            assertThat(verifier.status(id).lastEventId()).isEqualTo("ima.validation.ima-ng.not_in_allowlist");
            await().until(() -> log.text().contains("/tmp/evil.sh"));
        }
    }

    @Test
    void aMachineWithoutItsListFails() throws Exception {
        verifier.add(id, machine().enrolment().put("runtime_policy", base64(GOOD)));
        verifier.awaitStatus(id, s -> "pcr_validation.unused_pcr_10".equals(s.lastEventId()));
    }

    @Test
    void askedForPcr10WithoutAPolicyNothingIsAllowed() throws Exception {
        verifier.add(id, measuring().enrolment().put("tpm_policy", "{\"mask\": \"0x400\"}"));
        verifier.awaitStatus(id, s -> "ima.validation.ima-ng.not_in_allowlist".equals(s.lastEventId()));
        assertThat(verifier.status(id).hasRuntimePolicy()).isFalse();
    }

    @Test
    void anUpdateReachesEveryMachineAndJudgesWhatItPassedBefore() throws Exception {
        String name = "shared-" + id;
        assertThat(call("POST", "allowlists/" + name, runtime(GOOD)).status()).isEqualTo(201);
        TestMachine one = measuring();
        TestMachine two = machine().measures("boot_aggregate", "boot");
        verifier.add(id, one.enrolment().put("runtime_policy_name", name));
        verifier.add("two-" + id, two.enrolment().put("runtime_policy_name", name));
        verifier.awaitPasses(id, 2);
        verifier.awaitPasses("two-" + id, 2);

        assertThat(call("PUT", "allowlists/" + name, runtime(TestList.policy("boot_aggregate", "boot")))
                        .status())
                .isEqualTo(201);
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        verifier.awaitPasses("two-" + id, 2);
        assertThat(verifier.status("two-" + id).state()).contains(OperationalState.GET_QUOTE);

        assertThat(call("PUT", "allowlists/" + name, runtime(GOOD)).status()).isEqualTo(201);
        assertThat(verifier.reactivate(id).status()).isEqualTo(200);
        verifier.awaitState(id, OperationalState.GET_QUOTE);
        verifier.delete("two-" + id);
    }

    @Test
    void aRestartedVerifierGoesOnInTheList() throws Exception {
        verifier("quote_interval = 0.1");
        TestMachine machine = measuring();
        verifier.add(id, machine.enrolment().put("runtime_policy", base64(GOOD)));
        verifier.awaitPasses(id, 2);
        verifier.stop();
        int before = machine.asks().size();
        machine.measures(LS, "ls");
        verifier.begin();
        verifier.awaitPasses(id, 2);

        assertThat(machine.asks().get(before).imaEntry()).isEqualTo(2);
        assertThat(machine.asks().getLast().imaEntry()).isEqualTo(3);
        machine.measures("/tmp/evil.sh", "x");
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
    }

    @Test
    void aRebootedMachineIsJudgedFromItsFirstEntry() throws Exception {
        TestMachine machine = measuring();
        verifier.add(id, machine.enrolment().put("runtime_policy", base64(GOOD)));
        verifier.awaitPasses(id, 2);
        machine.rebooted().measures("boot_aggregate", "boot");
        verifier.awaitPasses(id, 3);
        assertThat(machine.asks().getLast().imaEntry()).isEqualTo(1);
        machine.rebooted().measures("boot_aggregate", "another kernel");
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
    }

    // --- boot logs ---

    private static PcrValues bootedPcrs() {
        PcrValues replay = BootReplay.of(LogEditor.log(LogEditor.REAL))
                .bank(HashAlgorithm.SHA256)
                .orElseThrow();
        Map<Integer, Octets> values = new HashMap<>();
        BootPolicy.MEASURED_BOOT_PCRS
                .pcrs()
                .forEach(pcr -> values.put(pcr, replay.value(pcr).orElseGet(() -> Octets.copyOf(new byte[32]))));
        return PcrValues.of(HashAlgorithm.SHA256, values);
    }

    private TestMachine booted() throws Exception {
        return machine().booted(LogEditor.bytes(LogEditor.REAL), bootedPcrs());
    }

    @Test
    void aRealBootPassesByItsReferenceAndAnotherCommandLineDoesNot() throws Exception {
        verifier("quote_interval = 0.1", "measured_boot_policy_name = uefi-linux");
        TestMachine machine = booted();
        verifier.add(id, machine.enrolment().put("mb_policy", STATE));
        verifier.awaitPasses(id, 2);
        assertThat(verifier.status(id).hasMbRefstate()).isTrue();
        assertThat(machine.asks().getLast().mask().containsAll(BootPolicy.MEASURED_BOOT_PCRS))
                .isTrue();

        assertThat(call("POST", "mbpolicies/other", boot(STATE.replace("root=", "root=x")))
                        .status())
                .isEqualTo(201);
        verifier.add("other", booted().enrolment().put("mb_policy_name", "other"));
        verifier.awaitStatus("other", s -> "measured_boot.policy_uefi-linux".equals(s.lastEventId()));
        // Judged once, but not by this.
        assertThat(call("PUT", "mbpolicies/" + id, boot(STATE.replace("root=", "root=x")))
                        .status())
                .isEqualTo(201);
        verifier.awaitStatus(id, s -> "measured_boot.policy_uefi-linux".equals(s.lastEventId()));
    }

    @Test
    void aMachineThatHidesItsBootLogFails() throws Exception {
        verifier.add(id, machine().enrolment().put("mb_policy", STATE));
        verifier.awaitStatus(id, s -> "pcr_validation.unused_pcr_0".equals(s.lastEventId()));
    }

    @Test
    void acceptAllBesideAReferenceIsSaidLoudly() throws Exception {
        try (LogRecorder log = new LogRecorder()) {
            verifier.add(id, booted().enrolment().put("mb_policy", STATE));
            assertThat(log.text()).contains("measured_boot_policy_name is accept-all, which does not look into it");
        }
        verifier.awaitPasses(id, 1);
    }
}
