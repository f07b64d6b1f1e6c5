package io.limelight.cli.peer;

import static org.awaitility.Awaitility.await;

import io.limelight.cli.sandbox.Child;
import io.limelight.cli.sandbox.Ports;
import io.limelight.cli.sandbox.SoftwareTpm;
import io.limelight.core.api.AgentId;
import io.limelight.core.tpm.HashAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine with a software TPM of its own, on which either agent can run: both are given the same work folder and the same
 * configuration file.
 */
final class PeerMachine {
    private static final Duration START = Duration.ofSeconds(60);

    private final MixedInstallation installation;
    private final AgentId id;
    private final Path work;
    private final SoftwareTpm tpm;
    private final TcpTpm front;
    private final int port;
    private PeerProcess agent;

    PeerMachine(MixedInstallation installation, AgentId id) throws Exception {
        this.installation = installation;
        this.id = id;
        this.work = installation.root().resolve("machine");
        installation.tpms().manufacture(work.resolve("tpm"));
        tpm = installation.own(SoftwareTpm.start("machine", work.resolve("tpm"), installation.root()));
        front = installation.own(TcpTpm.before(tpm.socket(), installation.ports()));
        port = installation.ports().next();
    }

    AgentId id() {
        return id;
    }

    int port() {
        return port;
    }

    PeerProcess agent() {
        return agent;
    }

    /**
     * Starts the agent and waits until it has registered and listens.
     *
     * @param options more of agent.conf, as TOML
     */
    void startAgent(Side side, Map<String, String> options) throws Exception {
        Path config = installation.root().resolve("etc").resolve("agent.conf");
        Map<String, String> all = new TreeMap<>(Map.of(
                "uuid",
                "\"" + id + "\"",
                "ip",
                "\"127.0.0.1\"",
                "port",
                Integer.toString(port),
                "contact_ip",
                "\"127.0.0.1\"",
                "contact_port",
                Integer.toString(port),
                "registrar_ip",
                "\"127.0.0.1\"",
                "registrar_port",
                Integer.toString(installation.registrarPort()),
                "trusted_client_ca",
                "\"" + installation.services().resolve("cv_ca/cacert.crt") + "\"",
                "run_as",
                "\"\""));
        all.put("exponential_backoff_initial_delay", "500");
        all.put("enable_revocation_notifications", "false");
        all.putAll(options);
        StringBuilder toml = new StringBuilder("[agent]\n");
        all.forEach(
                (name, value) -> toml.append(name).append(" = ").append(value).append('\n'));
        Files.writeString(config, toml);
        Map<String, String> environment = new TreeMap<>(Map.of(
                "KEYLIME_DIR",
                work.toString(),
                "KEYLIME_AGENT_CONFIG",
                config.toString(),
                "RUST_LOG",
                "keylime_agent=info,keylime=info",
                "TCTI",
                front.tcti()));
        List<String> command = switch (side) {
            case LIMELIGHT ->
                Child.program(List.of("-XX:TieredStopAtLevel=1", "-Xmx96m", "-Xss512k"), "agent", "--stop-on-eof");
            case KEYLIME -> List.of(PeerPrograms.agent());
        };
        agent = installation.own(PeerProcess.start(
                side + " agent",
                command,
                environment,
                Files.createTempFile(installation.root().resolve("logs"), "agent-", ".log")));
        PeerProcess started = agent;
        await(side + " agent listens").atMost(START).until(() -> {
            started.requireAlive();
            return Ports.open(port);
        });
    }

    void stopAgent() {
        agent.close();
    }

    /** A file among what the machine unpacked, seen with the agent's eyes. */
    Path unpacked(String name) {
        Path inside = work.resolve("secure/unzipped").resolve(name);
        return agent.root().resolve(inside.toString().substring(1));
    }

    /** Extends a PCR, as unapproved software would. */
    void tamper(int pcr) throws Exception {
        tpm.extend(pcr, HashAlgorithm.SHA256, new byte[32]);
    }
}
