package io.limelight.console.revocations;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.task.Cancellation;
import java.util.Optional;

/** What is asked and done about revocations. Everything blocks. */
public interface RevocationService {
    /** How all stands, with the newest notices. */
    Board board(Cancellation cancellation) throws ProblemException;

    /** Notices before that one. */
    Board.Older older(long before, Cancellation cancellation) throws ProblemException;

    /** One of them, closely. */
    NoticeDetail detail(Notice notice, Cancellation cancellation) throws ProblemException;

    /** Sends what is held; how many notices that are. */
    long release(Cancellation cancellation) throws ProblemException;

    /** Never sends what is held; how many notices that are. */
    long discard(Cancellation cancellation) throws ProblemException;

    /**
     * Has a way tried by a notice that nobody acts on.
     *
     * @param machine whom to tell, for {@link Channel.Kind#AGENT}
     */
    Channel.Tested test(Channel.Kind kind, Optional<AgentId> machine, Cancellation cancellation)
            throws ProblemException;
}
