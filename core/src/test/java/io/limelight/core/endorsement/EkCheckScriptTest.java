package io.limelight.core.endorsement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.AgentId;
import io.limelight.core.endorsement.EndorsementException.Reason;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.TpmPublic;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EkCheckScriptTest {
    private static final AgentId ID = AgentId.of("machine-7");
    private static final TpmPublic EK =
            SoftEndorsementKey.of(KeyPairs.p256(new SecureRandom())).publicArea();

    @TempDir
    Path workDir;

    private void ask(String body, Duration limit) throws Exception {
        ask(body, limit, new Cancellation());
    }

    private void ask(String body, Duration limit, Cancellation cancellation) throws Exception {
        Path script = Files.writeString(workDir.resolve("check"), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        script(script, limit).ask(ID, EK, Optional.of("QUJD"), cancellation);
    }

    private EkCheckScript script(Path script, Duration limit) {
        return new EkCheckScript(script, workDir, Path.of("/the/store"), limit);
    }

    private EndorsementException refused(String body, Duration limit) {
        return catchThrowableOfType(EndorsementException.class, () -> ask(body, limit));
    }

    @Test
    void itGetsTheFactsAsVariablesAndRunsInTheWorkDirectory() throws Exception {
        ask("""
                { pwd; echo "$AGENT_UUID"; echo "$EK_TPM"; echo "$EK_CERT"; echo "$PROVKEYS"; echo "$TPM_CERT_STORE"; \
                echo "${PATH:+inherited}"; } > facts
                printf '%s\\n' "$EK" > ek.pem
                """, EkCheckScript.DEFAULT_LIMIT);
        assertThat(Files.readAllLines(workDir.resolve("facts")))
                .isEqualTo(List.of(
                        workDir.toRealPath().toString(),
                        "machine-7",
                        EK.toBase64(),
                        "QUJD",
                        "{}",
                        "/the/store",
                        "inherited"));
        assertThat(PemFiles.parsePublicKey(Files.readString(workDir.resolve("ek.pem")), "ek.pem"))
                .isEqualTo(EK.publicKey());
    }

    @Test
    void aNoIsSaidWithItsStatusAndItsLastWordsMadeHarmless() {
        EndorsementException no = refused("printf 'EK \\033[31mrevoked\\n' >&2; exit 7", EkCheckScript.DEFAULT_LIMIT);
        assertThat(no.reason()).isEqualTo(Reason.SCRIPT_REFUSED);
        assertThat(no)
                .hasMessageContaining("exit status 7")
                .hasMessageContaining("EK")
                .hasMessageContaining("revoked");
        assertThat(no.getMessage()).doesNotContain("\u001b", "\n");
    }

    @Test
    void aScriptThatTalksWithoutEndIsReadToItsEndAndShownShort() {
        EndorsementException no =
                refused("yes chatter | head -c 3000000; echo last words; exit 1", EkCheckScript.DEFAULT_LIMIT);
        assertThat(no.getMessage()).hasSizeLessThan(700).contains("last words");
    }

    @Test
    void aScriptThatHangsIsEndedWithEverythingItStarted() throws Exception {
        EndorsementException late = refused("sleep 600 & echo $! > child; wait", Duration.ofMillis(500));
        assertThat(late.reason()).isEqualTo(Reason.SCRIPT_FAILED);
        assertThat(late).hasMessageContaining("did not end within");
        long child = Long.parseLong(Files.readString(workDir.resolve("child")).strip());
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
    }

    @Test
    void aChildThatOutlivesTheScriptDoesNotHoldItUp() throws Exception {
        long start = System.nanoTime();
        ask("sleep 30 & echo fine", EkCheckScript.DEFAULT_LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void cancellingEndsIt() throws Exception {
        Cancellation cancellation = new Cancellation();
        Thread.ofVirtual().start(() -> {
            Awaitility.await().until(() -> Files.exists(workDir.resolve("running")));
            cancellation.cancel();
        });
        assertThatThrownBy(() -> ask("touch running; sleep 600", EkCheckScript.DEFAULT_LIMIT, cancellation))
                .isInstanceOf(CancelledException.class);
    }

    @Test
    void whatCannotBeRunIsNamed() throws Exception {
        assertThatThrownBy(() -> script(workDir.resolve("nowhere"), EkCheckScript.DEFAULT_LIMIT)
                        .ask(ID, EK, Optional.empty(), new Cancellation()))
                .hasMessageContaining("no such file");
        Path plain = Files.writeString(workDir.resolve("plain"), "#!/bin/sh\nexit 0\n");
        assertThatThrownBy(() ->
                        script(plain, EkCheckScript.DEFAULT_LIMIT).ask(ID, EK, Optional.empty(), new Cancellation()))
                .hasMessageContaining("not executable");
        Path odd = Files.writeString(workDir.resolve("odd"), "#!/no/such/interpreter\n");
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rwx------"));
        assertThatThrownBy(() ->
                        script(odd, EkCheckScript.DEFAULT_LIMIT).ask(ID, EK, Optional.empty(), new Cancellation()))
                .hasMessageContaining("cannot be started");
    }
}
