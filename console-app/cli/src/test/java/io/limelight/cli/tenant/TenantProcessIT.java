package io.limelight.cli.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Launched;
import io.limelight.core.http.HttpReply;
import io.limelight.core.tenant.kit.SoftMachine;
import io.limelight.core.tenant.kit.TenantWorld;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tenant as a process of its own, as scripts and the demo start it. */
class TenantProcessIT {
    private static final String ID = TenantWorld.ID.value();

    @TempDir
    Path folder;

    private final CountDownLatch testEnded = new CountDownLatch(1);
    private TenantWorld world;
    private SoftMachine machine;
    private Process process;

    @BeforeEach
    void build() throws Exception {
        world = TenantWorld.in(folder);
        world.configure();
        machine = world.machine(TenantWorld.ID);
        Files.writeString(folder.resolve("payload.txt"), "a secret");
    }

    @AfterEach
    void end() throws Exception {
        testEnded.countDown();
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        world.close();
    }

    private void start(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Launched.launcher().toString(), "tenant"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYLIME_"));
        builder.environment().putAll(world.environment());
        process = builder.start();
    }

    private String output() throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void theDemosCommandLineEnrolsAMachine() throws Exception {
        start(
                "-c",
                "add",
                "-u",
                ID,
                "-f",
                folder.resolve("payload.txt").toString(),
                "--tpm_policy",
                "{\"15\": [\"" + "0".repeat(64) + "\"]}",
                "--verify");
        String output = output();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(machine.unlocked()).contains("a secret");
        assertThat(output).doesNotContain("a secret");
    }

    @Test
    void anErrorIsStatusOneAndWrongUsageStatusTwo() throws Exception {
        start("-u", "nobody");
        assertThat(output()).contains(" - ERROR - ");
        assertThat(process.exitValue()).isEqualTo(1);
        start("--nonsense");
        assertThat(output()).contains("Usage:");
        assertThat(process.exitValue()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalCancelsSaysWhatIsLeftBehindAndEndsTheProcess(String signal, int status) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        machine.answering("GET keys/verify", call -> {
            reached.countDown();
            testEnded.await();
            return HttpReply.refusal(500, "the test is over");
        });
        start("-u", ID, "-f", "payload.txt", "--verify");
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        long before = System.nanoTime();
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(output()).contains("ERROR - Cancelled. The machine is enrolled; ask with -c cvstatus");
        assertThat(process.exitValue()).isEqualTo(status);
        assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(8));
    }
}
