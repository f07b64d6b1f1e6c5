package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tests of one class share verifier and registrar, whose start is most of a test's work; every test has a machine of its own
 * that nobody has seen before. A test that fails takes the whole installation with it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OneInstallation {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    Installation installation;
    private boolean spoiled;

    @RegisterExtension
    final AfterTestExecutionCallback failures =
            context -> spoiled |= context.getExecutionException().isPresent();

    void awaitUnlocked(String proof) {
        await().atMost(PATIENCE)
                .until(() -> Files.exists(installation.unpacked().resolve(proof)));
    }

    void awaitState(OperationalState state) {
        await("the verifier says " + state)
                .atMost(PATIENCE)
                .until(() -> installation.watched().state().orElse(null) == state);
    }

    /** Waits for quotes after this moment. */
    void awaitFurtherQuotes() throws Exception {
        long now = installation.watched().attestationCount();
        await("further quotes")
                .atMost(PATIENCE)
                .until(() -> installation.watched().attestationCount() > now);
    }

    @BeforeEach
    void machine() throws Exception {
        if (installation == null) {
            installation = new Installation(Files.createTempDirectory("limelight-it-"));
        }
    }

    @AfterEach
    void nothingRunsAndNothingIsMountedAfterwards() throws Exception {
        if (installation == null) {
            return;
        }
        if (spoiled) {
            spoiled = false;
            end();
            return;
        }
        try {
            installation.replaceMachine();
            assertThat(installation.strangers()).isEmpty();
            assertThat(installation.traces().mounts()).isEmpty();
        } catch (Exception | AssertionError e) {
            end();
            throw e;
        }
    }

    /** Ends all of it; the next test begins with a new one. */
    @AfterAll
    void end() throws Exception {
        Installation ended = installation;
        installation = null;
        if (ended != null) {
            ended.close();
            assertThat(ended.traces().processes()).isEmpty();
            assertThat(ended.traces().mounts()).isEmpty();
            assertThat(ended.root()).doesNotExist();
        }
    }
}
