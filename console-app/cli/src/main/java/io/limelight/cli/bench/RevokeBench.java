package io.limelight.cli.bench;

import io.limelight.cli.command.CommandFailure;
import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.core.api.AddAgentRequest;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.OperationalState;
import io.limelight.core.api.RevocationsClient;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code limelight bench revoke}: from the moment a machine has made the quote that shows its violation to the moments at
 * which the webhook has the notice, the last of all agents has it, and the last of their Python actions is done. Machines,
 * webhook and actions are in this process, the verifier in another; the clock is one.
 *
 * <p>What comes before, a TPM's time for a quote and the wait for the next request, is not counted; the answer's way back,
 * its appraisal, the commit of verdict and notice to the disk, and all signatures are.
 */
@Command(
        name = "revoke",
        description = "Measure the time from a violation to webhook, agents and actions having been told.")
public final class RevokeBench implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WARM_UP = 20;
    private static final int FSYNCS = 50;
    private static final String POLICY = "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}";
    private static final String META = "{\"cert_serial\": 7, \"subject\": \"CN=bench\"}";

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(names = "--agents", description = "Agents to tell (default: ${DEFAULT-VALUE}).", defaultValue = "12")
    private int agents;

    @Option(names = "--rounds", description = "Violations measured (default: ${DEFAULT-VALUE}).", defaultValue = "50")
    private int rounds;

    @Option(
            names = "--interval",
            description = "quote_interval of the verifier in seconds (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.5")
    private double interval;

    @Option(
            names = "--python-rounds",
            description =
                    "Violations at which the agents run a Python action too; 0 for none (default: ${DEFAULT-VALUE}).",
            defaultValue = "10")
    private int pythonRounds;

    @Override
    public Integer call() throws Exception {
        if (agents < 1 || rounds < 1) {
            throw new CommandFailure(2, "--agents and --rounds are at least 1");
        }
        Path folder = ServiceUnderTest.newFolder();
        Ports ports = new Ports();
        int port = ports.next();
        int hook = ports.next();
        String configuration = """
                [verifier]
                ip = 127.0.0.1
                port = %d
                tls_dir = generate
                quote_interval = %s
                [revocations]
                enabled_revocation_notifications = ['agent', 'webhook']
                webhook_url = https://127.0.0.1:%d/hook
                """.formatted(port, interval, hook);
        SecureRandom random = new SecureRandom();
        KeyPair notifier = KeyPairs.rsa(2048, random);
        try (ServiceUnderTest verifier = ServiceUnderTest.start("verifier", folder, configuration, port, List.of());
                NoticeCounter counter = new NoticeCounter(agents)) {
            KeylimeConfig loader = new KeylimeConfig(Map.of("KEYLIME_DIR", folder.toString()), folder);
            TlsFiles files = TlsFiles.of(loader.load(Component.TENANT), "cv_ca");
            TrustedCas authorities = files.trusted("trusted_server_ca");
            ServerTls server =
                    TlsFiles.of(loader.load(Component.VERIFIER), "cv_ca").server(ServerTls.ClientAuth.REQUESTED);
            counter.listen(hook, server);
            counter.fleet(authorities, notifier, folder, random);
            OkHttpClient http = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(30)),
                    ClientTls.trusting(authorities, Optional.of(files.client())));
            try {
                VerifierClient client = new VerifierClient(Endpoint.verifier("127.0.0.1", port), http);
                for (int i = 0; i < agents; i++) {
                    client.add(ApiVersion.CURRENT, id(i), request(counter.agent(i), i == 0 ? pem(notifier) : ""));
                }
                measure(
                        verifier,
                        client,
                        new RevocationsClient(Endpoint.verifier("127.0.0.1", port), http, null),
                        counter,
                        folder);
            } finally {
                HttpClients.close(http);
            }
        }
        return 0;
    }

    private void measure(
            ServiceUnderTest verifier,
            VerifierClient client,
            RevocationsClient desk,
            NoticeCounter counter,
            Path folder)
            throws Exception {
        run(verifier, client, counter, WARM_UP, new Figures());
        Figures kept = new Figures();
        run(verifier, client, counter, rounds, kept);
        Figures fresh = new Figures();
        counter.forgetful(true);
        run(verifier, client, counter, 1, new Figures());
        run(verifier, client, counter, rounds, fresh);
        counter.forgetful(false);
        Figures python = new Figures();
        if (pythonRounds > 0) {
            counter.acting(true);
            run(verifier, client, counter, 1, new Figures());
            run(verifier, client, counter, pythonRounds, python);
            awaitReceipts(desk);
        }
        PrintStream out = Objects.requireNonNull(bench).context().out();
        out.printf(
                Locale.ROOT,
                "violations                    %d for each line, %d agents, RSA-2048 notifier, interval %s s%n",
                rounds,
                agents,
                interval);
        out.printf(Locale.ROOT, "fsync of this folder          %s%n", fsync(folder));
        out.printf(Locale.ROOT, "webhook, connection kept      %s%n", kept.webhook.show());
        out.printf(Locale.ROOT, "webhook, connection fresh     %s%n", fresh.webhook.show());
        out.printf(Locale.ROOT, "last agent told               %s%n", kept.agents.show());
        if (pythonRounds > 0) {
            out.printf(
                    Locale.ROOT,
                    "last Python action done       %s (%d violations; all agents' interpreters on this computer)%n",
                    python.actions.show(),
                    pythonRounds);
        }
    }

    /** What the rounds of one kind took. */
    private static final class Figures {
        private final Percentiles webhook = new Percentiles();
        private final Percentiles agents = new Percentiles();
        private final Percentiles actions = new Percentiles();
    }

    private static void run(
            ServiceUnderTest verifier, VerifierClient client, NoticeCounter counter, int times, Figures figures)
            throws Exception {
        for (int i = 0; i < times; i++) {
            awaitState(client, OperationalState.GET_QUOTE);
            NoticeCounter.Round round = counter.violate();
            if (!round.await(PATIENCE)) {
                throw new SandboxException("not everybody was told within " + PATIENCE.toSeconds()
                        + " s; the verifier said last:\n" + verifier.process().tail());
            }
            figures.webhook.add(round.webhook());
            figures.agents.add(round.lastAgent());
            figures.actions.add(round.lastAction());
            awaitState(client, OperationalState.INVALID_QUOTE);
            counter.repair();
            client.reactivate(ApiVersion.CURRENT, id(0));
        }
    }

    private static void awaitState(VerifierClient client, OperationalState wanted)
            throws ApiException, SandboxException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (client.find(ApiVersion.CURRENT, id(0))
                .flatMap(AgentStatus::state)
                .filter(state -> state == wanted)
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException("the machine did not come to the state " + wanted);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** What the agents say must have come back, or actions were measured that nobody knows of. */
    private void awaitReceipts(RevocationsClient desk) throws ApiException, SandboxException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (desk.revocations(OptionalLong.empty(), 1)
                        .at("/results/revocations/0/receipts/acted")
                        .asLong(0)
                < agents) {
            if (System.nanoTime() > deadline) {
                throw new SandboxException("the verifier did not fetch the receipts of all agents: "
                        + desk.revocations(OptionalLong.empty(), 1));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** What forcing a few bytes to the disk costs here, since one of these is in every figure. */
    private static String fsync(Path folder) throws IOException {
        Percentiles times = new Percentiles();
        try (FileChannel file =
                FileChannel.open(folder.resolve("fsync"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FSYNCS; i++) {
                file.write(ByteBuffer.allocate(4096));
                long before = System.nanoTime();
                file.force(false);
                times.add(System.nanoTime() - before);
            }
        }
        return times.show();
    }

    private static String pem(KeyPair notifier) {
        return new String(PemFiles.privateKey(notifier.getPrivate(), new char[0]), StandardCharsets.US_ASCII);
    }

    static SoftAttestationKey attestationKey(SecureRandom random) {
        return SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, random);
    }

    private static AgentId id(int number) {
        return AgentId.of(String.format(Locale.ROOT, "00000000-0000-4000-9000-%012d", number));
    }

    private static AddAgentRequest request(LoadAgent agent, String notifierPem) {
        return new AddAgentRequest(
                null,
                "127.0.0.1",
                agent.port(),
                "127.0.0.1",
                null,
                POLICY,
                META,
                "",
                "",
                "",
                null,
                null,
                null,
                null,
                "",
                "",
                notifierPem,
                List.of("sha256"),
                List.of("rsa", "ecc"),
                List.of("rsassa", "ecdsa"),
                agent.akBase64(),
                agent.certificatePem(),
                ApiVersion.CURRENT.toString());
    }
}
