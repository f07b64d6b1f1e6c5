package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ActionTrialTest {
    @TempDir
    Path root;

    private final Cancellation cancel = new Cancellation();

    private static ActionTrial.Outcome run(Duration limit, String script, Cancellation cancel) throws Exception {
        return new ActionTrial(limit, "")
                .run(
                        "action.sh",
                        Map.of("action.sh", ("#!/bin/sh\n" + script).getBytes(StandardCharsets.UTF_8)),
                        ActionTrial.sampleNotice(),
                        cancel);
    }

    @Test
    void anActionThatDoesNotEndIsEndedWithItsChildren() throws Exception {
        Path pid = root.resolve("pid");
        ActionTrial.Outcome outcome =
                run(Duration.ofSeconds(8), "sleep 600 & echo $! >" + pid + "\necho begun\nwait\n", cancel);
        assertThat(outcome.status()).isEmpty();
        assertThat(outcome.output()).isEqualTo("begun\n");
        assertGone(pid);
    }

    @Test
    void cancellingEndsItAtOnce() throws Exception {
        Path pid = root.resolve("pid");
        CompletableFuture<Object> run = CompletableFuture.supplyAsync(() -> {
            try {
                return run(Duration.ofMinutes(1), "sleep 600 & echo $! >" + pid + "\nwait\n", cancel);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
        cancel.cancel();
        assertThatThrownBy(run::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(CancelledException.class);
        assertGone(pid);
    }

    private static void assertGone(Path pid) throws IOException {
        long child = Long.parseLong(Files.readString(pid).strip());
        await().until(() -> ProcessHandle.of(child)
                .map(handle -> !handle.isAlive() || defunct(child))
                .orElse(true));
    }

    /** Where nobody collects orphans they stay as a name. */
    private static boolean defunct(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void endlessOutputIsCut() throws Exception {
        ActionTrial.Outcome outcome =
                run(Duration.ofSeconds(20), "head -c 300000 /dev/zero | tr '\\0' x\nexit 3\n", cancel);
        assertThat(outcome.status()).hasValue(3);
        assertThat(outcome.cut()).isTrue();
        assertThat(outcome.output()).hasSize(ActionTrial.KEPT);
    }

    @Test
    void itGetsTheNoticeAndNothingIsLeft() throws Exception {
        ActionTrial.Outcome outcome = run(Duration.ofSeconds(20), "grep -c revocation \"$1\"\npwd\n", cancel);
        assertThat(outcome.status()).hasValue(0);
        String[] lines = outcome.output().split("\n", -1);
        assertThat(lines[0]).isEqualTo("1");
        assertThat(Path.of(lines[1])).doesNotExist();
    }

    @Test
    void whatIsNoActionIsNotStarted() {
        assertThatThrownBy(() -> new ActionTrial(Duration.ofSeconds(1), "")
                        .run("../x", Map.of("../x", new byte[1]), "{}", cancel))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new ActionTrial(Duration.ofSeconds(1), "")
                        .run("x.txt", Map.of("x.txt", new byte[] {'x'}), "{}", cancel))
                .hasMessageContaining("cannot be started");
    }
}
