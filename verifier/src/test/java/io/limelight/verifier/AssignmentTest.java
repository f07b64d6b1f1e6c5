package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.ListedMachine;
import io.limelight.core.api.MachinesClient;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyAssignment.Judged;
import io.limelight.core.json.WireJson;
import io.limelight.verifier.testkit.TestList;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A machine is judged by other policies and keeps everything else it was added with. */
class AssignmentTest extends SharedVerifierTestBase {
    private static final String NOTHING = "{\"mask\": \"0x0\"}";
    private static final String ZEROS = "0".repeat(64);

    private Reply assign(String body) throws Exception {
        return verifier.call("POST", "/limelight/v1/agents/" + id + "/policies", body.getBytes(StandardCharsets.UTF_8));
    }

    private void store(String name, String policy) throws Exception {
        String body = WireJson.compactText(WireJson.object()
                .put("runtime_policy", Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8))));
        assertThat(verifier.call("POST", "/v2.6/allowlists/" + name, body.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(201);
    }

    private MachinesClient client() {
        return new MachinesClient(Endpoint.verifier("127.0.0.1", verifier.port()), verifier.client(), null);
    }

    private static PolicyAssignment runtime(String name, Judged expected) {
        return new PolicyAssignment(Optional.of(name), Optional.empty(), Optional.empty(), expected);
    }

    @Test
    void aMachineIsJudgedByAnotherPolicyAndKeepsItsShare() throws Exception {
        store("wide-" + id, TestList.policy("boot_aggregate", "boot", "/usr/bin/ls", "ls"));
        store("narrow-" + id, TestList.policy("boot_aggregate", "boot"));
        TestMachine machine = machine().measures("boot_aggregate", "boot").measures("/usr/bin/ls", "ls");
        verifier.add(
                id,
                machine.enrolment()
                        .put("v", Base64.getEncoder().encodeToString(new byte[32]))
                        .put("metadata", "{\"cert_serial\": 7}")
                        .put("tpm_policy", "{\"15\": [\"" + ZEROS + "\"], \"mask\": \"0x8400\"}")
                        .put("runtime_policy_name", "wide-" + id));
        verifier.awaitPasses(id, 1);

        String before = verifier.status(id).tpmPolicy();
        client().assign(AgentId.of(id), runtime("narrow-" + id, new Judged("wide-" + id, null, before)));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        ListedMachine listed = client().machine(AgentId.of(id)).value();
        assertThat(listed.runtimePolicy()).isEqualTo("narrow-" + id);
        assertThat(verifier.status(id).metaData()).isEqualTo("{\"cert_serial\": 7}");
        assertThat(verifier.status(id).tpmPolicy()).contains(ZEROS).contains("\"mask\":\"0x8400\"");
        try (Connection database = verifier.sql();
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT v FROM agent WHERE agent_id = '" + id + "'")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBytes(1)).isNotEmpty();
        }
        // The wide one is nobody's now, and the narrow one is somebody's.
        assertThat(verifier.call("DELETE", "/v2.6/allowlists/narrow-" + id, null)
                        .status())
                .isEqualTo(409);
        assertThat(verifier.call("DELETE", "/v2.6/allowlists/wide-" + id, null).status())
                .isEqualTo(204);
    }

    @Test
    void thePcrsOfAPolicyAreAskedForWhateverTheMaskSays() throws Exception {
        store("prod-" + id, TestList.policy("boot_aggregate", "boot"));
        TestMachine machine = machine().measures("boot_aggregate", "boot");
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        assertThat(assign("{\"runtime_policy\": \"prod-" + id + "\", \"tpm_policy\": \"{\\\"14\\\": [\\\"" + ZEROS
                                + "\\\"], \\\"mask\\\": \\\"0x4000\\\"}\"}")
                        .results()
                        .get("tpm_policy")
                        .stringValue())
                .contains("\"mask\":\"0x4400\"");
        int passes = Math.toIntExact(verifier.status(id).attestationCount());
        verifier.awaitPasses(id, passes + 2);
        machine.pcr(14, io.limelight.core.tpm.Octets.ofHex("ab".repeat(32)));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        // One that is not asked is not asked on that account either.
        assertThat(assign("{\"tpm_policy\": \"{}\"}").status()).isEqualTo(200);
        await().pollDelay(java.time.Duration.ofMillis(500))
                .until(() -> verifier.state(id) == OperationalState.INVALID_QUOTE);
    }

    @Test
    void nothingIsChangedWhereSomebodyElseWasThere() throws Exception {
        store("one-" + id, TestList.policy("boot_aggregate", "boot"));
        store("two-" + id, TestList.policy("boot_aggregate", "boot"));
        verifier.add(
                id, machine().measures("boot_aggregate", "boot").enrolment().put("runtime_policy_name", "one-" + id));
        String tpm = verifier.status(id).tpmPolicy();
        assertThatThrownBy(() -> client().assign(AgentId.of(id), runtime("two-" + id, new Judged("other", null, tpm))))
                .hasMessageContaining("not judged by what was expected");
        assertThatThrownBy(() -> client().assign(
                                AgentId.of(id), runtime("two-" + id, new Judged("one-" + id, null, NOTHING + " "))))
                .isInstanceOf(ApiException.Refused.class);
        assertThatThrownBy(() -> client().assign(AgentId.of(id), runtime("none", new Judged("one-" + id, null, tpm))))
                .hasMessageContaining("not found");
        assertThat(client().machine(AgentId.of(id)).value().runtimePolicy()).isEqualTo("one-" + id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"runtime_policy\": null}",
                "{\"runtime_policy\": \"\"}",
                "{\"runtime_policy\": 7}",
                "{\"tpm_policy\": \"no policy\"}",
                "{\"tpm_policy\": \"{'7': ['zz']}\"}",
                "{\"tpm_policy\": {}}",
                "{\"tpm_policy\": \"{}\", \"expected\": 7}"
            })
    void whatMakesNoSenseChangesNothing(String body) throws Exception {
        verifier.add(id, machine().enrolment());
        assertThat(assign(body).status()).isEqualTo(400);
        assertThat(verifier.status(id).tpmPolicy()).isEqualTo(NOTHING);
    }

    @Test
    void aMachineNobodyKnowsIsRefusedAndSoIsWhoeverIsNoAdministrator() throws Exception {
        assertThat(assign("{\"tpm_policy\": \"{}\"}").status()).isEqualTo(404);
        assertThat(verifier.callAnonymously(
                                "POST",
                                "/limelight/v1/agents/" + id + "/policies",
                                "{}".getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(403);
    }
}
