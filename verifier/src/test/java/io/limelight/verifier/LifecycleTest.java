package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.core.tpm.Octets;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import io.limelight.verifier.testkit.VerifierUnderTest.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stop, reactivate, delete and restart, also while a request to the machine is under way. */
class LifecycleTest extends VerifierTestBase {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final String SHARE = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String POLICY = "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}";

    /** A machine that holds its first answer back until told. */
    private static final class Held {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        TestMachine.Answer answerOf(TestMachine machine) {
            return ask -> {
                asked.countDown();
                AttestationTest.awaitLatch(released);
                return machine.honest(ask);
            };
        }

        void awaitAsked() {
            AttestationTest.awaitLatch(asked);
        }

        void release() {
            released.countDown();
        }
    }

    private static void assertNotAskedAgain(TestMachine machine) {
        int asked = machine.begun();
        await().during(Duration.ofMillis(400)).atMost(VerifierUnderTest.SOON).until(() -> machine.begun() == asked);
    }

    private void toInvalid(TestMachine machine) throws Exception {
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        verifier.awaitState(ID, OperationalState.INVALID_QUOTE);
        machine.pcr(15, Octets.ofHex("00".repeat(32)));
    }

    private void toFailed(TestMachine machine) {
        machine.nextQuotes(_ -> HttpReply.refusal(404, "gone"));
        verifier.awaitState(ID, OperationalState.FAILED);
    }

    @Test
    void aStoppedMachineIsNotAskedAndShowsIt() throws Exception {
        verifier();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment());
        verifier.awaitPasses(ID, 2);
        assertThat(verifier.stopAgent(ID).status()).isEqualTo(200);
        AgentStatus status = verifier.status(ID);
        assertThat(status.state()).contains(OperationalState.TENANT_FAILED);
        assertThat(status.attestationStatus()).isEqualTo("FAIL");
        assertNotAskedAgain(machine);
        verifier.restart();
        assertThat(verifier.state(ID)).isEqualTo(OperationalState.TENANT_FAILED);
        assertNotAskedAgain(machine);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "INVALID_QUOTE", "TENANT_FAILED", "GET_QUOTE"})
    void reactivationBeginsAnewFromAnyState(OperationalState from) throws Exception {
        verifier();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("v", SHARE).put("tpm_policy", POLICY));
        verifier.awaitPasses(ID, 2);
        switch (from) {
            case FAILED -> toFailed(machine);
            case INVALID_QUOTE -> toInvalid(machine);
            case TENANT_FAILED -> verifier.stopAgent(ID);
            default -> {}
        }
        AgentStatus before = verifier.status(ID);
        int asked = machine.asks().size();
        assertThat(verifier.reactivate(ID).status()).isEqualTo(200);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 2);
        verifier.awaitPasses(ID, 3);
        assertThat(verifier.state(ID)).isEqualTo(OperationalState.GET_QUOTE);
        AgentStatus after = verifier.status(ID);
        assertThat(after.lastEventId()).isEqualTo(before.lastEventId());
        assertThat(after.severityLevel()).isEqualTo(before.severityLevel());
        assertThat(after.attestationCount()).isGreaterThan(before.attestationCount());
        assertThat(machine.asks().get(asked).whole()
                        || machine.asks().get(asked + 1).whole())
                .isTrue();
    }

    @Test
    void reactivatingAnActiveMachineDoesNotDoubleItsPolling() throws Exception {
        verifier("quote_interval = 0.3");
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment());
        verifier.awaitPasses(ID, 1);
        for (int i = 0; i < 10; i++) {
            assertThat(verifier.reactivate(ID).status()).isEqualTo(200);
        }
        verifier.awaitPasses(ID, 2);
        int asked = machine.asks().size();
        long start = System.nanoTime();
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.asks().size() >= asked + 5);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1100));
    }

    @Test
    void anIdleMachineIsDeletedAtOnceAndForgotten() throws Exception {
        verifier();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        verifier.awaitPasses(ID, 2);
        assertThat(verifier.delete(ID).status()).isEqualTo(200);
        assertThat(verifier.get("/v2.6/agents/" + ID).status()).isEqualTo(404);
        assertThat(verifier.delete(ID).status()).isEqualTo(404);
        assertNotAskedAgain(machine);
        try (var connection = verifier.sql();
                var statement = connection.createStatement()) {
            for (String table : List.of("agent", "attestation", "share_release")) {
                try (var rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).as(table).isZero();
                }
            }
        }
    }

    @Test
    void deletionDuringARequestCancelsItAndWhatItWouldHaveDone() throws Exception {
        verifier("request_timeout = 30");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        held.awaitAsked();
        Reply reply = verifier.delete(ID);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(verifier.get("/v2.6/agents/" + ID).status()).isEqualTo(404);
        held.release();
        assertNotAskedAgain(machine);
        assertThat(machine.shares()).isEmpty();
    }

    @Test
    void theSameIdCanBeAddedAgainAtOnceAndAnOldAnswerChangesNothing() throws Exception {
        verifier("request_timeout = 30");
        TestMachine first = machine();
        Held held = new Held();
        first.nextQuotes(held.answerOf(first));
        verifier.add(ID, first.enrolment().put("v", SHARE));
        held.awaitAsked();
        assertThat(verifier.delete(ID).status()).isEqualTo(200);
        TestMachine second = machine();
        verifier.add(ID, second.enrolment());
        held.release();
        verifier.awaitPasses(ID, 3);
        assertThat(verifier.status(ID).port()).isEqualTo(second.port());
        assertThat(verifier.status(ID).v()).isNull();
        assertThat(first.shares()).isEmpty();
        assertThat(first.asks()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void stopDuringARequestCancelsItAndV() throws Exception {
        verifier("request_timeout = 30");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        held.awaitAsked();
        assertThat(verifier.stopAgent(ID).status()).isEqualTo(200);
        held.release();
        assertNotAskedAgain(machine);
        assertThat(machine.shares()).isEmpty();
        assertThat(verifier.state(ID)).isEqualTo(OperationalState.TENANT_FAILED);
        assertThat(verifier.status(ID).attestationCount()).isZero();
    }

    @Test
    void reactivationDuringARequestReplacesIt() throws Exception {
        verifier("request_timeout = 30");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        held.awaitAsked();
        assertThat(verifier.reactivate(ID).status()).isEqualTo(200);
        verifier.awaitPasses(ID, 3);
        held.release();
        verifier.awaitPasses(ID, 3);
        assertThat(machine.shares()).hasSize(1);
    }

    @Test
    void aDeletedMachineIsNotFailedByTheEndOfItsOwnRequest() throws Exception {
        verifier("request_timeout = 30", "max_retries = 0");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        // A name of its own: the log is the whole process's, and other tests lose machines on purpose.
        String deleted = "deleted-while-asked";
        verifier.add(deleted, machine.enrolment());
        held.awaitAsked();
        try (LogRecorder log = new LogRecorder()) {
            verifier.delete(deleted);
            held.release();
            assertThat(log.lines()).noneMatch(line -> line.contains(deleted) && line.contains("not_reachable"));
        }
    }

    /** Whatever order they come in, nothing is polled twice, nothing stays behind, nobody gets an error of the server's. */
    @Test
    void manyAdministratorsAtOnceLeaveOneTruth() throws Exception {
        verifier();
        TestMachine machine = machine();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(
                    () -> verifier.post(ID, machine.enrolment().put("v", SHARE)).status());
            calls.add(() -> verifier.delete(ID).status());
            calls.add(() -> verifier.reactivate(ID).status());
            calls.add(() -> verifier.stopAgent(ID).status());
        }
        for (int round = 0; round < 4; round++) {
            Collections.shuffle(calls);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Integer> call : threads.invokeAll(calls)) {
                    assertThat(call.get()).isIn(200, 202, 400, 404, 409);
                }
            }
        }
        await().atMost(VerifierUnderTest.SOON).until(() -> verifier.delete(ID).status() == 404);
        assertNotAskedAgain(machine);
        verifier.add(ID, machine.enrolment());
        verifier.awaitPasses(ID, 3);
    }

    @ParameterizedTest
    @EnumSource(
            value = OperationalState.class,
            names = {
                "START",
                "SAVED",
                "GET_QUOTE",
                "GET_QUOTE_RETRY",
                "PROVIDE_V",
                "PROVIDE_V_RETRY",
                "FAILED",
                "TERMINATED",
                "INVALID_QUOTE",
                "TENANT_FAILED"
            })
    void aRestartTakesUpEveryStateWhereItWas(OperationalState state) throws Exception {
        verifier("quote_interval = 60");
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 1);
        verifier.stop();
        boolean polled = switch (state) {
            case START, GET_QUOTE, GET_QUOTE_RETRY, PROVIDE_V, PROVIDE_V_RETRY -> true;
            default -> false;
        };
        try (var connection = verifier.sql();
                var statement =
                        connection.prepareStatement("UPDATE attestation SET operational_state = ?, polling = ?")) {
            statement.setInt(1, state.number());
            statement.setInt(2, polled ? 1 : 0);
            statement.executeUpdate();
        }
        int asked = machine.asks().size();
        verifier.begin();
        if (polled) {
            verifier.awaitStatus(ID, status -> status.attestationCount() == 2);
            assertThat(machine.asks().get(asked).whole()).isTrue();
            await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 2);
        } else if (state == OperationalState.TERMINATED) {
            assertThat(verifier.get("/v2.6/agents/" + ID).status()).isEqualTo(404);
        } else {
            assertThat(verifier.state(ID)).isEqualTo(state);
            assertNotAskedAgain(machine);
        }
    }

    @Test
    void theClockOfTheLastPassIsRememberedOverARestart() throws Exception {
        verifier();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment());
        verifier.awaitPasses(ID, 2);
        verifier.stop();
        machine.clock(5);
        verifier.begin();
        assertThat(verifier.awaitState(ID, OperationalState.INVALID_QUOTE).lastEventId())
                .isEqualTo("qoute_validation.quote_validation");
    }

    @Test
    void anOrderlyStopWaitsForAnAnswerThatIsUnderWay() throws Exception {
        verifier("request_timeout = 30", "shutdown_drain_timeout = 20");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment());
        held.awaitAsked();
        Thread stop = Thread.ofVirtual().start(verifier::stop);
        held.release();
        stop.join();
        verifier.begin();
        assertThat(verifier.status(ID).attestationCount()).isPositive();
    }

    @Test
    void anOrderlyStopDoesNotWaitLongerThanConfigured() throws Exception {
        verifier("request_timeout = 60", "shutdown_drain_timeout = 0.2");
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment());
        held.awaitAsked();
        long start = System.nanoTime();
        verifier.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(45));
        held.release();
        verifier.begin();
        verifier.awaitPasses(ID, 1);
    }

    @Test
    void aSecondVerifierOnTheSameDatabaseDoesNotStart() throws Exception {
        verifier();
        assertThatThrownBy(() -> VerifierProgram.start(
                        verifier.loader(),
                        java.util.Optional.empty(),
                        io.limelight.verifier.testkit.TestKeys.RANDOM,
                        java.time.InstantSource.system()))
                .isInstanceOf(io.limelight.store.StoreException.class)
                .hasMessageContaining("another verifier is running on");
    }

    @Test
    void agentsOfAnotherVerifierAreShownButNotAsked() throws Exception {
        verifier("uuid = first");
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment());
        verifier.awaitPasses(ID, 1);
        verifier.stop();
        verifier.configure(VerifierUnderTest.QUICK + "uuid = second\n");
        try (LogRecorder log = new LogRecorder()) {
            verifier.begin();
            assertThat(log.text()).contains("1 agents belong to verifiers of another name than \"second\"");
        }
        assertThat(verifier.status(ID).verifierId()).isEqualTo("first");
        assertNotAskedAgain(machine);
        assertThat(verifier.get("/v2.6/agents/?verifier=second").results().toString())
                .isEqualTo("{\"uuids\":[]}");
    }

    @Test
    void aDatabaseThatTakesNothingStopsPassesAndSharesUntilItDoesAgain() throws Exception {
        verifier();
        TestMachine machine = machine();
        Held held = new Held();
        machine.nextQuotes(held.answerOf(machine));
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        held.awaitAsked();
        // As a full disk: every write to this table fails from now on.
        execute(takesNothing());
        try (LogRecorder log = new LogRecorder()) {
            held.release();
            int asked = machine.asks().size();
            await().atMost(VerifierUnderTest.SOON).until(() -> machine.asks().size() > asked + 3);
            assertThat(log.text()).contains("could not be stored, so it does not count");
        }
        assertThat(verifier.status(ID).attestationCount()).isZero();
        assertThat(verifier.state(ID)).isEqualTo(OperationalState.START);
        assertThat(machine.shares()).isEmpty();
        execute(takesAgain());
        verifier.awaitPasses(ID, 2);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 1);
    }

    @Test
    void aDatabaseThatTakesNothingHidesNoFailureForEver() throws Exception {
        verifier();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("tpm_policy", POLICY));
        verifier.awaitPasses(ID, 1);
        execute(takesNothing());
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        int asked = machine.asks().size();
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.asks().size() > asked + 3);
        execute(takesAgain());
        verifier.awaitState(ID, OperationalState.INVALID_QUOTE);
    }

    /** Every write to this table fails from now on. */
    String takesNothing() {
        return "CREATE TRIGGER full BEFORE UPDATE ON attestation BEGIN SELECT RAISE(ABORT, 'no room'); END";
    }

    String takesAgain() {
        return "DROP TRIGGER full";
    }

    private void execute(String sql) throws Exception {
        try (var connection = verifier.sql();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aRowThatWasTamperedWithIsFailedAndTheOthersGoOn() throws Exception {
        verifier();
        TestMachine good = machine();
        verifier.add("good", good.enrolment());
        verifier.add(ID, machine().enrolment());
        verifier.stop();
        execute("UPDATE agent SET ak_tpm = 'x' WHERE agent_id = '" + ID + "'");
        verifier.begin();
        assertThat(verifier.awaitState(ID, OperationalState.FAILED).lastEventId())
                .isEqualTo("internal.verifier.exception");
        verifier.awaitPasses("good", 2);
    }
}
