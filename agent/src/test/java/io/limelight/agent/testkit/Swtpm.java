package io.limelight.agent.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real software TPM in a folder of its own, with EK certificates by a CA of its own. */
public final class Swtpm implements AutoCloseable {
    private static @Nullable Path manufactured;

    private final Path folder;
    private final Path state;
    private final List<String> server;
    private final String tcti;
    private @Nullable Process process;

    private Swtpm(Path folder, Path state, List<String> server, String tcti) {
        this.folder = folder;
        this.state = state;
        this.server = server;
        this.tcti = tcti;
    }

    /** Skips the test, naming the program, where one is not installed. */
    public static void assumeInstalled(String... programs) {
        for (String program : programs) {
            assumeTrue(installed(program), program + " is not installed");
        }
    }

    private static boolean installed(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** A TPM on a unix socket with EK certificates; started. */
    public static Swtpm withCertificates(Path folder) {
        assumeInstalled("swtpm", "swtpm_setup", "swtpm_localca", "swtpm_cert");
        Swtpm tpm = onUnixSocket(folder);
        copy(manufactured(), tpm.state);
        return tpm.start();
    }

    /** A TPM on a unix socket without any certificate; started. */
    public static Swtpm bare(Path folder) {
        assumeInstalled("swtpm");
        return onUnixSocket(folder).start();
    }

    /** A TPM on a TCP port, without certificates; started. */
    public static Swtpm onTcp(Path folder) {
        assumeInstalled("swtpm");
        int port = freePort();
        Path state = created(folder.resolve("tpm"));
        return new Swtpm(
                        folder,
                        state,
                        List.of("type=tcp,port=" + port, "type=unixio,path=" + folder.resolve("ctrl.sock")),
                        "swtpm:host=127.0.0.1,port=" + port)
                .start();
    }

    private static Swtpm onUnixSocket(Path folder) {
        Path socket = folder.resolve("tpm.sock");
        return new Swtpm(
                folder,
                created(folder.resolve("tpm")),
                List.of("type=unixio,path=" + socket, "type=unixio,path=" + folder.resolve("ctrl.sock")),
                "swtpm:path=" + socket);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For {@code TpmAddress.parse}. */
    public String tcti() {
        return tcti;
    }

    /** Runs swtpm on the state that is there: what a TPM does when its machine boots. */
    public Swtpm start() {
        try {
            Files.deleteIfExists(folder.resolve("tpm.sock"));
            Process started = new ProcessBuilder(
                            "swtpm",
                            "socket",
                            "--tpm2",
                            "--tpmstate",
                            "dir=" + state,
                            "--server",
                            server.get(0),
                            "--ctrl",
                            server.get(1),
                            "--flags",
                            "not-need-init,startup-clear")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("swtpm.log").toFile())
                    .start();
            process = started;
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(folder.resolve("ctrl.sock")));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it as a crash would. */
    public void kill() {
        Process running = process;
        process = null;
        if (running != null) {
            try {
                running.destroyForcibly().waitFor();
                Files.deleteIfExists(folder.resolve("ctrl.sock"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Stops it from answering without closing anything; {@link #thaw} lets it go on. */
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** See {@link #freeze}. */
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process running = process;
        if (running != null) {
            new ProcessBuilder("kill", signal, Long.toString(running.pid()))
                    .start()
                    .waitFor();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One state with certificates for the whole test run; making it takes seconds, copying it nothing. */
    private static synchronized Path manufactured() {
        Path ready = manufactured;
        if (ready != null) {
            return ready;
        }
        try {
            Path work = Files.createTempDirectory("swtpm-");
            work.toFile().deleteOnExit();
            Path made = Files.createDirectory(work.resolve("state"));
            Path ca = Files.createDirectory(work.resolve("ca"));
            Path caConf = Files.writeString(
                    work.resolve("localca.conf"),
                    "statedir = " + ca + "\nsigningkey = " + ca + "/signkey.pem\nissuercert = " + ca
                            + "/issuercert.pem\ncertserial = " + ca + "/certserial\n");
            Path caOptions = Files.writeString(
                    work.resolve("localca.options"),
                    "--platform-manufacturer LM\n--platform-version 2.1\n--platform-model QEMU\n");
            Path conf = Files.writeString(
                    work.resolve("setup.conf"),
                    "create_certs_tool = " + which("swtpm_localca") + "\ncreate_certs_tool_config = " + caConf
                            + "\ncreate_certs_tool_options = " + caOptions + "\n");
            Process setup = new ProcessBuilder(
                            "swtpm_setup",
                            "--tpm2",
                            "--tpmstate",
                            made.toString(),
                            "--config",
                            conf.toString(),
                            "--create-ek-cert",
                            "--pcr-banks",
                            "sha1,sha256,sha384",
                            "--overwrite")
                    .redirectErrorStream(true)
                    .redirectOutput(work.resolve("setup.log").toFile())
                    .start();
            if (!setup.waitFor(60, TimeUnit.SECONDS) || setup.exitValue() != 0) {
                throw new IllegalStateException("swtpm_setup failed: " + Files.readString(work.resolve("setup.log")));
            }
            manufactured = made;
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String which(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    private static void copy(Path from, Path to) {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(from)) {
            all.filter(Files::isRegularFile).forEach(files::add);
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
