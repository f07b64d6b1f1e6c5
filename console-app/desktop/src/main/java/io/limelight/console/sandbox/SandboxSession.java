package io.limelight.console.sandbox;

import io.limelight.cli.sandbox.ImaEmulator;
import io.limelight.cli.sandbox.Machine;
import io.limelight.cli.sandbox.SandboxException;
import io.limelight.cli.sandbox.SandboxFleet;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import io.limelight.console.work.Progress;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A sandbox that this console started: it belongs to it and ends with it, however that ends. Blocks; knows no toolkit. Closing
 * leaves no process and no folder.
 */
public final class SandboxSession implements AutoCloseable {
    private static final Duration LOOK = Duration.ofSeconds(2);

    private final SandboxFleet fleet;
    private final Words words;
    private final Profile profile;
    private final Map<AgentId, Machine> machines = new LinkedHashMap<>();
    private final Cancellation watching = new Cancellation();
    private final List<Consumer<Problem>> listeners = new CopyOnWriteArrayList<>();
    private final Thread onExit;
    private boolean restarting;

    /**
     * What was done to a machine.
     *
     * @param file the script that ran, as the machine measured it
     * @param digest SHA-256 of it, hex
     */
    public record Broken(String file, String digest) {}

    private SandboxSession(SandboxFleet fleet, Words words, Thread onExit) {
        this.fleet = fleet;
        this.words = words;
        this.onExit = onExit;
        fleet.machines().forEach(machine -> machines.put(machine.id(), machine));
        this.profile = Profile.fresh(
                words.of("sandbox.profile"),
                Environment.SANDBOX,
                new ProfileSource.Configuration(
                        Optional.of(Path.of(fleet.environment().getOrDefault("KEYLIME_TENANT_CONFIG", ""))),
                        Optional.of(Path.of(fleet.environment().getOrDefault("KEYLIME_DIR", "")))),
                KeyKeeping.FILE);
        Thread.ofVirtual().name("sandbox-watch").start(this::watch);
    }

    /** Why there can be none here; empty: there can. */
    public static Optional<Problem> unavailable(Words words) {
        List<String> missing = SandboxFleet.missing();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                missing.equals(List.of("Linux"))
                        ? Problems.of(words, "sandbox.linux", "")
                        : Problems.of(words, "sandbox.tools", "", String.join(", ", missing)));
    }

    /**
     * Starts one: steps are told as they begin. Cancelled or failed, it leaves nothing.
     *
     * @param count how many machines
     */
    public static SandboxSession start(
            int count, Words words, SecureRandom random, Progress progress, Cancellation cancellation)
            throws ProblemException, CancelledException {
        ScreenThread.refuse("starting a sandbox");
        Optional<Problem> not = unavailable(words);
        if (not.isPresent()) {
            throw new ProblemException(not.get(), null);
        }
        SandboxFleet fleet;
        try {
            fleet = SandboxFleet.prepare(random);
        } catch (SandboxException e) {
            throw failed(words, e);
        }
        // Also on Ctrl-C and when the session of the desktop ends. Killed, its children see their input end.
        Thread onExit = Thread.ofPlatform().name("sandbox-end").unstarted(() -> closeQuietly(fleet));
        Runtime.getRuntime().addShutdownHook(onExit);
        try (Cancellation.Registration _ = cancellation.onCancel(() -> closeQuietly(fleet))) {
            List<SandboxFleet.Step> all = List.of(SandboxFleet.Step.values());
            int steps = all.size();
            fleet.start(count, step -> {
                progress.done(all.indexOf(step), steps);
                progress.step(words.of("sandbox.step." + step.name().toLowerCase(java.util.Locale.ROOT), count));
            });
            cancellation.throwIfCancelled();
            progress.done(steps, steps);
            return new SandboxSession(fleet, words, onExit);
        } catch (SandboxException | CancelledException e) {
            closeQuietly(fleet);
            forget(onExit);
            if (cancellation.cancelled()) {
                throw new CancelledException();
            }
            throw failed(words, e);
        }
    }

    private static ProblemException failed(Words words, Exception e) {
        // The first line says what; what follows is a program's log.
        String said = String.valueOf(e.getMessage());
        return Problems.thrown(
                words, "sandbox.failed", e, said.lines().findFirst().orElse(""));
    }

    private static void closeQuietly(SandboxFleet fleet) {
        try {
            fleet.close();
        } catch (SandboxException e) {
            org.slf4j.LoggerFactory.getLogger(SandboxSession.class).warn("The sandbox did not end in order", e);
        }
    }

    private static void forget(Thread onExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // The process is ending, and it runs.
        }
    }

    /** How to connect to it. Never kept. */
    public Profile profile() {
        return profile;
    }

    /** Its machines: id and name, in the order of names. */
    public Map<AgentId, String> machines() {
        Map<AgentId, String> names = new LinkedHashMap<>();
        machines.forEach((id, machine) -> names.put(id, machine.name()));
        return names;
    }

    /** Variables with which the command line means this sandbox. */
    public Map<String, String> environment() {
        return fleet.environment();
    }

    /** Where its programs write what they do. */
    public Path logs() {
        return fleet.logs();
    }

    /** Has a machine run a script that nobody approved; its verifier finds it in the next quote. */
    public Broken breakMachine(AgentId id) throws ProblemException {
        ScreenThread.refuse("breaking a machine");
        try {
            ImaEmulator.Measurement script = fleet.runUnapprovedScript(machine(id));
            return new Broken(script.path(), script.digest());
        } catch (SandboxException e) {
            throw failed(words, e);
        }
    }

    /** Extends a PCR of a machine that its policy wants untouched. */
    public void extendPcr(AgentId id) throws ProblemException {
        ScreenThread.refuse("breaking a machine");
        try {
            fleet.extendPcr(machine(id));
        } catch (SandboxException e) {
            throw failed(words, e);
        }
    }

    private Machine machine(AgentId id) throws ProblemException {
        Machine machine = machines.get(id);
        if (machine == null) {
            throw Problems.thrown(words, "sandbox.no-machine", null, id.value());
        }
        return machine;
    }

    /** Ends the verifier as a crash would: what the console shows must grow old. */
    public void killVerifier() {
        ScreenThread.refuse("ending the verifier");
        synchronized (this) {
            restarting = true;
        }
        fleet.killVerifier();
    }

    /** Starts it again. */
    public void restartVerifier() throws ProblemException {
        ScreenThread.refuse("starting the verifier");
        try {
            fleet.restartVerifier();
        } catch (SandboxException e) {
            throw failed(words, e);
        }
        synchronized (this) {
            restarting = false;
        }
    }

    /** Calls {@code listener}, on some thread, when a program of it has ended by itself. */
    public void onTrouble(Consumer<Problem> listener) {
        listeners.add(listener);
    }

    private void watch() {
        Set<String> said = new HashSet<>();
        try {
            while (true) {
                watching.sleep(LOOK);
                synchronized (this) {
                    if (restarting) {
                        continue;
                    }
                }
                List<String> ended = fleet.ended();
                said.retainAll(ended);
                for (String name : ended) {
                    watching.throwIfCancelled();
                    if (said.add(name)) {
                        Problem problem = Problems.of(
                                words, "sandbox.ended", "", name, fleet.logs().toString());
                        listeners.forEach(listener -> listener.accept(problem));
                    }
                }
            }
        } catch (CancelledException e) {
            // It is closed.
        }
    }

    /** Ids of its processes, for whoever makes sure that they end. */
    List<Long> processes() {
        return fleet.processes();
    }

    /** Ends everything and removes its folder; takes a few seconds. A second call does nothing. */
    @Override
    public void close() {
        ScreenThread.refuse("ending a sandbox");
        watching.cancel();
        closeQuietly(fleet);
        forget(onExit);
    }
}
