package io.limelight.console.policies;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyAssignment;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.task.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Says what text a runtime policy has whenever that is read or stored: with its signatures, which an editor takes off. */
public final class HeardPolicies implements PolicyServer {
    private final PolicyServer server;
    private final BiConsumer<String, String> heard;

    /**
     * In front of another.
     *
     * @param heard hears of name and text, on any thread
     */
    public HeardPolicies(PolicyServer server, BiConsumer<String, String> heard) {
        this.server = server;
        this.heard = heard;
    }

    @Override
    public List<String> names(PolicyKind kind, Cancellation cancellation) throws ProblemException {
        return server.names(kind, cancellation);
    }

    @Override
    public Stored read(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        Stored stored = server.read(kind, name, cancellation);
        if (kind == PolicyKind.RUNTIME) {
            heard.accept(name, stored.text());
        }
        return stored;
    }

    @Override
    public void store(PolicyKind kind, String name, Stored policy, boolean fresh, Cancellation cancellation)
            throws ProblemException {
        server.store(kind, name, policy, fresh, cancellation);
        if (kind == PolicyKind.RUNTIME) {
            heard.accept(name, policy.text());
        }
    }

    @Override
    public Map<AgentId, String> tpmPolicies(Cancellation cancellation) throws ProblemException {
        return server.tpmPolicies(cancellation);
    }

    @Override
    public String freshQuote(AgentId machine, Cancellation cancellation) throws ProblemException {
        return server.freshQuote(machine, cancellation);
    }

    @Override
    public void assign(AgentId machine, PolicyAssignment assignment, Cancellation cancellation)
            throws ProblemException {
        server.assign(machine, assignment, cancellation);
    }

    @Override
    public String address() {
        return server.address();
    }

    @Override
    public void delete(PolicyKind kind, String name, Cancellation cancellation) throws ProblemException {
        server.delete(kind, name, cancellation);
    }

    @Override
    public void dryRun(
            PolicyKind kind,
            String text,
            List<AgentId> machines,
            IntConsumer begun,
            Consumer<Judged> judged,
            Cancellation cancellation)
            throws ProblemException {
        server.dryRun(kind, text, machines, begun, judged, cancellation);
    }
}
