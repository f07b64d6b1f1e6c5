package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The demo's second half, after the pages about secure payloads: two machines get certificate packages. One, a laptop, gets
 * an SSH key; the other, a server, lets that key in. The laptop runs a script that its policy does not know. The verifier tells
 * everybody; the server takes the key out of {@code authorized_keys}, the laptop deletes it (on which nobody should rely), and
 * the CA revokes the laptop's certificate and publishes that.
 *
 * <p>The pages' scripts write to {@code /root}. The two agents therefore live in mount namespaces of their own in which a
 * folder of the sandbox takes its place; the real one is never touched.
 */
final class RevocationStory {
    /** The CA of the two machines, in the sandbox's folder. */
    static final String CA = "myca";

    private static final String LAPTOP = "machine-4";
    private static final String SERVER = "machine-5";
    private static final AgentId LAPTOP_ID = AgentId.of("00000000-0000-4000-8000-000000000004");
    private static final AgentId SERVER_ID = AgentId.of("00000000-0000-4000-8000-000000000005");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MARK = "keylime:" + LAPTOP_ID;
    private static final String ADD =
            "limelight tenant -c add -u ID --cert myca --include payload --runtime-policy policy.json --verify";

    private final Sandbox sandbox;
    private final Transcript transcript;
    private final SecureRandom random;

    RevocationStory(Sandbox sandbox, Transcript transcript, SecureRandom random) {
        this.sandbox = sandbox;
        this.transcript = transcript;
        this.random = random;
    }

    /**
     * The two machines.
     *
     * @param laptop the one that fails
     * @param server the one that lets it in until then
     * @param sshd of the server, if there is one
     * @param withoutSshd why not
     */
    record Pair(Machine laptop, Machine server, Optional<LoopbackSshd> sshd, String withoutSshd) {}

    /** Starts the machines; may go on beside the first half. */
    Future<Pair> begin(OwnRoot way, ExecutorService beside) {
        return beside.submit(() -> {
            sandbox.manufactureTpm(LAPTOP);
            sandbox.manufactureTpm(SERVER);
            Machine laptop = sandbox.startMachineWithOwnRoot(LAPTOP, LAPTOP_ID, "rsassa", way);
            Machine server = sandbox.startMachineWithOwnRoot(SERVER, SERVER_ID, "rsassa", way);
            Optional<String> obstacle = LoopbackSshd.obstacle(way);
            Optional<LoopbackSshd> sshd =
                    obstacle.isEmpty() ? Optional.of(sandbox.startSshd(SERVER, way)) : Optional.empty();
            return new Pair(laptop, server, sshd, obstacle.orElse(""));
        });
    }

    /** What a computer that gives nobody a {@code /root} of its own is not asked to run. */
    void show() throws SandboxException {
        transcript.note(
                "\nThe second half (certificates, SSH keys, revocation) is shown and not run, as its scripts write to"
                        + " /root and this computer has no way to hide the real one from them (unshare -m, or -Ur for users):");
        transcript.note(ADD);
        for (String script : List.of("laptop/autorun.sh", "server/autorun.sh")) {
            transcript.note("--- payload/autorun.sh of the " + script.substring(0, script.indexOf('/')) + " ---\n"
                    + resource(script).strip());
        }
        transcript.note("limelight ca -c listen -d myca");
    }

    /** Of the summary: both machines, as the verifier and the CA see them now. */
    List<List<String>> rows(Pair pair) throws SandboxException {
        AgentStatus laptop = status(pair.laptop());
        AgentStatus server = status(pair.server());
        if (state(pair.server()) == OperationalState.FAILED || state(pair.server()) == OperationalState.INVALID_QUOTE) {
            throw new SandboxException(SERVER + " failed: " + server.lastEventId());
        }
        return List.of(
                row(pair.laptop(), "Revoked", laptop, String.valueOf(laptop.lastEventId())),
                row(pair.server(), "Trusted", server, ""));
    }

    private static List<String> row(Machine machine, String state, AgentStatus status, String reason) {
        return List.of(
                machine.name(),
                machine.attestationKey(),
                state,
                Long.toString(status.attestationCount()),
                "certificate",
                reason);
    }

    private AgentStatus status(Machine machine) throws SandboxException {
        return sandbox.status(machine)
                .orElseThrow(() -> new SandboxException("the verifier does not know " + machine.name()));
    }

    /**
     * Tells and checks the rest.
     *
     * @param policy the tenant's words for what both machines must satisfy
     */
    void tell(Pair pair, List<String> policy, ExecutorService beside) throws SandboxException {
        // Its start is waiting too, and all it needs is the CA, which the first of the two machines brings.
        Future<Void> listener = beside.submit(() -> {
            awaitTrue(() -> Files.exists(ca().resolve("RevocationNotifier-cert.crt")), "no CA was made");
            sandbox.startCaListener(ca());
            return null;
        });
        try {
            provision(policy);
            logIn(pair);
            Demo.result(listener);
        } finally {
            listener.cancel(true);
        }
        transcript.say("the CA listens: its list of revoked certificates is at " + sandbox.crlAddress());
        failAndRevoke(pair);
    }

    private void provision(List<String> policy) throws SandboxException {
        transcript.step("Two more machines get certificates and SSH keys");
        Path laptop = payload("laptop", "autorun.sh", "action_list");
        Path server = payload("server", "autorun.sh", "action_list", "local_action_rm_authorized_key.json");
        try {
            copy("/io/limelight/core/payload/seeds/local_action_rm_ssh.py", laptop.resolve("local_action_rm_ssh.py"));
            copy(
                    "/io/limelight/core/payload/ready/rm_authorized_key.py",
                    server.resolve("local_action_rm_authorized_key.py"));
            SshKeys keys = SshKeys.make(MARK, random);
            keys.writeBoth(laptop);
            keys.writePublic(server);
        } catch (IOException e) {
            throw new SandboxException("cannot make the payloads: " + e.getMessage(), e);
        }
        transcript.note(ADD);
        Demo.parallel(List.of(add(LAPTOP, LAPTOP_ID, laptop, policy), add(SERVER, SERVER_ID, server, policy)));
        awaitTrue(
                () -> Files.exists(inRoot(LAPTOP, "payload_id_rsa")),
                LAPTOP + "'s autorun.sh put no key into /root/.ssh");
        awaitTrue(this::letIn, SERVER + "'s autorun.sh wrote no authorized_keys");
        transcript.say(LAPTOP + ": certificate " + certificate(LAPTOP_ID).getSerialNumber()
                + " of the new CA; the pages' autorun.sh put the SSH key into its /root/.ssh");
        transcript.say(SERVER + ": certificate " + certificate(SERVER_ID).getSerialNumber()
                + "; its autorun.sh lets that key in (authorized_keys)");
        transcript.note("Each has a /root of its own here: the scripts say /root, and yours is not touched.");
    }

    private Callable<Void> add(String name, AgentId id, Path payload, List<String> policy) {
        return () -> {
            List<String> words = new ArrayList<>(List.of("-c", "add", "-u", id.value(), "--verify"));
            words.addAll(List.of("--cert", ca().toString(), "--include", payload.toString()));
            words.addAll(policy);
            ProgramRun run = sandbox.tenant(words.toArray(String[]::new));
            if (run.status() != 0) {
                throw new SandboxException("the tenant could not add " + name + ":\n" + run.output());
            }
            return null;
        };
    }

    private void logIn(Pair pair) throws SandboxException {
        if (pair.sshd().isEmpty()) {
            transcript.say("no login is tried, " + pair.withoutSshd() + ": authorized_keys speaks for it");
            return;
        }
        LoopbackSshd sshd = pair.sshd().get();
        if (!sshd.letsIn(sandbox.ownRoot(LAPTOP), inRoot(LAPTOP, "payload_id_rsa"))) {
            throw new SandboxException(SERVER + " does not let " + LAPTOP + " in, whose key is in its authorized_keys");
        }
        transcript.say(LAPTOP + " logs in to " + SERVER + " with it: " + sshd.command());
        try {
            PrivateFiles.write(keptKey(), Files.readAllBytes(inRoot(LAPTOP, "payload_id_rsa")));
        } catch (IOException e) {
            throw new SandboxException("cannot copy the key of " + LAPTOP + ": " + e.getMessage(), e);
        }
    }

    /** A copy that somebody has made in time: that the laptop deletes its own proves nothing. */
    private Path keptKey() {
        return sandbox.path().resolve("kept_id_rsa");
    }

    private void failAndRevoke(Pair pair) throws SandboxException {
        long caught = new UnapprovedScript(sandbox, transcript).runOn(pair.laptop());
        transcript.say("the verifier signs a notice with the RevocationNotifier key and sends it to every machine");
        awaitTrue(() -> !letIn(), SERVER + " did not take the key out of authorized_keys");
        transcript.say(SERVER + ": signature good, action done: the key of " + LAPTOP + " is out of authorized_keys");
        awaitTrue(() -> !Files.exists(inRoot(LAPTOP, "payload_id_rsa")), LAPTOP + " did not delete its own key");
        Duration acted = since(caught);
        transcript.say(LAPTOP + ": it obeyed and deleted its own key (never count on that)");
        awaitTrue(() -> revoked(LAPTOP_ID), "the CA did not revoke the certificate of " + LAPTOP);
        Duration revoked = since(caught);
        if (revoked(SERVER_ID)) {
            throw new SandboxException("the CA revoked the certificate of " + SERVER + ", which did nothing");
        }
        transcript.say("the CA revoked certificate " + certificate(LAPTOP_ID).getSerialNumber()
                + " and publishes that; openssl verify -crl_check: " + openssl());
        if (pair.sshd().isPresent()) {
            if (pair.sshd().get().letsIn(sandbox.ownRoot(LAPTOP), keptKey())) {
                throw new SandboxException(SERVER + " still lets the key of " + LAPTOP + " in");
            }
            transcript.say("a copy of that key is of no use: " + SERVER + "'s sshd says Permission denied");
        }
        transcript.note("seen by the verifier -> last action done " + Transcript.seconds(acted) + ", -> revoked "
                + Transcript.seconds(revoked));
    }

    private static Duration since(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime);
    }

    /** What OpenSSL thinks of the laptop's certificate. */
    private String openssl() throws SandboxException {
        Path crl = sandbox.path().resolve("crl.pem");
        try {
            PrivateFiles.write(
                    crl, PemFiles.encode("X509 CRL", crl().getEncoded()).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException | GeneralSecurityException e) {
            throw new SandboxException("cannot write " + crl + ": " + e.getMessage(), e);
        }
        Child openssl;
        try {
            openssl = Child.start(
                    "openssl",
                    List.of(
                            "openssl",
                            "verify",
                            "-crl_check",
                            "-CAfile",
                            ca().resolve("cacert.crt").toString(),
                            "-CRLfile",
                            crl.toString(),
                            ca().resolve(LAPTOP_ID + "-cert.crt").toString()),
                    Map.of(),
                    sandbox.path().resolve("logs").resolve("openssl.log"));
        } catch (SandboxException e) {
            return "not asked, it is not installed";
        }
        if (!openssl.waitFor(10, TimeUnit.SECONDS)
                || openssl.exitValue() == 0
                || !openssl.tail().contains("certificate revoked")) {
            throw new SandboxException("openssl does not find the certificate revoked:\n" + openssl.tail());
        }
        return "certificate revoked";
    }

    // --- where things are ---

    private Path ca() {
        return sandbox.path().resolve(CA);
    }

    private Path inRoot(String machine, String file) {
        return sandbox.ownRoot(machine).resolve(".ssh").resolve(file);
    }

    private boolean letIn() throws IOException {
        Path keys = inRoot(SERVER, "authorized_keys");
        return Files.exists(keys) && Files.readString(keys).contains(MARK);
    }

    private OperationalState state(Machine machine) throws SandboxException {
        return sandbox.status(machine).flatMap(AgentStatus::state).orElse(OperationalState.FAILED);
    }

    private X509Certificate certificate(AgentId id) throws SandboxException {
        try {
            return PemFiles.readCertificates(ca().resolve(id + "-cert.crt")).getFirst();
        } catch (TlsSetupException e) {
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    private boolean revoked(AgentId id) throws SandboxException {
        return crl().isRevoked(certificate(id));
    }

    private X509CRL crl() throws SandboxException {
        try (InputStream in =
                new BufferedInputStream(URI.create(sandbox.crlAddress()).toURL().openStream())) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
        } catch (IOException | GeneralSecurityException e) {
            throw new SandboxException("the CA's list cannot be fetched: " + e.getMessage(), e);
        }
    }

    private Path payload(String name, String... files) throws SandboxException {
        Path folder = sandbox.path().resolve("payload-" + name);
        try {
            PrivateFiles.createFolder(folder);
            for (String file : files) {
                copy(name + "/" + file, folder.resolve(file));
            }
            return folder;
        } catch (IOException e) {
            throw new SandboxException("cannot make " + folder + ": " + e.getMessage(), e);
        }
    }

    private static void copy(String resource, Path file) throws IOException {
        PrivateFiles.write(file, bytes(resource));
    }

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream in = RevocationStory.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the program lacks its file " + resource);
            }
            return in.readAllBytes();
        }
    }

    private static String resource(String name) throws SandboxException {
        try {
            return new String(bytes(name), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SandboxException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A question whose answer is awaited. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws SandboxException, IOException;
    }

    private static void awaitTrue(Condition condition, String otherwise) throws SandboxException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > deadline) {
                    throw new SandboxException(otherwise + " within " + PATIENCE.toSeconds() + " s");
                }
                Pause.millis(20);
            }
        } catch (IOException e) {
            throw new SandboxException(otherwise + ": " + e.getMessage(), e);
        }
    }
}
