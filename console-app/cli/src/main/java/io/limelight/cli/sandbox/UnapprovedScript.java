package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentStatus;
import io.limelight.core.api.OperationalState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The demo's act about files: somebody runs a script of their own on a machine. It is measured before it runs, the next quote
 * proves the measurement, no policy knows it, and the verifier says which file it was.
 */
final class UnapprovedScript {
    private static final String EVENT = "ima.validation.ima-ng.not_in_allowlist";
    private static final Duration CATCH = Duration.ofSeconds(60);
    private static final int SCRIPT_SECONDS = 10;
    private static final String SCRIPT = """
            #!/bin/sh
            # Nobody approved this. It does no harm.
            echo "hello from a script that no policy knows"
            """;

    private final Sandbox sandbox;
    private final Transcript transcript;

    UnapprovedScript(Sandbox sandbox, Transcript transcript) {
        this.sandbox = sandbox;
        this.transcript = transcript;
    }

    /**
     * Tells and checks it.
     *
     * @return when the verifier was seen to know, as {@link System#nanoTime} tells
     */
    long runOn(Machine machine) throws SandboxException {
        transcript.step("Somebody runs an unapproved script on " + machine.name());
        ImaEmulator.Measurement script = run(sandbox, machine, "unapproved.sh");
        long start = System.nanoTime();
        transcript.say(
                script.path() + " ran; before that, like every program,\nit was measured: a line in the IMA list,"
                        + " and PCR " + ImaEmulator.PCR + " extended, which nobody can take back");
        AgentStatus status = awaitFailure(machine, start);
        long caught = System.nanoTime();
        if (!EVENT.equals(status.lastEventId())) {
            throw new SandboxException(machine.name() + " failed for another reason: " + status.lastEventId());
        }
        transcript.say("caught after " + Transcript.seconds(Duration.ofNanos(caught - start)) + ": Invalid Quote, "
                + status.lastEventId() + "; the verifier's log says why:");
        String why = sandbox.whyFailed(machine, EVENT);
        if (!why.contains(script.path()) || !why.contains(script.digest())) {
            throw new SandboxException(
                    "the verifier does not name " + script.path() + " with its digest " + script.digest() + ": " + why);
        }
        transcript.quote(why);
        return caught;
    }

    /**
     * Runs a script that no policy knows.
     *
     * @param name of its file, in the machine's folder
     * @return what was measured before it ran
     */
    static ImaEmulator.Measurement run(Sandbox sandbox, Machine machine, String name) throws SandboxException {
        Path script = sandbox.path().resolve(machine.name()).resolve(name);
        sandbox.write(script, SCRIPT);
        ImaEmulator.Measurement measured = machine.ima().measure(script);
        Child child = Child.start(
                "the script",
                List.of("sh", script.toString()),
                Map.of(),
                sandbox.path().resolve("logs").resolve("unapproved.log"));
        if (!child.waitFor(SCRIPT_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
            child.kill();
            throw new SandboxException("a script of three lines does not run:\n" + child.tail());
        }
        return measured;
    }

    private AgentStatus awaitFailure(Machine machine, long start) throws SandboxException {
        while (true) {
            AgentStatus status = sandbox.status(machine)
                    .orElseThrow(() -> new SandboxException("the verifier does not know " + machine.name()));
            OperationalState state = status.state().orElse(OperationalState.FAILED);
            if (state == OperationalState.INVALID_QUOTE || state == OperationalState.FAILED) {
                return status;
            }
            if (Duration.ofNanos(System.nanoTime() - start).compareTo(CATCH) > 0) {
                throw new SandboxException(
                        machine.name() + " ran an unapproved script and is still trusted: " + state.text());
            }
            Pause.millis(20);
        }
    }
}
