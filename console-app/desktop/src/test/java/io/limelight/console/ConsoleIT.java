package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as a newcomer uses it, by the shipped launcher and without a screen. */
class ConsoleIT {
    private static final long PATIENCE_SECONDS = 420;

    @TempDir
    Path folder;

    private record Ran(int status, String output) {}

    private Ran launch(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", System.getProperty("limelight.launcher")));
        command.addAll(List.of(arguments));
        Path script = Files.writeString(folder.resolve("script"), input);
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(script.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "HOME",
                        folder.toString(),
                        "XDG_CONFIG_HOME",
                        folder.toString(),
                        "JAVA_HOME",
                        System.getProperty("java.home")));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(() -> "it ends; so far: " + text(output))
                    .isTrue();
            return new Ran(process.exitValue(), text(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aNewcomerStartsASandboxBreaksAMachineAndReadsWhichFileDidIt() throws Exception {
        Ran ran = launch("""
                wait #start-sandbox
                click #start-sandbox
                wait #card-failed
                click #navigation-sandbox
                wait #break-machine-2
                click #break-machine-2
                click #navigation-overview
                wait #explain-1
                click #explain-1
                wait #machine-table
                click #open-first
                wait #failure-sentence
                list
                """, "harness");
        assertThat(ran.output()).contains("unapproved.sh").contains("not in the runtime policy");
        assertThat(ran.status()).isZero();
    }

    /** From a failure to its revocation, the smallest change of the policy, signed, and the way back of the machine. */
    @Test
    void aFailureIsRevokedItsPolicyChangedTriedAndSignedAndTheMachineLedBack() throws Exception {
        Path key = folder.resolve("signing-key.pem");
        Files.write(key, PemFiles.privateKey(KeyPairs.p256(new SecureRandom()).getPrivate(), new char[0]));
        Ran ran = launch("""
                wait #start-sandbox
                click #start-sandbox
                wait #card-failed
                click #navigation-sandbox
                wait #break-machine-2
                click #break-machine-2
                click #navigation-revocations
                wait "3 acted"
                wait "CRL: 0 to 1 entries"
                wait "Signature valid"
                list
                click #navigation-overview
                wait #explain-1
                click #explain-1
                wait #machine-table
                click #open-first
                wait #failure-sentence
                click #propose-entry
                wait "Changes 1"
                click #dry-run
                wait "Run again"
                list
                click #send-policy
                wait #sign-policy
                click #sign-policy
                wait #sign-key
                type #sign-key %s
                click #send-now
                wait "Changes 0"
                list
                click #navigation-machines
                wait #verb-reenrol
                click #verb-reenrol
                wait #reenrol-run
                click #reenrol-run
                wait "Open the wizard"
                click #reenrol-run
                wait #provision-machines
                list
                """.formatted(key), "harness");
        assertThat(ran.output())
                .contains("unapproved.sh", "flag_file", "machine-2 would pass: what they failed for is listed now.")
                .doesNotContain("Exception");
        assertThat(ran.status()).as(ran.output()).isZero();
    }

    @Test
    void picturesAreDrawnWithoutAScreen() throws Exception {
        Path pictures = folder.resolve("pictures");
        Ran ran = launch("", "screenshots", pictures.toString(), "--only", "welcome*", "--theme", "dark");
        assertThat(ran.output()).contains("welcome-dark.png");
        assertThat(ran.status()).isZero();
        assertThat(pictures.resolve("welcome-dark.png")).isNotEmptyFile();
    }

    @Test
    void withoutAScreenAWindowIsRefusedInASentence() throws Exception {
        Ran ran = launch("", "console", "--no-install");
        assertThat(ran.output()).contains("no screen").doesNotContain("Exception");
        assertThat(ran.status()).isEqualTo(1);
    }
}
