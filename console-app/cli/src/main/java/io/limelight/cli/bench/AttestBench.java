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
import io.limelight.core.api.PoliciesClient;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.api.PolicyName;
import io.limelight.core.api.VerifierClient;
import io.limelight.core.ca.TlsFiles;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.json.WireJson;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.EccCurve;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code limelight bench attest}: many agents with software keys in this process, a real verifier in another; how much of
 * the verifier an attestation costs. Agents sign every nonce, so generator and verifier share the cores.
 */
@Command(name = "attest", description = "Load a verifier with attestations and report what one costs it.")
public final class AttestBench implements Callable<Integer> {
    private static final PolicyName POLICY = new PolicyName("load");
    private static final int REPLACED = 5;

    private static final double MIB = 1 << 20;

    @ParentCommand
    private @Nullable BenchCommand bench;

    @Option(names = "--agents", description = "Agents to poll (default: ${DEFAULT-VALUE}).", defaultValue = "1000")
    private int agents;

    @Option(
            names = "--ports",
            description =
                    "TLS ports with certificates and keys of their own that the agents share (default: ${DEFAULT-VALUE}).",
            defaultValue = "50")
    private int ports;

    @Option(
            names = "--interval",
            description = "quote_interval of the verifier in seconds, 0 for no pause (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private double interval;

    @Option(
            names = "--key",
            description = "Attestation keys: rsa or p256 (default: ${DEFAULT-VALUE}).",
            defaultValue = "rsa")
    private String key = "rsa";

    @Option(
            names = "--policy",
            description =
                    "Digests of a runtime policy that all agents are judged by, 0 for none (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int policy;

    @Option(
            names = "--list",
            description =
                    "Entries of each agent's measurement list, where there is a policy (default: ${DEFAULT-VALUE}).",
            defaultValue = "1000")
    private int list;

    @Option(
            names = "--warm-up",
            description = "Seconds before measuring (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int warmUp;

    @Option(names = "--seconds", description = "Seconds measured (default: ${DEFAULT-VALUE}).", defaultValue = "20")
    private int seconds;

    @Option(
            names = "--heap",
            description = "Largest heap of the verifier (default: ${DEFAULT-VALUE}).",
            defaultValue = "512m")
    private String heap = "512m";

    @Override
    public Integer call() throws Exception {
        boolean rsa = key.equals("rsa");
        if (!rsa && !key.equals("p256")) {
            throw new CommandFailure(2, "--key is rsa or p256");
        }
        SecureRandom random = new SecureRandom();
        Path folder = ServiceUnderTest.newFolder();
        int port = new Ports().next();
        String configuration = """
                [verifier]
                ip = 127.0.0.1
                port = %d
                tls_dir = generate
                quote_interval = %s
                """.formatted(port, interval);
        List<LoadAgent> fleet = new ArrayList<>();
        try (ServiceUnderTest verifier =
                ServiceUnderTest.start("verifier", folder, configuration, port, List.of("-Xmx" + heap))) {
            TlsFiles files = tlsFiles(folder);
            TrustedCas authorities = files.trusted("trusted_server_ca");
            LoadAgent.Seen seen = new LoadAgent.Seen();
            String transportPem = PemFiles.publicKey(KeyPairs.rsa(2048, random).getPublic());
            LoadList measured = policy == 0 ? null : LoadList.of(Math.min(list, policy));
            LoadAgent.Conduct conduct = new LoadAgent.Conduct() {
                @Override
                public @Nullable LoadList list() {
                    return measured;
                }
            };
            for (int i = 0; i < Math.min(ports, agents); i++) {
                SoftAttestationKey ak = rsa
                        ? SoftAttestationKey.generateRsa(2048, HashAlgorithm.SHA256, random)
                        : SoftAttestationKey.generateEcc(EccCurve.P256, HashAlgorithm.SHA256, random);
                fleet.add(LoadAgent.start(
                        ak,
                        rsa ? "rsa2048" : "ecc256",
                        rsa ? "rsassa" : "ecdsa",
                        transportPem,
                        authorities,
                        seen,
                        random,
                        conduct));
            }
            OkHttpClient http = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(30)),
                    ClientTls.trusting(authorities, Optional.of(files.client())));
            VerifierClient client = new VerifierClient(Endpoint.verifier("127.0.0.1", port), http);
            if (policy > 0) {
                upload(new PoliciesClient(Endpoint.verifier("127.0.0.1", port), http, null));
            }
            OptionalLong emptyHeap = verifier.liveHeap();
            ProcessFigures idle = verifier.figures();
            for (int i = 0; i < agents; i++) {
                client.add(ApiVersion.CURRENT, id(i), request(fleet.get(i % fleet.size())));
            }
            TimeUnit.SECONDS.sleep(warmUp);
            measure(verifier, seen, idle, client);
            liveHeap(emptyHeap, verifier.liveHeap());
            HttpClients.close(http);
        } finally {
            fleet.forEach(LoadAgent::close);
        }
        return 0;
    }

    /** Stores the policy twice: a verifier that runs for a while is what counts, and the first one finds it cold. */
    private void upload(PoliciesClient client) throws ApiException {
        ObjectNode body = WireJson.object()
                .put(
                        "runtime_policy",
                        Base64.getEncoder()
                                .encodeToString(LoadList.policy(policy).getBytes(StandardCharsets.UTF_8)));
        long start = System.nanoTime();
        client.create(ApiVersion.CURRENT, PolicyKind.RUNTIME, POLICY, body);
        long first = System.nanoTime();
        for (int i = 0; i < REPLACED; i++) {
            client.update(ApiVersion.CURRENT, PolicyKind.RUNTIME, POLICY, body);
        }
        Objects.requireNonNull(bench)
                .context()
                .out()
                .printf(
                        Locale.ROOT,
                        "policy              %d digests stored in %.2f s, replaced in %.2f s%n",
                        policy,
                        (first - start) / 1e9,
                        (System.nanoTime() - first) / 1e9 / REPLACED);
    }

    private void measure(ServiceUnderTest verifier, LoadAgent.Seen seen, ProcessFigures idle, VerifierClient client)
            throws IOException, InterruptedException, ApiException, SandboxException {
        verifier.process().requireAlive();
        ProcessFigures before = verifier.figures();
        double ownBefore = ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds();
        long quotes = seen.quotes.sum();
        long connections = seen.connections.sum();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double elapsed = (System.nanoTime() - start) / 1e9;
        ProcessFigures after = verifier.figures();
        double own = ProcessFigures.of(ProcessHandle.current().pid()).cpuSeconds() - ownBefore;
        long done = seen.quotes.sum() - quotes;
        if (done == 0) {
            throw new SandboxException("the verifier asked for no quote; it said last:\n"
                    + verifier.process().tail());
        }
        int failed = 0;
        for (int i = 0; i < agents; i += Math.max(1, agents / 50)) {
            AgentStatus status =
                    client.find(ApiVersion.CURRENT, id(i)).orElseThrow(() -> new SandboxException("an agent is gone"));
            if (!"PASS".equals(status.attestationStatus())) {
                failed++;
            }
        }
        PrintStream out = Objects.requireNonNull(bench).context().out();
        double cpu = after.cpuSeconds() - before.cpuSeconds();
        out.printf(
                Locale.ROOT,
                "agents              %d on %d ports, %s keys, interval %s s%n",
                agents,
                Math.min(ports, agents),
                key,
                interval);
        out.printf(Locale.ROOT, "measured            %.1f s after %d s of warm-up%n", elapsed, warmUp);
        out.printf(
                Locale.ROOT,
                "attestations        %d, %.0f /s%s%n",
                done,
                done / elapsed,
                interval > 0 ? String.format(Locale.ROOT, " of %.0f /s due", agents / interval) : "");
        out.printf(
                Locale.ROOT,
                "verifier CPU        %.3f ms an attestation, %.2f cores%n",
                cpu / done * 1000,
                cpu / elapsed);
        out.printf(
                Locale.ROOT,
                "generator CPU       %.3f ms an attestation, %.2f cores%n",
                own / done * 1000,
                own / elapsed);
        out.printf(
                Locale.ROOT,
                "new connections     %d while measuring, %d in all%n",
                seen.connections.sum() - connections,
                seen.connections.sum());
        out.printf(
                Locale.ROOT,
                "resident memory     %d MiB idle, %d MiB with all agents (%.1f KiB an agent)%n",
                idle.residentKib() / 1024,
                after.residentKib() / 1024,
                (after.residentKib() - idle.residentKib()) / (double) agents);
        out.printf(Locale.ROOT, "not passing         %d of about 50 looked at%n", failed);
        if (failed > 0) {
            throw new SandboxException("agents do not pass; the verifier said last:\n"
                    + verifier.process().tail());
        }
    }

    private void liveHeap(OptionalLong empty, OptionalLong full) {
        if (empty.isEmpty() || full.isEmpty()) {
            return;
        }
        Objects.requireNonNull(bench)
                .context()
                .out()
                .printf(
                        Locale.ROOT,
                        "live heap           %.1f MiB without agents, %.1f MiB with all (%.1f KiB an agent)%n",
                        empty.getAsLong() / MIB,
                        full.getAsLong() / MIB,
                        (full.getAsLong() - empty.getAsLong()) / 1024.0 / agents);
    }

    private static TlsFiles tlsFiles(Path folder) throws ConfigException {
        ComponentConfig tenant =
                new KeylimeConfig(Map.of("KEYLIME_DIR", folder.toString()), folder).load(Component.TENANT);
        return TlsFiles.of(tenant, "cv_ca");
    }

    private static AgentId id(int number) {
        return AgentId.of(String.format(Locale.ROOT, "00000000-0000-4000-9000-%012d", number));
    }

    private AddAgentRequest request(LoadAgent agent) {
        return new AddAgentRequest(
                null,
                "127.0.0.1",
                agent.port(),
                "127.0.0.1",
                null,
                "{\"mask\": \"0x0\"}",
                "{}",
                "",
                policy == 0 ? "" : POLICY.value(),
                "",
                null,
                null,
                null,
                null,
                "",
                "",
                "",
                List.of("sha256"),
                List.of("rsa", "ecc"),
                List.of("rsassa", "ecdsa"),
                agent.akBase64(),
                agent.certificatePem(),
                ApiVersion.CURRENT.toString());
    }
}
