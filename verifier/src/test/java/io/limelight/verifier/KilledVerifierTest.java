package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code kill -9} at the moments that matter, then another start on what is left. */
class KilledVerifierTest extends VerifierTestBase {
    private static final String ID = "killed";
    private static final String SHARE = Base64.getEncoder().encodeToString(new byte[32]);

    private final List<String> said = new CopyOnWriteArrayList<>();
    private Process process;

    @AfterEach
    void killIt() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Makes the folder, then hands it to a process. */
    private void startProcess() throws Exception {
        verifier();
        verifier.stop();
        begin();
    }

    private void begin() throws Exception {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VerifierProcess.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("port ")) {
                // What it logs from now on.
                Thread.ofVirtual().start(() -> {
                    try (lines) {
                        lines.lines().forEach(said::add);
                    } catch (java.io.IOException | java.io.UncheckedIOException e) {
                        // It was killed.
                    }
                });
                verifier.at(Integer.parseInt(line.substring(5)));
                return;
            }
        }
        throw new AssertionError("the verifier ended before it was ready");
    }

    private void kill() throws Exception {
        process.destroyForcibly().waitFor();
    }

    @Test
    void betweenTwoPollsNothingIsLost() throws Exception {
        startProcess();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        verifier.awaitPasses(ID, 5);
        long count = verifier.status(ID).attestationCount();
        kill();
        begin();
        assertThat(verifier.status(ID).attestationCount()).isGreaterThanOrEqualTo(count);
        verifier.awaitPasses(ID, 2);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 2);
    }

    @Test
    void whileTheFirstAnswerIsAwaitedTheMachineIsAskedAgain() throws Exception {
        startProcess();
        TestMachine machine = machine();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        machine.nextQuotes(ask -> {
            asked.countDown();
            AttestationTest.awaitLatch(released);
            return machine.honest(ask);
        });
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        AttestationTest.awaitLatch(asked);
        kill();
        released.countDown();
        begin();
        assertThat(verifier.state(ID))
                .isIn(OperationalState.START, OperationalState.PROVIDE_V, OperationalState.GET_QUOTE);
        verifier.awaitPasses(ID, 2);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 1);
    }

    @Test
    void whileVIsOnItsWayItIsSentAgainAfterAnotherPass() throws Exception {
        startProcess();
        TestMachine machine = machine();
        CountDownLatch sent = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        machine.nextShares(call -> {
            HttpReply reply = machine.acceptShare(call);
            sent.countDown();
            AttestationTest.awaitLatch(released);
            return reply;
        });
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        AttestationTest.awaitLatch(sent);
        kill();
        released.countDown();
        begin();
        verifier.awaitPasses(ID, 2);
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() == 2);
        assertThat(machine.shares()).containsOnly("00".repeat(32));
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> said.stream().anyMatch(line -> line.contains(ID + " was sent its key share V again")));
        assertThat(said).noneMatch(line -> line.contains(ID + " has its key share V"));
    }

    @Test
    void aMachineThatWasFoundOutStaysFoundOut() throws Exception {
        startProcess();
        TestMachine machine = machine();
        verifier.add(ID, machine.enrolment().put("v", SHARE));
        verifier.awaitPasses(ID, 1);
        machine.clock(1);
        verifier.awaitState(ID, OperationalState.INVALID_QUOTE);
        kill();
        int asked = machine.begun();
        begin();
        assertThat(verifier.state(ID)).isEqualTo(OperationalState.INVALID_QUOTE);
        assertThat(machine.begun()).isEqualTo(asked);
        assertThat(machine.shares()).hasSize(1);
    }

    @Test
    void whatWasAnsweredWithSuccessIsThere() throws Exception {
        startProcess();
        TestMachine machine = machine();
        verifier.add("kept", machine.enrolment());
        verifier.add("stopped", machine.enrolment());
        verifier.add("deleted", machine.enrolment());
        assertThat(verifier.stopAgent("stopped").status()).isEqualTo(200);
        assertThat(verifier.delete("deleted").status()).isEqualTo(200);
        kill();
        begin();
        assertThat(verifier.get("/v2.6/agents/").results().toString())
                .isEqualTo("{\"uuids\":[[\"kept\"],[\"stopped\"]]}");
        assertThat(verifier.state("stopped")).isEqualTo(OperationalState.TENANT_FAILED);
    }

    @Test
    void whileOthersAreToldOfAFailureEverybodyIsToldAndNobodyTwiceWhoWouldActTwice() throws Exception {
        startProcess();
        TestMachine failed = machine();
        TestMachine slow = machine();
        TestMachine ours = machine().limelight();
        TestMachine down = machine();
        CountDownLatch told = new CountDownLatch(2);
        CountDownLatch released = new CountDownLatch(1);
        for (TestMachine machine : List.of(slow, ours)) {
            machine.nextNotices(call -> {
                HttpReply reply = machine.acceptNotice(call);
                told.countDown();
                AttestationTest.awaitLatch(released);
                return reply;
            });
        }
        verifier.add(
                "failed",
                failed.enrolment()
                        .put("tpm_policy", RevocationTestBase.POLICY)
                        .put("revocation_key", RevocationTestBase.notifierPem()));
        verifier.add("slow", slow.enrolment());
        verifier.add("ours", ours.enrolment());
        verifier.add("down", down.enrolment());
        verifier.awaitPasses("failed", 1);
        verifier.stopAgent("down");
        down.down();
        failed.pcr(15, RevocationTestBase.BAD);
        AttestationTest.awaitLatch(told);
        await().atMost(VerifierUnderTest.SOON).until(() -> delivered("delivered") == 1 && delivered("sending") == 2);
        kill();
        released.countDown();
        down.up();
        begin();
        await().atMost(VerifierUnderTest.SOON).until(() -> delivered("delivered") + delivered("unknown") == 4);
        assertThat(failed.notices()).hasSize(1);
        assertThat(slow.notices()).hasSize(1);
        assertThat(ours.notices()).hasSize(2);
        // Unknown instead, if it was being called just when the verifier was killed.
        assertThat(down.notices()).hasSizeLessThanOrEqualTo(1);
        assertThat(ours.notices().getFirst()).isEqualTo(ours.notices().getLast());
    }

    /** To how many agents the notice has come to this. */
    private int delivered(String outcome) throws Exception {
        return verifier.get("/limelight/v1/revocations")
                .results()
                .path("revocations")
                .path(0)
                .path("deliveries")
                .path("agent")
                .path(outcome)
                .asInt(0);
    }
}
