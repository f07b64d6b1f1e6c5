package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The wipe of the payload before: whole or not at all for whoever looks, ended by stopping, completed by the next start. */
class OldPayloadTest extends PayloadBench {
    private static final int MANY = 60_000;

    private Path aside() {
        return secure().resolve(OldPayload.ASIDE);
    }

    private void fill(Path folder) throws Exception {
        for (int i = 0; i < MANY; i++) {
            Files.createFile(folder.resolve("file" + i));
        }
    }

    @Test
    void stoppingDoesNotWaitForAWipeAndTheNextStartCompletesIt() throws Exception {
        open();
        done(sent("the old one".getBytes(UTF_8)));
        Path many = Files.createDirectory(unzipped("many"));
        fill(many);
        SentPayload next = sent("the new one".getBytes(UTF_8));
        deliver(next);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> Files.exists(aside()));
        payloads.close();
        assertThat(aside()).as("the wipe was not waited for").exists();
        assertThat(secure().resolve("unzipped")).as("no half payload is seen").doesNotExist();
        assertThat(secure().resolve(Unpacking.NEW)).doesNotExist();

        open();
        assertThat(payloads.answer("abc"))
                .as("the old key went with its payload")
                .isEmpty();
        assertThat(await(Stage.FAILED).problem()).contains("deliver it again");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(aside()));
        done(next);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the new one");
    }

    @Test
    void whatIsLeftOfAWipeIsRemovedByAStartThatHasNothingElseToDo() throws Exception {
        open();
        SentPayload sent = sent("x".getBytes(UTF_8));
        done(sent);
        payloads.close();
        Files.createDirectories(aside().resolve("a/b"));
        open();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(aside()));
        assertThat(payloads.status().stage()).isEqualTo(Stage.DONE);
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
    }

    @Test
    void anAgentThatIsStoppedAlreadyTouchesNothing() throws Exception {
        open();
        done(sent("the old one".getBytes(UTF_8)));
        SecureArea area = settings().area(SecureArea.Owner.self());
        OldPayload old = new OldPayload(area, Optional.empty());
        Cancellation stopped = new Cancellation();
        stopped.cancel();
        assertThatThrownBy(() -> old.remove(stopped)).isInstanceOf(CancelledException.class);
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("the old one");
        assertThat(old.unfinished()).isFalse();
    }
}
