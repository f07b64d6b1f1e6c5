package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.api.AgentId;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The payload side on real memory, with real scripts. */
class SecurePayloadsTest {
    private static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");

    @TempDir
    Path folder;

    private Memory memory;
    private SecurePayloads payloads;

    @BeforeEach
    void mount() throws Exception {
        memory = new Memory(folder);
    }

    @AfterEach
    void unmount() throws Exception {
        if (payloads != null) {
            payloads.close();
        }
        if (memory != null) {
            memory.close();
        }
    }

    private Path secure() {
        return folder.resolve("secure");
    }

    private Path unzipped(String name) {
        return secure().resolve("unzipped").resolve(name);
    }

    private PayloadSettings settings() {
        return new PayloadSettings(
                secure(), "1m", false, "derived_tci_key", "decrypted_payload", true, "autorun.sh", 0, true);
    }

    private void open() throws Exception {
        open(settings());
    }

    private void open(PayloadSettings settings) throws Exception {
        SecureArea area = settings.area(SecureArea.Owner.self());
        ScriptUser user = new ScriptUser(Optional.empty());
        payloads = SecurePayloads.open(
                settings,
                area,
                ID,
                new DirectStarter(user.environment(System.getenv(), ID), user.prefix()),
                Optional.empty(),
                InstantSource.system());
    }

    private SentPayload sent(byte[] plaintext) {
        return SentPayload.of(ID.value(), plaintext);
    }

    private SentPayload sent(Map<String, String> files) {
        return sent(SentPayload.zip(files));
    }

    private SentPayload script(String text) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("autorun.sh", text);
        files.put("secret.txt", "s3cret\n");
        return sent(files);
    }

    private void deliver(SentPayload sent) {
        payloads.receiveU(sent.u(), sent.tag(), sent.payload());
        payloads.receiveV(sent.v());
    }

    private PayloadStatus await(Stage stage) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> payloads.status().stage() == stage);
        return payloads.status();
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, UTF_8);
    }

    /** The status is known a moment before what the script wrote last is in its file. */
    private void awaitOutput(String expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(text(secure().resolve(".limelight/run/output")))
                        .isEqualTo(expected));
    }

    @Test
    void aScriptRunsInItsFolderWithItsMachinesId() throws Exception {
        open();
        SentPayload sent = script("#!/bin/sh\necho \"$AGENT_UUID $(pwd) $(cat secret.txt)\"\nexit 3\n");
        deliver(sent);
        PayloadStatus status = await(Stage.DONE);
        assertThat(status.exit()).hasValue(3);
        assertThat(status.secureSize()).isEqualTo("1m");
        awaitOutput(ID + " " + secure().toRealPath().resolve("unzipped") + " s3cret\n");
        assertThat(Files.readAllBytes(unzipped("derived_tci_key"))).isEqualTo(sent.key());
        assertThat(Files.readAllBytes(secure().resolve("decrypted_payload")))
                .isEqualTo(Files.readAllBytes(unzipped("decrypted_payload")));
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
        assertThat(memory.mounted()).containsExactly(secure().toRealPath().toString());
    }

    @Test
    void aPayloadThatIsNoZipIsASingleFile() throws Exception {
        open();
        deliver(sent("just a password".getBytes(UTF_8)));
        assertThat(await(Stage.DONE).scriptStarted()).isNull();
        assertThat(text(secure().resolve("decrypted_payload"))).isEqualTo("just a password");
        try (Stream<Path> files = Files.list(secure().resolve("unzipped"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("derived_tci_key", "decrypted_payload");
        }
        for (String name : new String[] {"derived_tci_key", "decrypted_payload"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unzipped(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void withoutAPayloadTheKeyIsKnownAndNothingIsWritten() throws Exception {
        open();
        SentPayload sent = SentPayload.keyOnly(ID.value());
        payloads.receiveV(sent.v());
        assertThat(payloads.status().stage()).isEqualTo(Stage.HAVE_V);
        payloads.receiveU(SecretBytes.copyOf(new byte[32]), new byte[48], Optional.empty());
        assertThat(payloads.status().stage()).isEqualTo(Stage.NO_MATCH);
        payloads.receiveU(sent.u(), sent.tag(), Optional.of(new byte[0]));
        assertThat(payloads.status().stage()).isEqualTo(Stage.KEY_ONLY);
        assertThat(payloads.answer("abc")).hasValue(sent.answer("abc"));
        assertThat(secure().resolve("unzipped")).doesNotExist();
    }
}
