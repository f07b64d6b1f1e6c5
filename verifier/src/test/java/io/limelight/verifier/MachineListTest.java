package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** All machines in one list, and what can be done to one without adding it again. */
class MachineListTest extends SharedVerifierTestBase {
    private Reply act(String verb) throws Exception {
        return verifier.call("POST", "/limelight/v1/agents/" + id + "/" + verb, null);
    }

    private JsonNode shown() throws Exception {
        return verifier.get("/limelight/v1/agents/" + id).results();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=x", "limit=-1"})
    void aPageOfNoSizeIsRefused(String query) throws Exception {
        assertThat(verifier.get("/limelight/v1/agents?" + query).status()).isEqualTo(400);
    }

    @Test
    void thereIsNothingToDoToAMachineNobodyKnows() throws Exception {
        for (String verb : List.of("pause", "resume", "attest")) {
            assertThat(act(verb).status()).isEqualTo(404);
        }
        assertThat(verifier.get("/limelight/v1/agents/..%2fx").status()).isIn(400, 404);
    }

    @Test
    void theListSaysStateAgeAndReason() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment().put("tpm_policy", "{\"15\": [\"" + "0".repeat(64) + "\"]}"));
        verifier.awaitPasses(id, 1);
        assertThat(shown().get("state").stringValue()).isEqualTo("trusted");
        assertThat(shown().get("last_successful_attestation_age").asLong()).isBetween(0L, 60L);
        assertThat(shown().get("last_failure").isNull()).isTrue();

        machine.pcr(15, io.limelight.core.tpm.Octets.ofHex("ab".repeat(32)));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        JsonNode failed = verifier.get("/limelight/v1/agents?limit=1000")
                .results()
                .get("agents")
                .valueStream()
                .filter(agent -> agent.get("agent_id").stringValue().equals(id))
                .findFirst()
                .orElseThrow();
        assertThat(failed.get("state").stringValue()).isEqualTo("failed");
        assertThat(failed.get("last_failure").get("sentence").stringValue()).contains("PCR 15");
        assertThat(failed.get("last_failure").get("likely_causes")).isNotEmpty();
        assertThat(act("attest").reason()).contains("resume or reactivate it").contains("state failed");
        assertThat(act("pause").status()).isEqualTo(409);
    }

    @Test
    void theListIsPaged() throws Exception {
        for (String one : List.of("a-", "b-", "c-")) {
            verifier.add(one + id, machine().enrolment());
        }
        Reply first = verifier.get("/limelight/v1/agents?limit=1&after=a");
        assertThat(first.results().get("agents")).hasSize(1);
        String next = first.results().get("next_after").stringValue();
        assertThat(next).isEqualTo("a-" + id);
        assertThat(verifier.get("/limelight/v1/agents?limit=1&after=" + next)
                        .results()
                        .get("agents")
                        .get(0)
                        .get("agent_id")
                        .stringValue())
                .isGreaterThan(next);
        assertThat(verifier.get("/limelight/v1/agents?after=zzz").results().toString())
                .isEqualTo("{\"agents\":[],\"next_after\":null}");
        for (String one : List.of("a-", "b-", "c-")) {
            verifier.delete(one + id);
        }
    }

    @Test
    void aPausedMachineIsLeftAloneAlsoAfterARestart() throws Exception {
        verifier("quote_interval = 0.1");
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 1);
        assertThat(act("pause").results().get("state").stringValue()).isEqualTo("paused");
        assertThat(act("pause").status()).isEqualTo(409);
        assertThat(act("attest").status()).isEqualTo(409);
        int asked = machine.asks().size();
        verifier.restart();

        assertThat(verifier.state(id)).isEqualTo(OperationalState.SAVED);
        // Another machine is asked several times meanwhile.
        verifier.add("other", machine().enrolment());
        verifier.awaitPasses("other", 3);
        assertThat(machine.asks()).hasSize(asked);

        assertThat(act("resume").status()).isEqualTo(200);
        assertThat(act("resume").status()).isEqualTo(409);
        verifier.awaitPasses(id, 1);
        assertThat(machine.notices()).isEmpty();
    }

    @Test
    void whoCannotWaitHasItAskedAtOnce() throws Exception {
        verifier("quote_interval = 3600");
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        // Not "one more than now": by now it may have come, and the next is an hour away.
        verifier.awaitStatus(id, status -> status.attestationCount() == 1);
        assertThat(act("attest").status()).isEqualTo(200);
        verifier.awaitStatus(id, status -> status.attestationCount() == 2);
        await().until(() -> shown().get("state").stringValue().equals("trusted"));
    }
}
