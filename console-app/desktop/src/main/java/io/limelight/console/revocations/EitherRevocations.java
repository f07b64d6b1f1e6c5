package io.limelight.console.revocations;

import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.util.Optional;
import java.util.function.Supplier;

/** The verifier's own list where it keeps one, else what this console received; which of the two is known only once it was asked. */
public final class EitherRevocations implements RevocationService {
    private final Supplier<ServerKind> kind;
    private final RevocationService verifier;
    private final RevocationService received;

    /** Of a fleet. */
    public EitherRevocations(Supplier<ServerKind> kind, RevocationService verifier, RevocationService received) {
        this.kind = kind;
        this.verifier = verifier;
        this.received = received;
    }

    private RevocationService now() {
        return switch (kind.get()) {
            case KEYLIME, PUSH -> received;
            case LIMELIGHT, UNKNOWN -> verifier;
        };
    }

    @Override
    public Board board(Cancellation cancellation) throws ProblemException {
        return now().board(cancellation);
    }

    @Override
    public Board.Older older(long before, Cancellation cancellation) throws ProblemException {
        return now().older(before, cancellation);
    }

    @Override
    public NoticeDetail detail(Notice notice, Cancellation cancellation) throws ProblemException {
        return now().detail(notice, cancellation);
    }

    @Override
    public long release(Cancellation cancellation) throws ProblemException {
        return now().release(cancellation);
    }

    @Override
    public long discard(Cancellation cancellation) throws ProblemException {
        return now().discard(cancellation);
    }

    @Override
    public Channel.Tested test(Channel.Kind kindOfWay, Optional<AgentId> machine, Cancellation cancellation)
            throws ProblemException {
        return now().test(kindOfWay, machine, cancellation);
    }
}
