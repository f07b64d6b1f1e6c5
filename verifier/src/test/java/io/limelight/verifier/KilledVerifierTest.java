package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;

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

    /** A machine of its own for every moment; all of them live through the same kill, since a start costs seconds. */
    @Test
    void everyMachineIsTakenUpWhereItWas() throws Exception {
        startProcess();
        TestMachine polled = machine();
        verifier.add("polled", polled.enrolment().put("v", SHARE));
        verifier.awaitPasses("polled", 5);

        TestMachine found = machine();
        verifier.add("found", found.enrolment().put("v", SHARE));
        verifier.awaitPasses("found", 1);
        found.clock(1);
        verifier.awaitState("found", OperationalState.INVALID_QUOTE);

        for (String id : List.of("kept", "stopped", "deleted")) {
            verifier.add(id, polled.enrolment());
        }
        assertThat(verifier.stopAgent("stopped").status()).isEqualTo(200);
        assertThat(verifier.delete("deleted").status()).isEqualTo(200);

        CountDownLatch underWay = new CountDownLatch(2);
        CountDownLatch released = new CountDownLatch(1);
        TestMachine asked = machine();
        asked.nextQuotes(ask -> {
            underWay.countDown();
            AttestationTest.awaitLatch(released);
            return asked.honest(ask);
        });
        verifier.add("asked", asked.enrolment().put("v", SHARE));
        TestMachine given = machine();
        given.nextShares(call -> {
            HttpReply reply = given.acceptShare(call);
            underWay.countDown();
            AttestationTest.awaitLatch(released);
            return reply;
        });
        verifier.add("given", given.enrolment().put("v", SHARE));
        AttestationTest.awaitLatch(underWay);

        long passes = verifier.status("polled").attestationCount();
        kill();
        int askedOfFound = found.begun();
        released.countDown();
        begin();

        assertAll(
                () -> assertThat(verifier.get("/v2.6/agents/").results().path("uuids"))
                        .as("what was answered with success is there, and nothing else")
                        .hasSize(6)
                        .noneMatch(row -> row.toString().contains("deleted")),
                () -> assertThat(verifier.state("stopped")).isEqualTo(OperationalState.TENANT_FAILED),
                () -> {
                    assertThat(verifier.status("polled").attestationCount()).isGreaterThanOrEqualTo(passes);
                    verifier.awaitPasses("polled", 2);
                    await().atMost(VerifierUnderTest.SOON)
                            .until(() -> polled.shares().size() == 2);
                },
                () -> {
                    // Whose first answer had not come is asked again.
                    verifier.awaitPasses("asked", 2);
                    await().atMost(VerifierUnderTest.SOON)
                            .until(() -> asked.shares().size() == 1);
                },
                () -> {
                    // Whether V had arrived nobody knows: it is sent again, after another pass, and the log says so.
                    verifier.awaitPasses("given", 2);
                    await().atMost(VerifierUnderTest.SOON)
                            .until(() -> given.shares().size() == 2);
                    assertThat(given.shares()).containsOnly("00".repeat(32));
                    await().atMost(VerifierUnderTest.SOON)
                            .until(() -> said.stream()
                                    .anyMatch(line -> line.contains("given was sent its key share V again")));
                    assertThat(said).noneMatch(line -> line.contains("given has its key share V"));
                },
                () -> {
                    assertThat(verifier.state("found")).isEqualTo(OperationalState.INVALID_QUOTE);
                    assertThat(found.begun()).isEqualTo(askedOfFound);
                    assertThat(found.shares()).hasSize(1);
                });
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
