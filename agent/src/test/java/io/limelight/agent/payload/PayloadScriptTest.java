package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.privileges.Account;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.secret.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to payload scripts. */
class PayloadScriptTest extends PayloadBench {
    private Path run(String name) {
        return secure().resolve(".limelight/run").resolve(name);
    }

    @Test
    void aScriptRunsInItsFolderWithItsMachinesIdAndACleanEnvironment() throws Exception {
        open();
        SentPayload sent =
                script("#!/bin/sh\npwd; cat secret.txt; env | grep -vE '^(_|LANG|LC_.*|TZ|PWD)=' | sort; umask\n");
        PayloadStatus status = done(sent);
        assertThat(status.exit()).hasValue(0);
        assertThat(status.note()).isNull();
        assertThat(status.secureSize()).isEqualTo("1m");
        awaitOutput(
                secure().toRealPath().resolve("unzipped") + "\ns3cret\nAGENT_UUID=" + ID + "\nHOME="
                        + System.getenv("HOME") + "\nLOGNAME=root\n"
                        + "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nSHELL=/bin/sh\nUSER=root\n0077\n");
        assertThat(mode(run("output"))).isEqualTo("rw-------");
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(sent.key());
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
    }

    @ParameterizedTest
    @CsvSource({"#!/bin/sh, 3", "'', 4", "#! /bin/sh -e, 5"})
    void theExitStatusIsReported(String firstLine, int status) throws Exception {
        open();
        assertThat(done(script(firstLine + "\nexit " + status + "\n")).exit()).hasValue(status);
        assertThat(payloads.status().problem()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#!/opt/no/such/bash -e | \"/opt/no/such/bash\", which this machine does not have",
                "#!bash | \"bash\"",
                "#!/etc/passwd | \"/etc/passwd\"",
                "#!/bin/sh\\r | Windows line endings"
            })
    void aScriptThatNobodyCanRunIsAFailureThatSaysWhy(String firstLine, String expected) throws Exception {
        open();
        assertThat(problem(script(firstLine.replace("\\r", "\r") + "\necho hello\n")))
                .contains("autorun.sh")
                .contains(expected);
        assertThat(payloads.status().scriptStarted()).isNull();
        assertThat(text(unzipped("secret.txt")))
                .as("the payload itself is there")
                .isEqualTo("s3cret\n");
    }

    @Test
    void anAreaThatIsMountedNoexecIsNamed() throws Exception {
        Files.createDirectory(secure());
        Memory.mount("tmpfs", "size=512k,mode=0755,noexec", secure());
        open();
        assertThat(problem(script("#!/bin/sh\n"))).contains("noexec");
        assertThat(payloads.status().secureSize()).isEqualTo("512k");
        assertThat(mode(secure())).isEqualTo("rwx------");
    }

    @Test
    void aHangingScriptIsSeenToRunAndANewerPayloadWaitsForIt() throws Exception {
        open();
        Instant before = Instant.now().minusSeconds(1);
        deliver(script("#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.05; done\n"));
        PayloadStatus running = await(Stage.RUNNING);
        assertThat(running.runningSince())
                .hasValueSatisfying(since -> assertThat(since).isAfter(before));
        assertThat(running.exit()).isEmpty();
        deliver(sent("overtaken".getBytes(UTF_8)));
        deliver(sent("the newest".getBytes(UTF_8)));
        assertThat(payloads.status().stage()).isEqualTo(Stage.RUNNING);
        assertThat(payloads.status().note()).contains("newer payload waits");
        assertThat(text(unzipped("secret.txt"))).isEqualTo("s3cret\n");
        Files.createFile(outside("go"));
        await(Stage.DONE);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the newest");
    }

    @Test
    void aPayloadThatWaitsForAScriptOutlivesTheAgent() throws Exception {
        open();
        deliver(script("#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.05; done\n"));
        await(Stage.RUNNING);
        deliver(sent("overtaken".getBytes(UTF_8)));
        SentPayload newest = sent("the newest".getBytes(UTF_8));
        deliver(newest);
        Path kept = secure().resolve(".limelight/waiting");
        assertThat(mode(kept)).isEqualTo("rw-------");
        restart();
        assertThat(await(Stage.RUNNING).note()).contains("newer payload waits");
        try (BootstrapKey key = BootstrapKey.of(SecretBytes.copyOf(newest.key()))) {
            assertThat(payloads.answer("challenge")).contains(key.answer("challenge"));
        }
        Files.createFile(outside("go"));
        await(Stage.DONE);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the newest");
        assertThat(kept).doesNotExist();
        restart();
        assertThat(await(Stage.DONE).note()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 20, 33, 34})
    void aWaitingPayloadThatWasCutOffIsRemovedAndWhatIsThereStays(int left) throws Exception {
        open();
        deliver(script("#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.05; done\n"));
        await(Stage.RUNNING);
        deliver(sent("never".getBytes(UTF_8)));
        payloads.close();
        Path kept = secure().resolve(".limelight/waiting");
        Files.write(kept, java.util.Arrays.copyOf(Files.readAllBytes(kept), left));
        open();
        assertThat(kept).doesNotExist();
        Files.createFile(outside("go"));
        assertThat(await(Stage.DONE).exit()).hasValue(0);
        assertThat(text(unzipped("secret.txt"))).isEqualTo("s3cret\n");
    }

    @Test
    void aTimeLimitIsKeptWhereOneIsSet() throws Exception {
        open(settings("autorun.sh", 1));
        PayloadStatus status = done(script("#!/bin/sh\nsleep 60 & echo $! > " + outside("pid") + "; wait\n"));
        assertThat(status.exit()).hasValue(124);
        assertThat(status.note()).contains("payload_script_timeout");
        String child = text(outside("pid")).strip();
        org.awaitility.Awaitility.await().until(() -> !Files.exists(Path.of("/proc", child)));
    }

    @Test
    void aScriptThatIsKilledSaysSo() throws Exception {
        open();
        PayloadStatus status = done(script("#!/bin/sh\nkill -9 $$\n"));
        assertThat(status.exit()).hasValue(137);
        assertThat(status.note()).contains("signal 9");
    }

    @Test
    void tenMegabytesOfOutputAreDrainedAndTheirEndsKept() throws Exception {
        open();
        assertThat(done(script("#!/bin/sh\necho BEGIN\nhead -c 10000000 /dev/zero | tr '\\0' x\necho END >&2\n"))
                        .exit())
                .hasValue(0);
        awaitFile(run("output.end"));
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(text(run("output.end"))).endsWith("xEND\n"));
        assertThat(text(run("output"))).startsWith("BEGIN\nxxx").hasSize(ScriptRun.KEPT_OUTPUT);
        assertThat(Files.size(run("output.end"))).isEqualTo(ScriptRun.KEPT_OUTPUT);
    }

    @Test
    void aScriptThatFillsTheAreaIsRecordedAllTheSame() throws Exception {
        open();
        PayloadStatus status = done(script("#!/bin/sh\ncat /dev/zero > full\necho lost; exit 7\n"));
        assertThat(status.exit()).hasValue(7);
        restart();
        assertThat(await(Stage.DONE).exit()).hasValue(7);
        assertThat(done(sent("and the next payload finds room".getBytes(UTF_8))).problem())
                .isNull();
    }

    @Test
    void whatAScriptLeavesBehindDoesNotKeepItFromHavingEnded() throws Exception {
        open();
        PayloadStatus status = done(script("#!/bin/sh\n(while [ ! -e " + outside("go")
                + " ]; do sleep 0.05; done; touch " + outside("gone") + ") &\nexit 2\n"));
        assertThat(status.exit()).hasValue(2);
        Files.createFile(outside("go"));
        awaitFile(outside("gone"));
    }

    @Test
    void theSamePayloadRunsOnceHoweverOftenItComes() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\n");
        done(sent);
        deliver(sent);
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
        restart();
        deliver(sent);
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
        done(script("#!/bin/sh\necho other >> " + outside("runs") + "\n"));
        assertThat(text(outside("runs"))).isEqualTo("run\nother\n");
    }

    @Test
    void aScriptThatFailedIsRunAgainWhenItsPayloadComesAgain() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\ntest -e " + outside("ready") + "\n");
        assertThat(done(sent).exit()).hasValue(1);
        Files.createFile(outside("ready"));
        deliver(sent);
        org.awaitility.Awaitility.await().until(() -> payloads.status().exit().equals(java.util.OptionalInt.of(0)));
        assertThat(text(outside("runs"))).isEqualTo("run\nrun\n");
    }

    @Test
    void noScriptIsRunWhereNoneIsConfigured() throws Exception {
        open(settings("", 0));
        PayloadStatus status = done(script("#!/bin/sh\ntouch " + outside("ran") + "\n"));
        assertThat(status.scriptStarted()).isNull();
        assertThat(status.note()).isNull();
        assertThat(outside("ran")).doesNotExist();
    }

    @Test
    void aScriptInASubfolderWorksToo() throws Exception {
        open(settings("bin/setup", 0));
        assertThat(done(sent(Map.of("bin/setup", "#!/bin/sh\npwd\n"))).exit()).hasValue(0);
        awaitOutput(secure().toRealPath().resolve("unzipped") + "\n");
    }

    @Test
    void withPayloadRunAsTheScriptIsThatUserAndReachesItsFilesAndNotTheKey() throws Exception {
        assertThat(mode(folder))
                .as("the way to the area is closed to that user")
                .isEqualTo("rwx------");
        open(settings(), new ScriptUser(Optional.of(new Account("nobody", 65534, 65534, List.of(65534), "/"))));
        PayloadStatus status = done(script("#!/bin/sh\nid -u; pwd; cat secret.txt; cat derived_tci_key; ls " + secure()
                + "; echo mine > mine && cat mine; rm -f derived_tci_key; test -e derived_tci_key\n"));
        awaitFile(run("output.end"));
        assertThat(text(run("output")))
                .contains("65534\n" + secure().toRealPath().resolve("unzipped") + "\ns3cret\n")
                .contains("derived_tci_key: Permission denied")
                .contains("mine");
        assertThat(status.exit()).hasValue(0);
        assertThat(mode(secure())).isEqualTo("rwx--x---");
        assertThat(mode(unzipped("derived_tci_key"))).isEqualTo("rw-------");
        done(sent("and a next payload removes what it made".getBytes(UTF_8)));
        assertThat(unzipped("mine")).doesNotExist();
    }

    @Test
    void runningSinceIsTheTimeOfTheStart() throws Exception {
        open();
        deliver(script("#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.05; done\n"));
        Instant since = await(Stage.RUNNING).runningSince().orElseThrow();
        assertThat(Duration.between(since, Instant.now())).isLessThan(Duration.ofSeconds(20));
        Files.createFile(outside("go"));
        await(Stage.DONE);
        assertThat(payloads.status().runningSince()).isEmpty();
    }
}
