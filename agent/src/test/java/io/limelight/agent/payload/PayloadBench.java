package io.limelight.agent.payload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.payload.PayloadStatus.Stage;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.SentPayload;
import io.limelight.core.api.AgentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the payload side stand on: real memory below a folder of their own, and somebody who sends payloads. */
abstract class PayloadBench {
    static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");

    @TempDir
    Path folder;

    Memory memory;
    SecurePayloads payloads;

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

    Path secure() {
        return folder.resolve("secure");
    }

    Path unzipped(String name) {
        return secure().resolve("unzipped").resolve(name);
    }

    /** Where a script and its test can leave each other something; not in the area. */
    Path outside(String name) {
        return folder.resolve(name);
    }

    /** Where a payload may lie that came by another way. */
    Path placed() {
        return folder.resolve("encrypted_payload");
    }

    PayloadSettings settings() {
        return settings("autorun.sh", 0);
    }

    PayloadSettings settings(String script, int seconds) {
        return new PayloadSettings(
                secure(),
                "1m",
                false,
                "derived_tci_key",
                "decrypted_payload",
                true,
                script,
                seconds,
                true,
                Optional.of(placed()));
    }

    void open() throws Exception {
        open(settings());
    }

    void open(PayloadSettings settings) throws Exception {
        open(settings, new ScriptUser(Optional.empty()));
    }

    void open(PayloadSettings settings, ScriptUser user) throws Exception {
        SecureArea area = settings.area(user.sharedWith(io.limelight.agent.privileges.ProcessUser.current()));
        payloads = SecurePayloads.open(
                settings,
                area,
                ID,
                new DirectStarter(user.environment(System.getenv(), ID), user.prefix()),
                Optional.empty(),
                InstantSource.system());
    }

    /** The agent ends and starts again; the area stays. */
    void restart() throws Exception {
        payloads.close();
        open();
    }

    static SentPayload sent(byte[] plaintext) {
        return SentPayload.of(ID.value(), plaintext);
    }

    static SentPayload sent(Map<String, String> files) {
        return sent(SentPayload.zip(files));
    }

    static SentPayload script(String text) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("autorun.sh", text);
        files.put("secret.txt", "s3cret\n");
        return sent(files);
    }

    void deliver(SentPayload sent) {
        payloads.receiveU(sent.u(), sent.tag(), sent.payload());
        payloads.receiveV(sent.v());
    }

    PayloadStatus await(Stage stage) {
        Awaitility.await("stage " + stage)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> payloads.status(), status -> status.stage() == stage);
        return payloads.status();
    }

    /** Delivers it and waits for its end. */
    PayloadStatus done(SentPayload sent) {
        deliver(sent);
        return await(Stage.DONE);
    }

    /** Delivers it and waits for its failure. */
    String problem(SentPayload sent) {
        deliver(sent);
        return await(Stage.FAILED).problem();
    }

    static void awaitFile(Path file) {
        Awaitility.await(file + " exists")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(file));
    }

    /** The status is known a moment before what the script wrote last is in its file. */
    void awaitOutput(String expected) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(text(secure().resolve(".limelight/run/output")))
                        .isEqualTo(expected));
    }

    static String text(Path file) throws IOException {
        return Files.readString(file, UTF_8);
    }

    static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
