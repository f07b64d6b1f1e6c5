package io.limelight.verifier.attest;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.VersionNegotiation;

/** What a failed request to an agent means (wire reference §6.3). */
public sealed interface Trouble {
    /**
     * Try again later: no connection, no answer in time, 408 or 500.
     *
     * @param answered whether the agent itself said so, with a status
     * @param broken the connection was there and broke: if it had been kept open, the agent may just have closed it
     */
    record Again(String why, boolean answered, boolean broken) implements Trouble {}

    /** The agent does not speak the version that was used. */
    record Version() implements Trouble {}

    /** The agent answered with a status that ends it. */
    record Status(int status, String reason) implements Trouble {}

    /** The agent answered something that is no answer. */
    record Nonsense(String why) implements Trouble {}

    /** This run was ended from outside. */
    record Cancelled() implements Trouble {}

    /** Classifies. */
    static Trouble of(ApiException failure) {
        return switch (failure) {
            case ApiException.Stopped _ -> new Cancelled();
            case ApiException.Refused refused -> {
                if (VersionNegotiation.refusesVersion(refused.status(), refused.reason())) {
                    yield new Version();
                }
                yield refused.status() == 408 || refused.status() == 500
                        ? new Again(message(refused), true, false)
                        : new Status(refused.status(), refused.reason());
            }
            case ApiException.BadAnswer bad -> new Nonsense(message(bad));
            case ApiException.Unreachable _, ApiException.TimedOut _, ApiException.Untrusted _ ->
                new Again(
                        message(failure),
                        false,
                        failure instanceof ApiException.Unreachable && failure.mayHaveArrived());
        };
    }

    private static String message(ApiException failure) {
        return String.valueOf(failure.getMessage());
    }
}
