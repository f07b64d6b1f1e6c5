package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.tpm.Octets;
import io.limelight.store.PostgresForTests;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that is killed while the verifier runs, and comes back. */
class PostgresOutageTest extends VerifierTestBase {
    private static final String POLICY = "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}";
    private static final String SHARE = Base64.getEncoder().encodeToString(new byte[32]);

    private PostgresForTests server;

    @Override
    String databaseUrl() throws Exception {
        server = PostgresForTests.own(folder.resolve("server"));
        return server.newDatabase();
    }

    @AfterEach
    void endServer() throws Exception {
        if (server != null) {
            end();
            verifier = null;
            server.close();
        }
    }

    @Test
    void aKilledServerCostsAnswersOf503AndNothingThatWasStored() throws Exception {
        try (LogRecorder log = new LogRecorder()) {
            verifier();
            List<TestMachine> machines = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                TestMachine machine = machine();
                machines.add(machine);
                verifier.add("m" + i, machine.enrolment().put("v", SHARE).put("tpm_policy", POLICY));
            }
            for (int i = 0; i < 5; i++) {
                verifier.awaitPasses("m" + i, 3);
            }
            for (int round = 0; round < 2; round++) {
                long before = verifier.status("m0").attestationCount();
                server.kill();
                VerifierUnderTest.Reply read = verifier.get("/v2.6/agents/m0");
                assertThat(read.status()).isEqualTo(503);
                assertThat(read.reason()).contains("database cannot be used");
                VerifierUnderTest.Reply write = verifier.stopAgent("m1");
                assertThat(write.status()).isEqualTo(503);
                assertThat(verifier.post("late" + round, machines.getFirst().enrolment())
                                .status())
                        .isEqualTo(503);
                // A machine that fails while nothing can be stored has not got away with it.
                machines.get(2).pcr(15, Octets.ofHex("ab".repeat(32)));
                int asked = machines.get(2).begun();
                await().atMost(VerifierUnderTest.SOON)
                        .until(() -> machines.get(2).begun() > asked + 1);

                server.startAgain();
                await().atMost(VerifierUnderTest.SOON)
                        .until(() -> verifier.get("/v2.6/agents/m0").status() == 200);
                assertThat(verifier.status("m0").attestationCount()).isGreaterThanOrEqualTo(before);
                verifier.awaitPasses("m0", 3);
                verifier.awaitPasses("m1", 3);
                verifier.awaitState("m2", OperationalState.INVALID_QUOTE);
                assertThat(verifier.get("/v2.6/agents/late" + round).status()).isEqualTo(404);
                machines.get(2).pcr(15, Octets.ofHex("00".repeat(32)));
                assertThat(verifier.reactivate("m2").status()).isEqualTo(200);
                verifier.awaitPasses("m2", 2);
            }
            assertThat(machines.getFirst().shares()).as("V is not sent anew").hasSize(1);
            assertThat(log.text())
                    .contains("cannot be reached, nothing can be stored until it is back")
                    .contains("can be reached again")
                    .contains("answers queries again")
                    .doesNotContain("pg-s3cret");
        }
    }

    /** Nobody but the verifier itself, which looks at its history every few seconds and may have met the silence. */
    @Test
    void aServerThatIsStartedAgainWhileNobodyAsksCostsNothing() throws Exception {
        verifier("quote_interval = 3600");
        TestMachine machine = machine();
        verifier.add("m", machine.enrolment());
        verifier.awaitStatus("m", status -> status.attestationCount() == 1);
        server.kill();
        server.startAgain();
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> verifier.stopAgent("m").status() == 200);
        server.kill();
        server.startAgain();
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> verifier.get("/v2.6/agents/m").status() == 200);
        assertThat(verifier.state("m")).isEqualTo(OperationalState.TENANT_FAILED);
        assertThat(verifier.delete("m").status()).isEqualTo(200);
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> verifier.get("/v2.6/agents/m").status() == 404);
    }
}
