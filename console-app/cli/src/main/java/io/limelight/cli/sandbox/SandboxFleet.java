package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fleet on this computer for as long as it is wanted: registrar, verifier and machines with software TPMs, enrolled with a policy
 * and a certificate package, a CA that listens, and ways to break them. Closing ends every process and removes the folder, also while it starts; when this
 * process is killed, the others end by themselves.
 */
public final class SandboxFleet implements AutoCloseable {
    /** The PCR that the policy wants untouched. */
    public static final int POLICY_PCR = 15;

    private static final String POLICY = "{\"" + POLICY_PCR + "\": [\"" + "0".repeat(64) + "\"]}";
    private static final List<String> SERVICES = List.of("verifier", "registrar", "ca");
    private static final List<String> TOOLS = List.of("swtpm", "swtpm_setup", "swtpm_localca");

    private final Sandbox sandbox;
    private final SecureRandom random;
    private final List<Machine> machines = new CopyOnWriteArrayList<>();
    private final AtomicInteger scripts = new AtomicInteger();

    /** Steps of a start, in their order. */
    public enum Step {
        /** Software TPMs with EK certificates. */
        TPMS,
        /** Verifier and registrar. */
        SERVICES,
        /** Machines register and prove their keys. */
        MACHINES,
        /** A runtime policy from what a good machine measured. */
        POLICY,
        /** Machines are enrolled with certificates of a new CA, and unlock a payload. */
        ENROL,
        /** That CA publishes what it revokes. */
        CA
    }

    /** Is told of steps, on the thread that starts. */
    @FunctionalInterface
    public interface Observer {
        /** A step begins; those before it are done. */
        void begin(Step step);
    }

    private SandboxFleet(Sandbox sandbox, SecureRandom random) {
        this.sandbox = sandbox;
        this.random = random;
    }

    /** What this computer lacks; empty: nothing. */
    public static List<String> missing() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return List.of("Linux");
        }
        return TOOLS.stream()
                .filter(tool -> InstalledTools.find(tool).isEmpty())
                .toList();
    }

    /** Makes the folder; starts nothing yet. */
    public static SandboxFleet prepare(SecureRandom random) throws SandboxException {
        return new SandboxFleet(Sandbox.create(), random);
    }

    /** Starts everything; ends with an exception when it is closed meanwhile. */
    public void start(int count, Observer observer) throws SandboxException {
        List<String> names = java.util.stream.IntStream.rangeClosed(1, count)
                .mapToObj(number -> "machine-" + number)
                .toList();
        try (ExecutorService ahead = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Void> verifier = ahead.submit(() -> {
                sandbox.startVerifier();
                return null;
            });
            observer.begin(Step.TPMS);
            // The first run of the tool makes the vendor's CA; only then can the others go side by side.
            sandbox.manufactureTpm(names.getFirst());
            all(names.subList(1, count), name -> {
                sandbox.manufactureTpm(name);
                return null;
            });
            observer.begin(Step.SERVICES);
            Demo.result(verifier);
            sandbox.startRegistrar();
        }
        observer.begin(Step.MACHINES);
        Optional<OwnRoot> own = sandbox.ownRoot();
        machines.addAll(all(names, name -> {
            int number = names.indexOf(name) + 1;
            AgentId id = AgentId.of("00000000-0000-4000-8000-%012d".formatted(number));
            String signing = number % 3 == 0 ? "ecdsa" : "rsassa";
            // Payloads write to /root, as the seeds' example does; this computer's is not theirs.
            Machine machine = own.isPresent()
                    ? sandbox.startMachineWithOwnRoot(name, id, signing, own.get())
                    : sandbox.startMachine(name, id, signing);
            sandbox.awaitRegistered(machine);
            return machine;
        }));
        observer.begin(Step.POLICY);
        Path policy = sandbox.createPolicy(machines.getFirst());
        observer.begin(Step.ENROL);
        Path ca = sandbox.machinesCa();
        all(machines, machine -> {
            Path payload = FleetPayload.write(
                    sandbox.path().resolve("payload-" + machine.name()), sandbox.flags(machine.name()), random);
            ProgramRun run = sandbox.tenant(
                    "-c",
                    "add",
                    "-u",
                    machine.id().value(),
                    "--cert",
                    ca.toString(),
                    "--include",
                    payload.toString(),
                    "--tpm_policy",
                    POLICY,
                    "--runtime-policy",
                    policy.toString(),
                    "--verify");
            if (run.status() != 0) {
                throw new SandboxException("the tenant could not add " + machine.name() + ":\n" + run.output());
            }
            return null;
        });
        observer.begin(Step.CA);
        sandbox.startCaListener(ca);
    }

    private interface Doing<A, T> {
        T to(A each) throws SandboxException;
    }

    private static <A, T extends @org.jspecify.annotations.Nullable Object> List<T> all(List<A> each, Doing<A, T> doing)
            throws SandboxException {
        return Demo.parallel(
                each.stream().<Callable<T>>map(one -> () -> doing.to(one)).toList());
    }

    /** Its machines, once they have registered. */
    public List<Machine> machines() {
        return List.copyOf(machines);
    }

    /** Its folder. */
    public Path folder() {
        return sandbox.path();
    }

    /** Where logs of its programs are. */
    public Path logs() {
        return sandbox.path().resolve("logs");
    }

    /** {@code KEYLIME_DIR}, {@code KEYLIME_TENANT_CONFIG} and the like, to be a tenant of it. */
    public Map<String, String> environment() {
        return sandbox.serviceEnvironment();
    }

    /**
     * Has a machine run a script that its policy does not know; a different one each time.
     *
     * @return what was measured before it ran
     */
    public ImaEmulator.Measurement runUnapprovedScript(Machine machine) throws SandboxException {
        int number = scripts.incrementAndGet();
        return UnapprovedScript.run(sandbox, machine, number == 1 ? "unapproved.sh" : "unapproved-" + number + ".sh");
    }

    /** Extends the PCR that the policy wants untouched. */
    public void extendPcr(Machine machine) throws SandboxException {
        sandbox.breakPcr(machine, POLICY_PCR);
    }

    /** Ends the verifier as a crash would. */
    public void killVerifier() {
        sandbox.service("verifier").ifPresent(Child::kill);
    }

    /** Starts the verifier again, and waits until it answers. */
    public void restartVerifier() throws SandboxException {
        sandbox.startVerifier();
    }

    /** Names of programs that have ended; while it runs nobody should. */
    public List<String> ended() {
        List<String> ended = new ArrayList<>();
        for (String service : SERVICES) {
            sandbox.service(service).filter(child -> !child.alive()).ifPresent(child -> ended.add(child.name()));
        }
        for (Machine machine : machines) {
            if (!machine.agent().alive()) {
                ended.add(machine.agent().name());
            }
            if (!machine.tpm().process().alive()) {
                ended.add(machine.tpm().process().name());
            }
        }
        return ended;
    }

    /** Ids of its processes, for whoever makes sure that they end. */
    public List<Long> processes() {
        List<Long> processes = new ArrayList<>();
        for (String service : SERVICES) {
            sandbox.service(service).ifPresent(child -> processes.add(child.pid()));
        }
        for (Machine machine : machines) {
            processes.add(machine.agent().pid());
            processes.add(machine.tpm().process().pid());
        }
        return processes;
    }

    @Override
    public void close() throws SandboxException {
        sandbox.close();
    }
}
