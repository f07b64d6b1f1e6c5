package io.limelight.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Launched;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service as a process of its own: when it is ready, and how it ends. */
class RegistrarProcessIT {
    private static final Pattern READY =
            Pattern.compile("limelight registrar: ready, agents at http://127\\.0\\.0\\.1:(\\d+), .*");

    @TempDir
    Path folder;

    private Process process;

    @BeforeEach
    void configure() throws Exception {
        configure(0);
    }

    private void configure(int port) throws Exception {
        Files.writeString(folder.resolve("registrar.conf"), """
                [registrar]
                port = %d
                tls_port = 0
                tls_dir = generate
                trusted_client_ca = ['cacert.crt']
                """.formatted(port));
    }

    @AfterEach
    void kill() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void start(String... more) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of(Launched.launcher().toString(), "registrar"));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYLIME_"));
        builder.environment().put("KEYLIME_DIR", folder.toString());
        builder.environment()
                .put(
                        "KEYLIME_REGISTRAR_CONFIG",
                        folder.resolve("registrar.conf").toString());
        process = builder.start();
    }

    /** Reads its output up to the line that says it is ready; the port of its plain listener. */
    private int awaitReady() throws Exception {
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

    private int exitStatus() throws Exception {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void theReadyLineIsTrueAndSigtermIsAnOrderlyStop() throws Exception {
        start();
        int port = awaitReady();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
        process.destroy();
        assertThat(exitStatus()).isZero();
        assertThat(folder.resolve("limelight_reg.sqlite-wal"))
                .as("the database was closed in order")
                .doesNotExist();
    }

    @Test
    void theInterruptOfATerminalIsAnOrderlyStopToo() throws Exception {
        start();
        awaitReady();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(exitStatus()).isZero();
    }

    @Test
    void itStopsWhenTheSupervisorsPipeEnds() throws Exception {
        start("--stop-on-eof");
        awaitReady();
        process.getOutputStream().close();
        assertThat(exitStatus()).isZero();
    }

    @Test
    void withoutASupervisorTheEndOfStandardInputMeansNothing() throws Exception {
        start();
        process.getOutputStream().close();
        awaitReady();
        assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void aStopDuringTheStartEndsItToo() throws Exception {
        start("--stop-on-eof");
        process.getOutputStream().close();
        assertThat(exitStatus()).isZero();
    }

    @Test
    void aPortInUseIsOneSentenceAndStatusOne() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure(taken.getLocalPort());
            start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(exitStatus()).isEqualTo(1);
            assertThat(output.lines().filter(line -> line.startsWith("limelight registrar: ")))
                    .singleElement()
                    .asString()
                    .contains(Integer.toString(taken.getLocalPort()));
            assertThat(output).doesNotContain("\tat ");
        }
    }
}
