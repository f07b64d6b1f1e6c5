package io.limelight.cli.bench;

import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.DryRunClient;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.EventsClient;
import io.limelight.core.api.HttpClients;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.ClientTls;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code limelight bench dry-run}: a draft policy against the kept evidence of many machines, on a real verifier. */
@Command(name = "dry-run", description = "Measure a draft policy that is tried on the kept evidence of many machines.")
public final class DryRunBench implements Callable<Integer> {
    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(names = "--machines", description = "Machines (default: ${DEFAULT-VALUE}).", defaultValue = "1000")
    private int machines;

    @Option(names = "--entries", description = "Rows of each list (default: ${DEFAULT-VALUE}).", defaultValue = "5000")
    private int entries;

    @Option(
            names = "--own",
            description = "Of these, rows no other machine has (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int own;

    @Option(
            names = "--equal",
            description =
                    "All lists are the same; otherwise each is in an order of its own, so that each has to be judged.")
    private boolean equal;

    @Option(
            names = "--runs",
            description = "Dry runs, one after the other (default: ${DEFAULT-VALUE}).",
            defaultValue = "3")
    private int runs;

    @Option(
            names = "--heap",
            description = "Largest heap of the verifier (default: ${DEFAULT-VALUE}).",
            defaultValue = "512m")
    private String heap = "512m";

    @Override
    public Integer call() throws Exception {
        PrintStream out = Objects.requireNonNull(bench).context().out();
        Path folder = ServiceUnderTest.newFolder();
        EvidenceFleet fleet = new EvidenceFleet(machines, entries, own, equal);
        fleet.plant(folder);
        int port = new Ports().next();
        String configuration = """
                [verifier]
                ip = 127.0.0.1
                port = %d
                tls_dir = generate
                """.formatted(port);
        try (ServiceUnderTest verifier =
                ServiceUnderTest.start("verifier", folder, configuration, port, List.of("-Xmx" + heap))) {
            TlsFiles files = TlsFiles.of(
                    new KeylimeConfig(Map.of("KEYLIME_DIR", folder.toString()), folder).load(Component.TENANT),
                    "cv_ca");
            OkHttpClient http = HttpClients.tls(
                    EventsClient.timeouts(),
                    ClientTls.trusting(files.trusted("trusted_server_ca"), Optional.of(files.client())));
            try {
                ObjectNode draft = WireJson.object()
                        .put(
                                "runtime_policy",
                                Base64.getEncoder()
                                        .encodeToString(fleet.policy().getBytes(StandardCharsets.UTF_8)));
                for (int run = 1; run <= runs; run++) {
                    measure(out, run, verifier, http, port, draft);
                }
            } finally {
                HttpClients.close(http);
            }
        }
        return 0;
    }

    private void measure(
            PrintStream out, int run, ServiceUnderTest verifier, OkHttpClient http, int port, ObjectNode draft)
            throws IOException, ApiException, SandboxException {
        double cpu = verifier.figures().cpuSeconds();
        long begun = System.nanoTime();
        JsonNode end = new DryRunClient(Endpoint.verifier("127.0.0.1", port), http, null).run(draft, (_, _) -> {});
        double seconds = (System.nanoTime() - begun) / 1e9;
        ProcessFigures after = verifier.figures();
        if (end.path("passed").asInt(0) != machines) {
            throw new SandboxException("not all machines pass: " + end);
        }
        out.printf(
                Locale.ROOT,
                "dry run %d           %d machines with %d rows each (%s) in %.1f s; %d lists judged; %.1f s of CPU of the"
                        + " verifier, %d MiB resident%n",
                run,
                machines,
                entries,
                equal ? "all the same" : own + " of them their own, each in its own order",
                seconds,
                end.path("judged").asInt(0),
                after.cpuSeconds() - cpu,
                after.residentKib() / 1024);
    }
}
