package io.limelight.console.fleet;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The fleet of one profile. {@link #latest} and {@link #subscribe} never block; everything else asks a server, blocks, can be cancelled,
 * and refuses to be called on the screen's thread ({@link io.limelight.console.work.ScreenThread}).
 */
public interface FleetService extends AutoCloseable {
    /** The fleet as last told. */
    FleetSnapshot latest();

    /**
     * Calls {@code listener} with the latest snapshot and later ones, one call at a time, on some thread of this service's. One that takes
     * its time is told the newest next and misses those in between.
     */
    Subscription subscribe(Consumer<FleetSnapshot> listener);

    /**
     * Calls {@code listener}, on some thread, when the verifier has said that something happened. One that says nothing of itself
     * (Keylime's) never does.
     */
    default Subscription news(Runnable listener) {
        return () -> {};
    }

    /** Asks soon, whatever the pace. */
    void refreshSoon();

    /** Between refreshes; zero: only when told. */
    void pace(Duration every);

    /** Which machines are looked at: against a server that tells only ids in its list, details are asked of these alone. */
    default void visible(Collection<AgentId> ids) {}

    /** What happened to a machine, the newest first; empty page where the server records nothing (Keylime's). */
    TimelinePage timeline(AgentId id, OptionalLong before, Cancellation cancellation) throws ProblemException;

    /** What a machine proved. Against Keylime's verifier this asks the machine itself, so only when a person asks. */
    KeptEvidence evidence(AgentId id, Cancellation cancellation) throws ProblemException;

    /** How the machine registered: EK, AK, certificates. */
    Identity identity(AgentId id, Cancellation cancellation) throws ProblemException;

    /** How far its payload is, asked of the machine itself; empty for agents that do not report it. */
    Optional<PayloadReport> payload(AgentId id, Cancellation cancellation) throws ProblemException;

    /** The verifier's and the registrar's answers about it, as they came (secrets masked), pretty JSON. */
    RawAnswers raw(AgentId id, Cancellation cancellation) throws ProblemException;

    /** Does something to a machine. */
    void act(MachineAct act, AgentId id, Cancellation cancellation) throws ProblemException;

    /** Attestations and failures over time, as recorded; empty where the server records none. */
    Optional<History> history(Duration back, int steps, Cancellation cancellation) throws ProblemException;

    @Override
    void close();

    /** A listener's registration. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
