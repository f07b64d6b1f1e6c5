package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that starts where another one has left off, in order or killed. */
class AreaTakeOverTest extends PayloadBench {
    private Path state() {
        return secure().resolve(".limelight/state.json");
    }

    /** A script that waits to be told its exit status. */
    private SentPayload waiting() {
        return script("#!/bin/sh\necho run >> " + outside("runs") + "\nwhile [ ! -e " + outside("go")
                + " ]; do sleep 0.05; done; exit $(cat " + outside("go") + ")\n");
    }

    @Test
    void theKeyIsKnownAgainAndThePayloadUntouched() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\nexit 3\n");
        done(sent);
        restart();
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
        PayloadStatus status = await(Stage.DONE);
        assertThat(status.exit()).hasValue(3);
        assertThat(text(unzipped("secret.txt"))).isEqualTo("s3cret\n");
        assertThat(text(outside("runs"))).isEqualTo("run\n");
    }

    @Test
    void aRunningScriptIsWatchedOn() throws Exception {
        open();
        deliver(waiting());
        Instant since = await(Stage.RUNNING).runningSince().orElseThrow();
        restart();
        assertThat(await(Stage.RUNNING).runningSince()).hasValue(since);
        Files.writeString(outside("go.new"), "5");
        Files.move(outside("go.new"), outside("go"));
        assertThat(await(Stage.DONE).exit()).hasValue(5);
        assertThat(text(outside("runs"))).isEqualTo("run\n");
    }

    @Test
    void aScriptThatEndedMeanwhileHasItsStatus() throws Exception {
        open();
        deliver(waiting());
        await(Stage.RUNNING);
        payloads.close();
        Files.writeString(outside("go.new"), "6");
        Files.move(outside("go.new"), outside("go"));
        awaitLink(secure().resolve(".limelight/run/exit"));
        open();
        assertThat(await(Stage.DONE).exit()).hasValue(6);
    }

    private static void awaitLink(Path link) {
        org.awaitility.Awaitility.await().until(() -> Files.isSymbolicLink(link));
    }

    @Test
    void aScriptWhoseWatcherWasKilledIsLostAndSaidToBe() throws Exception {
        open();
        deliver(waiting());
        await(Stage.RUNNING);
        Path link = secure().resolve(".limelight/run/recorder");
        awaitLink(link);
        String recorder = Files.readSymbolicLink(link).toString();
        Memory.run("kill", "-9", recorder.substring(0, recorder.indexOf(' ')));
        assertThat(await(Stage.FAILED).problem()).contains("how far it came is unknown");
        Files.writeString(outside("go"), "0");
    }

    @Test
    void afterAPayloadThatDidNotOpenTheKeyOfTheOneBeforeItDoesNotComeBack() throws Exception {
        open();
        SentPayload old = sent("old".getBytes(UTF_8));
        done(old);
        SentPayload later = sent("later".getBytes(UTF_8));
        payloads.receiveU(
                later.u(), later.tag(), sent("another".getBytes(UTF_8)).payload());
        payloads.receiveV(later.v());
        assertThat(await(Stage.FAILED).problem()).contains("does not open");
        payloads.close();
        open();
        assertThat(await(Stage.FAILED).problem()).contains("does not open");
        assertThat(payloads.answer("abc")).isEmpty();
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("old");
    }

    @Test
    void aPayloadThatWasBeingOpenedHasToBeDeliveredAgain() throws Exception {
        open();
        SentPayload old = sent("old".getBytes(UTF_8));
        done(old);
        payloads.close();
        // As killed while the new folder was being filled, the old one already gone.
        PayloadState.unpacking("ab".repeat(32)).write(state());
        Memory.run("rm", "-r", secure().resolve("unzipped").toString());
        Path half = Files.createDirectories(secure().resolve(Unpacking.NEW).resolve("some"));
        Files.writeString(half.resolve("file"), "half");
        open();
        assertThat(await(Stage.FAILED).problem()).contains("deliver it again");
        assertThat(secure().resolve(Unpacking.NEW)).doesNotExist();
        assertThat(payloads.answer("abc")).isEmpty();
        done(old);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("old");
    }

    @Test
    void aScriptThatWasDueIsStarted() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho run >> " + outside("runs") + "\n");
        done(sent);
        payloads.close();
        // As killed between unpacking and starting.
        new ScriptRun(
                        secure().toRealPath().resolve(".limelight/run"),
                        unzipped("").toAbsolutePath(),
                        "autorun.sh",
                        0)
                .prepare();
        PayloadState.unpacking("ab".repeat(32)).unpacked().write(state());
        open();
        assertThat(await(Stage.DONE).exit()).hasValue(0);
        assertThat(text(outside("runs"))).isEqualTo("run\nrun\n");
    }

    @Test
    void aScriptThatWasStartedIsNotStartedAgain() throws Exception {
        open();
        deliver(waiting());
        await(Stage.RUNNING);
        payloads.close();
        // As killed before it was written down that the script runs.
        PayloadState.unpacking("ab".repeat(32)).unpacked().write(state());
        open();
        assertThat(await(Stage.RUNNING).runningSince()).isPresent();
        Files.writeString(outside("go.new"), "0");
        Files.move(outside("go.new"), outside("go"));
        await(Stage.DONE);
        assertThat(text(outside("runs"))).isEqualTo("run\n");
    }

    @Test
    void twoRunnersStartAScriptOnce() throws Exception {
        open();
        done(script("#!/bin/sh\necho run >> " + outside("runs") + "\n"));
        ScriptRun run = new ScriptRun(
                secure().toRealPath().resolve(".limelight/run"),
                secure().toRealPath().resolve("unzipped"),
                "autorun.sh",
                0);
        run.prepare();
        Files.delete(outside("runs"));
        DirectStarter starter = new DirectStarter(System.getenv(), "");
        for (int i = 0; i < 8; i++) {
            starter.start(run);
        }
        awaitLink(secure().resolve(".limelight/run/exit"));
        assertThat(text(outside("runs"))).isEqualTo("run\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}", "{\"step\":\"NONSENSE\"}", "[1]", "{\"step\":\"DONE\",\"exit\":\"x\"}"})
    void aDamagedNoteAboutThePastDoesNotStopTheAgent(String content) throws Exception {
        open();
        SentPayload sent = sent("x".getBytes(UTF_8));
        done(sent);
        payloads.close();
        Files.writeString(state(), content);
        open();
        assertThat(await(Stage.DONE).problem()).isNull();
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
    }

    @Test
    void whatAnotherAgentUnpackedHereIsTakenOver() throws Exception {
        Files.createDirectory(secure());
        Memory.mount("tmpfs", "size=1m,mode=0700", secure());
        SentPayload sent = sent("x".getBytes(UTF_8));
        Files.createDirectory(secure().resolve("unzipped"));
        Files.write(unzipped("derived_tci_key"), sent.key());
        open();
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
    }

    @Test
    void aKeyFileThatIsNoKeyIsIgnored() throws Exception {
        open();
        done(sent("x".getBytes(UTF_8)));
        payloads.close();
        Files.write(unzipped("derived_tci_key"), new byte[33]);
        open();
        assertThat(payloads.answer("abc")).isEmpty();
        payloads.close();
        Files.delete(unzipped("derived_tci_key"));
        Files.write(outside("key"), new byte[32]);
        Files.createSymbolicLink(unzipped("derived_tci_key"), outside("key"));
        open();
        assertThat(payloads.answer("abc")).as("links are not followed").isEmpty();
    }
}
