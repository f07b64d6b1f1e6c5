package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The whole story on one computer: three machines prove themselves and unlock a secret, then one is tampered with and
 * caught; of two more one runs a script that its policy does not know. Every step is checked; the first thing that is not as it must be ends the demo with a reason.
 */
final class Demo {
    private static final List<String> NAMES = List.of("machine-1", "machine-2", "machine-3");
    private static final int POLICY_PCR = 15;
    private static final String POLICY = "{\"" + POLICY_PCR + "\": [\"" + "0".repeat(64) + "\"]}";
    private static final Duration UNLOCK = Duration.ofSeconds(60);
    private static final Duration CATCH = Duration.ofSeconds(60);
    private static final int WATCHED_QUOTES = 3;

    private final Sandbox sandbox;
    private final Transcript transcript;
    private final PrintStream out;
    private final SecureRandom random;
    private final List<Machine> machines = new ArrayList<>();
    /** The one on which a script ran that its policy does not know. */
    private Optional<Machine> explained = Optional.empty();

    Demo(Sandbox sandbox, PrintStream out, SecureRandom random) {
        this.sandbox = sandbox;
        this.transcript = new Transcript(out);
        this.out = out;
        this.random = random;
    }

    /** Tells and checks the story. */
    void run() throws SandboxException {
        out.println("Limelight demo: a private installation in " + sandbox.path() + ", removed at the end.");
        if (!sandbox.realSecureMounts()) {
            out.println("NOTE: without root the machines cannot mount memory for their secrets; they use plain folders"
                    + " (development switch). Never do this with real secrets.");
        }
        Path runtimePolicy;
        // Most of a start is waiting for one thing or another, so whatever does not need the other goes beside it.
        try (ExecutorService ahead = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Void> verifier = ahead.submit(() -> {
                sandbox.startVerifier();
                return null;
            });
            makeTpms();
            List<Future<Machine>> starts = startServices(verifier, ahead);
            Future<Path> policy = ahead.submit(() -> sandbox.createPolicy(result(starts.getFirst())));
            awaitMachines(starts);
            runtimePolicy = tellPolicy(policy);
        }
        List<String> policy = List.of("--tpm_policy", POLICY, "--runtime-policy", runtimePolicy.toString());
        String secretHash = sendPayload(policy);
        watchUnlock(secretHash);
        Machine broken = machines.get(1);
        Optional<OwnRoot> ownRoot = sandbox.ownRoot();
        RevocationStory story = new RevocationStory(sandbox, transcript, random);
        if (ownRoot.isEmpty()) {
            watchAttestation();
            breakAndCatch(broken);
            Machine third = machines.get(2);
            new UnapprovedScript(sandbox, transcript).runOn(third);
            explained = Optional.of(third);
            summary(Set.of(broken, third), List.of());
            story.show();
            return;
        }
        try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
            // Watching is waiting: the machines of the second half start meanwhile.
            Future<RevocationStory.Pair> pair = story.begin(ownRoot.get(), beside);
            watchAttestation();
            breakAndCatch(broken);
            RevocationStory.Pair ready = result(pair);
            sandbox.awaitRegistered(ready.laptop());
            sandbox.awaitRegistered(ready.server());
            story.tell(ready, policy, beside);
            explained = Optional.of(ready.laptop());
            summary(Set.of(broken), story.rows(ready));
        }
    }

    private void makeTpms() throws SandboxException {
        transcript.step("Three software TPMs");
        // The first run of the tool makes the vendor CA; only then can the others go side by side.
        sandbox.manufactureTpm(NAMES.getFirst());
        parallel(NAMES.subList(1, NAMES.size()).stream()
                .<Callable<Void>>map(name -> () -> {
                    sandbox.manufactureTpm(name);
                    return null;
                })
                .toList());
        transcript.say("made, each with an endorsement key (EK) and a certificate for it by the sandbox's vendor CA");
    }

    /** The registrar and, as they only need the CA to start and make their keys first, the machines. */
    private List<Future<Machine>> startServices(Future<Void> verifier, ExecutorService ahead) throws SandboxException {
        transcript.step("Verifier and registrar");
        result(verifier);
        transcript.say("verifier  on https://127.0.0.1:" + sandbox.verifierPort()
                + "; it made the CA that services and administrators show each other");
        List<Future<Machine>> starts = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            AgentId id = AgentId.of("00000000-0000-4000-8000-00000000000" + (i + 1));
            String signing = i == 2 ? "ecdsa" : "rsassa";
            starts.add(ahead.submit(() -> sandbox.startMachine(name, id, signing)));
        }
        sandbox.startRegistrar();
        transcript.say("registrar on http://127.0.0.1:" + sandbox.registrarPort() + " (machines) and https://127.0.0.1:"
                + sandbox.registrarTlsPort() + " (administrators)");
        return starts;
    }

    private void awaitMachines(List<Future<Machine>> starts) throws SandboxException {
        transcript.step("Machines register");
        machines.addAll(parallel(starts.stream()
                .<Callable<Machine>>map(start -> () -> {
                    Machine machine = result(start);
                    sandbox.awaitRegistered(machine);
                    transcript.say(machine.name() + " is " + machine.id() + ", quotes with an "
                            + machine.attestationKey() + " key; its TPM answered the registrar's challenge");
                    return machine;
                })
                .toList()));
        transcript.note(
                "The challenge can only be opened by the TPM that holds both the EK and the attestation key (AK).");
    }

    private Path tellPolicy(Future<Path> made) throws SandboxException {
        transcript.step("A runtime policy from a good machine");
        Path policy = result(made);
        transcript.note("limelight policy create runtime -m IMA-LIST -o policy.json");
        ImaEmulator ima = machines.getFirst().ima();
        transcript.say(machines.getFirst().name() + " measured " + (ima.count() - 1)
                + " programs while it started, and so did the others: the"
                + " SHA-256 of each went\ninto its IMA list and PCR " + ImaEmulator.PCR
                + " of its TPM before it ran. The policy approves these programs.");
        transcript.note(
                "On a real machine the kernel does that (IMA). Here the sandbox does it in the kernel's stead.");
        return policy;
    }

    private String sendPayload(List<String> policy) throws SandboxException {
        transcript.step("A secret payload for each, by the tenant");
        Path payload = sandbox.path().resolve("payload.zip");
        String hash = DemoPayload.write(payload, random);
        transcript.note("limelight tenant -c add -u ID -f payload.zip --tpm_policy '{\"" + POLICY_PCR
                + "\": [\"00…\"]}' --runtime-policy policy.json --verify");
        List<Callable<Void>> runs = new ArrayList<>();
        for (Machine machine : machines) {
            runs.add(() -> {
                List<String> words =
                        new ArrayList<>(List.of("-c", "add", "-u", machine.id().value(), "--verify"));
                words.addAll(List.of("-f", payload.toString()));
                words.addAll(policy);
                ProgramRun run = sandbox.tenant(words.toArray(String[]::new));
                if (run.status() != 0) {
                    throw new SandboxException("the tenant could not add " + machine.name() + ":\n" + run.output());
                }
                transcript.say(machine.name() + ": EK certificate and quote good, share U delivered, V with the"
                        + " verifier, key proven (" + Transcript.seconds(run.time()) + ")");
                return null;
            });
        }
        parallel(runs);
        transcript.note(
                "K = U xor V opens the payload. The verifier gave V only after a quote that satisfied both policies.");
        return hash;
    }

    private void watchUnlock(String secretHash) throws SandboxException {
        transcript.step("Machines unlock it");
        for (Machine machine : machines) {
            Path proof = sandbox.unpacked(machine.name()).resolve(DemoPayload.PROOF);
            long deadline = System.nanoTime() + UNLOCK.toNanos();
            while (!Files.exists(proof)) {
                machine.agent().requireAlive();
                if (System.nanoTime() > deadline) {
                    throw new SandboxException(machine.name() + " did not run autorun.sh; its agent said last:\n"
                            + machine.agent().tail());
                }
                Pause.millis(50);
            }
            if (!secretHash.equals(read(proof).strip())) {
                throw new SandboxException(machine.name() + " unlocked something else than what was sent");
            }
            transcript.say(machine.name() + ": autorun.sh ran in " + sandbox.unpacked(machine.name())
                    + ", the secret's SHA-256 is right");
        }
    }

    private static String read(Path file) throws SandboxException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SandboxException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void watchAttestation() throws SandboxException {
        transcript.step("Attestation goes on, every 2 s");
        List<Long> counts = new ArrayList<>();
        for (Machine machine : machines) {
            counts.add(requireStatus(machine).attestationCount());
        }
        long deadline = System.nanoTime() + CATCH.toNanos();
        for (int i = 0; i < machines.size(); i++) {
            Machine machine = machines.get(i);
            while (requireStatus(machine).attestationCount() < counts.get(i) + WATCHED_QUOTES) {
                requireTrusted(machine);
                if (System.nanoTime() > deadline) {
                    throw new SandboxException("the verifier stopped asking " + machine.name());
                }
                Pause.millis(100);
            }
        }
        for (Machine machine : machines) {
            transcript.say(machine.name() + ": " + requireStatus(machine).attestationCount()
                    + " quotes good: signature, nonce, PCR values, measured files and clock");
        }
    }

    private void breakAndCatch(Machine machine) throws SandboxException {
        transcript.step("Somebody tampers with " + machine.name());
        sandbox.breakPcr(machine, POLICY_PCR);
        transcript.say("PCR " + POLICY_PCR + " extended with something nobody approved");
        long start = System.nanoTime();
        while (state(machine).orElse(null) != OperationalState.INVALID_QUOTE) {
            if (Duration.ofNanos(System.nanoTime() - start).compareTo(CATCH) > 0) {
                throw new SandboxException(machine.name() + " was tampered with and is still trusted: state "
                        + state(machine).map(OperationalState::text).orElse("unknown"));
            }
            Pause.millis(50);
        }
        AgentStatus status = requireStatus(machine);
        String expected = "pcr_validation.invalid_pcr_" + POLICY_PCR;
        if (!expected.equals(status.lastEventId())) {
            throw new SandboxException(machine.name() + " failed for another reason: " + status.lastEventId());
        }
        transcript.say("caught after " + Transcript.seconds(Duration.ofNanos(System.nanoTime() - start))
                + ": Invalid Quote, " + status.lastEventId());
        for (Machine other : machines) {
            if (!other.equals(machine)) {
                requireTrusted(other);
            }
        }
        transcript.say("the other two are still trusted");
    }

    private void summary(Set<Machine> broken, List<List<String>> more) throws SandboxException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("machine", "AK", "state", "good quotes", "payload", "reason"));
        for (Machine machine : machines) {
            AgentStatus status = requireStatus(machine);
            rows.add(List.of(
                    machine.name(),
                    machine.attestationKey(),
                    broken.contains(machine) ? "Failed" : "Trusted",
                    Long.toString(status.attestationCount()),
                    "unlocked",
                    Optional.ofNullable(status.lastEventId())
                            .filter(_ -> broken.contains(machine))
                            .orElse("")));
        }
        rows.addAll(more);
        transcript.table(rows);
        transcript.note("took " + Transcript.seconds(transcript.total()));
    }

    /** How a person reaches each service while the sandbox stays up. */
    void explainHowToReachIt() {
        out.println();
        out.println("The sandbox stays up until Ctrl-C. In another terminal:");
        out.println();
        sandbox.serviceEnvironment().entrySet().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> out.println("  export " + entry.getKey() + "=" + entry.getValue()));
        out.println();
        out.println("  ./limelight tenant -c cvlist     # machines the verifier attests");
        out.println("  ./limelight tenant -c reglist    # machines the registrar knows");
        out.println("  ./limelight tenant -c status -u " + machines.getFirst().id());
        out.println("  ./limelight tenant -c reactivate -u " + machines.get(1).id());
        explained.ifPresent(machine -> out.println("  ./limelight policy explain --runtime-policy " + sandbox.policy()
                + " \\\n      --ima-log " + machine.ima().list()));
        Path ca = sandbox.path().resolve(RevocationStory.CA);
        if (Files.isDirectory(ca)) {
            out.println("  ./limelight ca -c list -d " + ca);
        }
        String own = sandbox.serviceEnvironment().get("KEYLIME_DIR") + "/cv_ca/client-";
        out.println("  curl -sk --cert " + own + "cert.crt --key " + own + "private.pem https://127.0.0.1:"
                + machines.getFirst().port() + "/limelight/v1/status   # the agent of "
                + machines.getFirst().name());
        out.println();
        out.println("Logs: " + sandbox.path().resolve("logs"));
        out.flush();
    }

    private AgentStatus requireStatus(Machine machine) throws SandboxException {
        return sandbox.status(machine)
                .orElseThrow(() -> new SandboxException("the verifier does not know " + machine.name()));
    }

    private Optional<OperationalState> state(Machine machine) throws SandboxException {
        return requireStatus(machine).state();
    }

    private void requireTrusted(Machine machine) throws SandboxException {
        AgentStatus status = requireStatus(machine);
        OperationalState state = status.state().orElse(OperationalState.FAILED);
        if (state == OperationalState.FAILED || state == OperationalState.INVALID_QUOTE) {
            throw new SandboxException(machine.name() + " failed: " + state.text() + ", " + status.lastEventId());
        }
    }

    static <T> List<T> parallel(List<Callable<T>> work) throws SandboxException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(work)) {
                results.add(result(future));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    static <T> T result(Future<T> future) throws SandboxException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SandboxException cause) {
                throw cause;
            }
            throw new SandboxException(String.valueOf(e.getCause()), e);
        }
    }
}
