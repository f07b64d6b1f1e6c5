package io.limelight.console.revocations;

import io.limelight.core.revocation.RevocationNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which notice a certificate was revoked for. A list does not say which certificate a notice is about, so it is the machine's latest
 * notice before the CA revoked it that was told to anybody.
 */
final class Causes {
    /** Clocks of verifiers and CAs differ a little. */
    private static final Duration APART = Duration.ofMinutes(2);

    private Causes() {}

    static Optional<Notice> of(List<Notice> notices, String machine, Instant revoked) {
        Notice latest = null;
        Instant at = Instant.MIN;
        for (Notice notice : notices) {
            Instant issued = notice.issued();
            if (issued != null
                    && notice.type().equals(RevocationNotice.REVOCATION)
                    && notice.machine().equals(machine)
                    && told(notice.state())
                    && !issued.isAfter(revoked.plus(APART))
                    && !issued.isBefore(at)) {
                // Of the same moment, the first is the newest in the list.
                latest = latest != null && issued.equals(at) ? latest : notice;
                at = issued;
            }
        }
        return Optional.ofNullable(latest);
    }

    /** What is held or discarded has reached no CA. */
    private static boolean told(Notice.State state) {
        return switch (state) {
            case NEW, OPEN, DONE, RECEIVED, UNVERIFIED -> true;
            case HELD, DISCARDED -> false;
        };
    }
}
