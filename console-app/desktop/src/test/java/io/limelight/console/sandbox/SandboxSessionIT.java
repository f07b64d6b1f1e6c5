package io.limelight.console.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.console.connect.Diagnosis;
import io.limelight.console.connect.Doctor;
import io.limelight.console.connect.DoctorLimits;
import io.limelight.console.connect.DoctorReport;
import io.limelight.console.connect.Finding;
import io.limelight.console.problem.Problem;
import io.limelight.console.profile.Connection;
import io.limelight.console.profile.ConnectionReader;
import io.limelight.console.profile.Environment;
import io.limelight.console.words.Words;
import io.limelight.console.work.Progress;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.ClientTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** A whole sandbox of real programs, as the first-run page starts it. */
@ResourceLock("sandbox")
class SandboxSessionIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Words WORDS = Words.english();

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private Optional<SandboxSession> session = Optional.empty();
    private Optional<OkHttpClient> http = Optional.empty();

    @BeforeEach
    void needsSoftwareTpms() {
        Assumptions.assumeTrue(
                SandboxSession.unavailable(WORDS).isEmpty(),
                () -> SandboxSession.unavailable(WORDS).orElseThrow().whatHappened());
    }

    @AfterEach
    void end() {
        http.ifPresent(HttpClients::close);
        session.ifPresent(SandboxSession::close);
    }

    private class Steps implements Progress {
        @Override
        public void step(String title) {
            steps.add(title);
        }

        @Override
        public void done(long done, long total) {
            assertThat(done).isBetween(0L, total);
        }
    }

    @Test
    void threeMachinesAreTrustedAndTheOneThatIsBrokenIsFound() throws Exception {
        SandboxSession running = SandboxSession.start(3, WORDS, new SecureRandom(), new Steps(), new Cancellation());
        session = Optional.of(running);
        assertThat(steps).hasSize(6).allSatisfy(step -> assertThat(step).doesNotContain("sandbox."));
        assertThat(running.profile().environment()).isEqualTo(Environment.SANDBOX);
        List<Problem> troubles = new CopyOnWriteArrayList<>();
        running.onTrouble(troubles::add);

        Connection connection =
                new ConnectionReader(Path.of("/"), WORDS).read(running.profile().source());
        Diagnosis diagnosis = new Doctor(WORDS, InstantSource.system(), new DoctorLimits(Duration.ofSeconds(60)))
                .examine(connection, new Cancellation(), DoctorReport.SILENT);
        assertThat(diagnosis.usable())
                .as(diagnosis.findings().stream().map(Finding::seen).toList().toString())
                .isTrue();
        assertThat(diagnosis.role()).isEqualTo(Diagnosis.Role.ADMINISTRATOR);

        http = Optional.of(HttpClients.tls(
                HttpTimeouts.of(Duration.ofSeconds(60)),
                ClientTls.trusting(
                        connection.settings().tls().trusted("trusted_server_ca"),
                        Optional.of(connection.settings().tls().client()))));
        List<AgentId> ids = List.copyOf(running.machines().keySet());
        assertThat(running.machines().values()).containsExactly("machine-1", "machine-2", "machine-3");
        for (AgentId id : ids) {
            await().atMost(LONG)
                    .until(() -> machine(connection, id).path("state").asString(), "trusted"::equals);
        }

        SandboxSession.Broken script = running.breakMachine(ids.get(1));
        await().atMost(LONG)
                .until(() -> machine(connection, ids.get(1)).path("state").asString(), "failed"::equals);
        JsonNode failure = machine(connection, ids.get(1)).path("last_failure");
        assertThat(failure.path("sentence").asString()).contains(script.file());
        assertThat(failure.path("likely_causes")).isNotEmpty();
        assertThat(machine(connection, ids.get(0)).path("state").asString()).isEqualTo("trusted");

        running.extendPcr(ids.get(2));
        await().atMost(LONG)
                .until(() -> machine(connection, ids.get(2)).path("state").asString(), "failed"::equals);

        running.killVerifier();
        assertThatThrownBy(() -> machine(connection, ids.get(0))).isInstanceOf(java.io.IOException.class);
        running.restartVerifier();
        await().atMost(LONG)
                .until(() -> machine(connection, ids.get(0)).path("state").asString(), "trusted"::equals);

        // What ends by itself is said.
        assertThat(troubles).isEmpty();
        // After verifier, registrar and CA.
        long agent = running.processes().get(3);
        ProcessHandle.of(agent).orElseThrow().destroyForcibly();
        await().atMost(LONG).until(() -> !troubles.isEmpty());
        assertThat(troubles.getFirst().whatHappened()).contains("agent of machine-1");

        assertNothingIsLeft(running);
    }

    private void assertNothingIsLeft(SandboxSession running) {
        List<Long> processes = new ArrayList<>(running.processes());
        Path folder = running.logs().getParent();
        running.close();
        running.close();
        session = Optional.empty();
        assertThat(processes)
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        assertThat(folder).doesNotExist();
    }

    @Test
    void cancelledWhileItStartsItLeavesNothing() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch services = new CountDownLatch(1);
        Thread canceller = Thread.ofVirtual().start(() -> {
            try {
                services.await();
                cancellation.cancel();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        List<Path> before = sandboxes();
        assertThatThrownBy(() -> SandboxSession.start(
                        2,
                        WORDS,
                        new SecureRandom(),
                        new Steps() {
                            @Override
                            public void step(String title) {
                                super.step(title);
                                if (steps.size() == 2) {
                                    services.countDown();
                                }
                            }
                        },
                        cancellation))
                .isInstanceOf(CancelledException.class);
        canceller.join();
        // One that somebody else left behind may be gone by now: a start tidies up after such.
        assertThat(sandboxes()).isSubsetOf(before);
    }

    private static List<Path> sandboxes() throws Exception {
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches("limelight-\\d+"))
                    .toList();
        }
    }

    private JsonNode machine(Connection connection, AgentId id) throws Exception {
        Request request = new Request.Builder()
                .url("https://" + connection.settings().verifier().address() + "/limelight/v1/agents/" + id)
                .build();
        try (Response response = http.orElseThrow().newCall(request).execute()) {
            return WireJson.parseObject(response.body().bytes()).path("results");
        }
    }
}
