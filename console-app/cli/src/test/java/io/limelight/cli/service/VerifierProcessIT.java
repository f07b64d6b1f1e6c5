package io.limelight.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Launched;
import io.limelight.core.secret.PrivateFiles;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code limelight verifier} as a process: when it is ready, what stops its start, how it ends. */
@Timeout(180)
class VerifierProcessIT {
    private static final Pattern READY =
            Pattern.compile("limelight verifier: ready, tenants at https://127\\.0\\.0\\.1:(\\d+).*");

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    /** Making a CA takes seconds of RSA keys; what the first verifier made, those of other tests find. */
    private static final Map<String, byte[]> MADE_CA = new HashMap<>();

    @BeforeEach
    void configure() throws Exception {
        configure("");
        Path ca = folder.resolve("cv_ca");
        if (!MADE_CA.isEmpty()) {
            PrivateFiles.createFolder(ca);
            for (Map.Entry<String, byte[]> file : MADE_CA.entrySet()) {
                PrivateFiles.write(ca.resolve(file.getKey()), file.getValue());
            }
        }
    }

    @AfterEach
    void keepCa() throws Exception {
        Path ca = folder.resolve("cv_ca");
        if (MADE_CA.isEmpty() && Files.exists(ca.resolve("client-cert.crt"))) {
            try (Stream<Path> files = Files.list(ca)) {
                for (Path file : files.toList()) {
                    MADE_CA.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        }
    }

    private void configure(String options) throws Exception {
        Files.writeString(folder.resolve("verifier.conf"), "[verifier]\nport = 0\n" + options);
    }

    @AfterEach
    void kill() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Launched.launcher().toString(), "verifier"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYLIME_"));
        builder.environment().put("KEYLIME_DIR", folder.toString());
        builder.environment()
                .put("KEYLIME_VERIFIER_CONFIG", folder.resolve("verifier.conf").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static int awaitReady(Process process) throws Exception {
        BufferedReader lines = process.inputReader();
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                return Integer.parseInt(ready.group(1));
            }
            all.append(line).append('\n');
        }
        throw new AssertionError("ended before it was ready:\n" + all);
    }

    private static int exitStatus(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** It ends with status 1 and says why in one sentence. */
    private static String refusal(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(exitStatus(process)).as(output).isEqualTo(1);
        assertThat(output).doesNotContain("\tat ");
        return output.lines()
                .filter(line -> line.startsWith("limelight verifier: "))
                .reduce((a, b) -> {
                    throw new AssertionError("more than one sentence: " + a + " / " + b);
                })
                .orElseThrow(() -> new AssertionError(output));
    }

    private void runOnce() throws Exception {
        Process process = start(Map.of());
        awaitReady(process);
        process.destroy();
        assertThat(exitStatus(process)).isZero();
    }

    @Test
    void theReadyLineIsTrueAndSigtermIsAnOrderlyStop() throws Exception {
        for (String name : MADE_CA.keySet()) {
            Files.delete(folder.resolve("cv_ca").resolve(name));
        }
        Files.deleteIfExists(folder.resolve("cv_ca"));
        Process process = start(Map.of());
        int port = awaitReady(process);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
        assertThat(folder.resolve("cv_ca/client-cert.crt")).exists();
        process.destroy();
        assertThat(exitStatus(process)).isZero();
        assertThat(folder.resolve("limelight_cv.sqlite-wal"))
                .as("the database was closed in order")
                .doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode = push | the push model is not served by this verifier",
                "measured_boot_imports = ['x'] | Python policy modules cannot be loaded here",
                "durable_attestation_import = x | durable attestation modules are Python",
                "authorization_provider = x | the only provider is simple",
                "database_url = mysql+pymysql://u:p@h/v | databases are SQLite",
                "database_url = postgresql://u:p@127.0.0.1:1/v | cannot be reached",
                "database_url = postgresql://u:p@h/v?sslmod=require | sslmod is not known here",
                "database_url = sqlite:///cv_data.sqlite | that is Keylime's own database",
                "severity_policy = nonsense | severity_policy is not a list",
                "request_timeout = 0 | no agent answers in no time",
                "return_v = maybe | is not one of masked, clear",
                "trusted_client_ca = all | verification cannot be switched off"
            })
    void whatItCannotHonourStopsTheStartWithTheReason(String option, String reason) throws Exception {
        configure(option + "\n");
        assertThat(refusal(start(Map.of()))).contains(reason).doesNotContain("u:p@");
    }

    @Test
    void aStorageKeyAndADatabaseThatEveryUserCanReadAreNamed() throws Exception {
        runOnce();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Path> open = List.of(folder.resolve("limelight_storage.key"), folder.resolve("limelight_cv.sqlite"));
        for (Path file : open) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        Process process = start(Map.of());
        List<String> said = new ArrayList<>();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine();
                line != null && !READY.matcher(line).matches();
                line = lines.readLine()) {
            said.add(line);
        }
        process.destroy();
        assertThat(exitStatus(process)).isZero();
        for (Path file : open) {
            assertThat(said)
                    .filteredOn(line -> line.contains("chmod o-r " + file))
                    .hasSize(1);
        }
    }

    @Test
    void anotherStorageKeyStopsTheStart() throws Exception {
        runOnce();
        Files.write(folder.resolve("limelight_storage.key"), new byte[32]);
        assertThat(refusal(start(Map.of())))
                .contains("limelight_storage.key (key id ")
                .contains("is not the one that");
    }

    @Test
    void aDamagedDatabaseIsSaidInOneSentenceAndLeftAlone() throws Exception {
        byte[] damaged = "this was a database".repeat(100).getBytes(StandardCharsets.UTF_8);
        Files.write(folder.resolve("limelight_cv.sqlite"), damaged);
        assertThat(refusal(start(Map.of())))
                .contains("limelight_cv.sqlite", "is damaged; restore a copy or move it away")
                .doesNotContain("error inside the program", "Exception");
        assertThat(folder.resolve("limelight_cv.sqlite")).hasBinaryContent(damaged);
    }

    @Test
    void theStorageKeyMayBeASystemdCredential() throws Exception {
        Path credentials = Files.createDirectory(folder.resolve("credentials"));
        Files.write(credentials.resolve("limelight-storage-key"), new byte[32]);
        Map<String, String> environment = Map.of("CREDENTIALS_DIRECTORY", credentials.toString());
        Process process = start(environment);
        awaitReady(process);
        process.destroy();
        assertThat(exitStatus(process)).isZero();
        assertThat(folder.resolve("limelight_storage.key")).doesNotExist();
        assertThat(refusal(start(Map.of()))).contains("limelight_storage.key is gone");
        assertThat(refusal(start(environment, "rotate-key"))).contains("only systemd can change");
    }

    @Test
    void theStorageKeyIsChangedOnlyWhileItIsStopped() throws Exception {
        Process running = start(Map.of());
        awaitReady(running);
        byte[] before = Files.readAllBytes(folder.resolve("limelight_storage.key"));
        assertThat(refusal(start(Map.of(), "rotate-key"))).contains("another verifier is running on");
        assertThat(refusal(start(Map.of()))).contains("another verifier is running on");
        running.destroy();
        assertThat(exitStatus(running)).isZero();

        Process rotation = start(Map.of(), "rotate-key");
        String output = new String(rotation.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(exitStatus(rotation)).as(output).isZero();
        assertThat(output).contains("The secrets are encrypted with the storage key ");
        assertThat(Files.readAllBytes(folder.resolve("limelight_storage.key"))).isNotEqualTo(before);
        runOnce();
    }

    @Test
    void withoutADatabaseThereIsNothingToEncryptAnew() throws Exception {
        assertThat(refusal(start(Map.of(), "rotate-key"))).contains("there is no database");
    }
}
