package io.limelight.cli.bench;

import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code limelight bench register}: machines with software TPM keys register and activate at a real registrar in a process
 * of its own. The EK certificate is left out (the registrar would only compare its key); keys are shared among ids, since
 * making one takes longer than a hundred registrations.
 */
@Command(name = "register", description = "Load a registrar with whole registrations and report what one costs it.")
public final class RegisterBench implements Callable<Integer> {
    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(
            names = "--machines",
            description = "Registrations measured (default: ${DEFAULT-VALUE}).",
            defaultValue = "4000")
    private int machines;

    @Option(
            names = "--warm-up",
            description = "Registrations before (default: ${DEFAULT-VALUE}).",
            defaultValue = "15000")
    private int warmUp;

    @Option(
            names = "--at-once",
            description = "Machines registering at once (default: ${DEFAULT-VALUE}).",
            defaultValue = "32")
    private int atOnce;

    private final AtomicInteger next = new AtomicInteger();
    private final Percentiles times = new Percentiles();

    @Override
    public Integer call() throws Exception {
        SecureRandom random = new SecureRandom();
        Path folder = ServiceUnderTest.newFolder();
        Ports ports = new Ports();
        int port = ports.next();
        String configuration = """
                [registrar]
                ip = 127.0.0.1
                port = %d
                tls_port = %d
                tls_dir = generate
                trusted_client_ca = ['cacert.crt']
                """.formatted(port, ports.next());
        List<SoftMachine> tpms = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tpms.add(SoftMachine.rsa(random));
        }
        KeyPair tls = KeyPairs.p256(random);
        String certificate = PemFiles.certificate(
                SelfSignedCertificates.forAgent(tls, "load", List.of(), Instant.now(), Duration.ofDays(1), random));
        OkHttpClient http = HttpClients.plain(HttpTimeouts.of(Duration.ofSeconds(30)));
        try (ServiceUnderTest registrar =
                ServiceUnderTest.start("registrar", folder, configuration, port, List.of("-Xmx256m"))) {
            RegistrarClient client = new RegistrarClient(Endpoint.registrarForAgents("127.0.0.1", port), http);
            run(client, tpms, certificate, warmUp);
            times.clear();
            ProcessFigures before = registrar.figures();
            long start = System.nanoTime();
            run(client, tpms, certificate, machines);
            double elapsed = (System.nanoTime() - start) / 1e9;
            ProcessFigures after = registrar.figures();
            double cpu = after.cpuSeconds() - before.cpuSeconds();
            PrintStream out = Objects.requireNonNull(bench).context().out();
            out.printf(Locale.ROOT, "registrations       %d (register + activate), %d at once%n", machines, atOnce);
            out.printf(Locale.ROOT, "rate                %.0f /s%n", machines / elapsed);
            out.printf(
                    Locale.ROOT,
                    "registrar CPU       %.3f ms a registration, %.2f cores%n",
                    cpu / machines * 1000,
                    cpu / elapsed);
            out.printf(Locale.ROOT, "time of one         %s%n", times.show());
            out.printf(Locale.ROOT, "resident memory     %d MiB%n", after.residentKib() / 1024);
        } finally {
            HttpClients.close(http);
        }
        return 0;
    }

    private void run(RegistrarClient client, List<SoftMachine> tpms, String certificate, int count)
            throws InterruptedException, SandboxException {
        AtomicInteger left = new AtomicInteger(count);
        Callable<Void> worker = () -> {
            while (left.getAndDecrement() > 0) {
                int number = next.incrementAndGet();
                long start = System.nanoTime();
                tpms.get(number % tpms.size())
                        .register(
                                client,
                                AgentId.of(String.format(Locale.ROOT, "00000000-0000-4000-a000-%012d", number)),
                                9002,
                                certificate);
                times.add(System.nanoTime() - start);
            }
            return null;
        };
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < atOnce; i++) {
                all.add(worker);
            }
            for (Future<Void> result : workers.invokeAll(all)) {
                result.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw new SandboxException("a registration failed: " + e.getCause(), e);
        }
    }
}
