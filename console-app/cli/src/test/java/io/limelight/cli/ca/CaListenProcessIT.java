package io.limelight.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.cli.e2e.Launched;
import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.Provisioned;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code limelight ca -c listen} as a process of its own. */
class CaListenProcessIT {
    private static final Pattern READY = Pattern.compile(
            "limelight ca: ready, CRL at http://127\\.0\\.0\\.1:(\\d+)/, notices at https://127\\.0\\.0\\.1:(\\d+)/.*");

    @TempDir
    Path folder;

    private Process process;

    @AfterEach
    void kill() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private Matcher start(String... line) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of(Launched.launcher().toString(), "ca"));
        command.addAll(List.of(line));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("KEYLIME_"));
        builder.environment().put("KEYLIME_DIR", folder.toString());
        builder.environment().put("KEYLIME_CA_PASSWORD", "s3cret");
        builder.environment().put("KEYLIME_CA_LISTEN_IP", "127.0.0.1");
        process = builder.start();
        BufferedReader lines = process.inputReader();
        StringBuilder all = new StringBuilder();
        for (String said = lines.readLine(); said != null; said = lines.readLine()) {
            Matcher ready = READY.matcher(said);
            if (ready.matches()) {
                return ready;
            }
            all.append(said).append('\n');
        }
        throw new AssertionError("ended before it was ready:\n" + all);
    }

    @Test
    void theSeedsLinePublishesTheCrlOfTheDefaultFolderUntilItIsStopped() throws Exception {
        Path ca = folder.resolve("ca");
        try (CaKit kit = new CaKit(ca);
                HttpClient client = HttpClient.newHttpClient()) {
            Provisioned made = kit.provision("one");
            made.close();
            Matcher ready = start("-d", "listen", "--port", "0", "--webhook-port", "0", "--stop-on-eof");
            HttpResponse<byte[]> crl = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ready.group(1) + "/crl"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(crl.statusCode()).isEqualTo(200);
            assertThat(crl.body()).isEqualTo(Files.readAllBytes(ca.resolve("cacrl.der")));
        }
        process.getOutputStream().close();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
