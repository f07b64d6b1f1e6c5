package io.limelight.core.revocation;

import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be thought of a notice by somebody who only looks at it: whose it is, whether it still counts, and what an agent with
 * a package of that CA would do. The rules are those of agents (decision 0008).
 *
 * @param notice what it says
 * @param signature whether anybody vouches for it
 * @param signer the certificate whose key signed it
 * @param age whether it counts at this time
 * @param effect what an agent would do that had not seen it before
 */
public record NoticeExamination(
        RevocationNotice notice, Signature signature, Optional<X509Certificate> signer, Age age, Effect effect) {
    private static final Duration CLOCKS = Duration.ofHours(1);
    private static final Duration LONGEST_VALIDITY = Duration.ofDays(366);

    /** Whether anybody vouches for it. */
    public enum Signature {
        /** By a notifier that is known. */
        GENUINE,
        /** By nobody who is known, or its text was changed. */
        FOREIGN,
        /** By nobody. */
        UNSIGNED,
        /** There is nothing to check it with. */
        UNCHECKED
    }

    /** Whether it counts at this time. */
    public enum Age {
        /** It does. */
        FRESH,
        /** No longer. */
        EXPIRED,
        /** It was issued at a time that has not come. */
        AHEAD,
        /** It says that it counts for longer than any may. */
        TOO_LONG,
        /** It says no time, as Keylime's: an old one cannot be told from a new one. */
        TIMELESS
    }

    /** What an agent would do. */
    public enum Effect {
        /** Run its actions. */
        RUNS,
        /** Write it down, and run nothing. */
        RECORDED,
        /** Log that somebody tried the way. */
        TRIAL,
        /** Leave it. */
        REFUSED,
        /** Nobody can say without a certificate. */
        UNKNOWN
    }

    /**
     * Looks.
     *
     * @param notifiers certificates of notifiers that may have signed it
     * @throws NoticeException if it is no notice
     */
    public static NoticeExamination of(SignedNotice came, List<X509Certificate> notifiers, Instant now)
            throws NoticeException {
        RevocationNotice notice = RevocationNotice.parse(came.msg());
        Optional<X509Certificate> signer = came.signature().isBlank()
                ? Optional.empty()
                : notifiers.stream()
                        .filter(each -> each.getPublicKey() instanceof RSAPublicKey key
                                && NoticeSignature.verifies(key, came.msg(), came.signature()))
                        .findFirst();
        Signature signature = came.signature().isBlank()
                ? Signature.UNSIGNED
                : signer.isPresent()
                        ? Signature.GENUINE
                        : notifiers.isEmpty() ? Signature.UNCHECKED : Signature.FOREIGN;
        Age age = age(notice, now);
        return new NoticeExamination(notice, signature, signer, age, effect(notice, signature, age));
    }

    private static Age age(RevocationNotice notice, Instant now) {
        if (notice.issuedAt().filter(at -> at.isAfter(now.plus(CLOCKS))).isPresent()) {
            return Age.AHEAD;
        }
        if (notice.expiresAt()
                .filter(end -> end.isAfter(now.plus(LONGEST_VALIDITY)))
                .isPresent()) {
            return Age.TOO_LONG;
        }
        if (notice.expired(now)) {
            return Age.EXPIRED;
        }
        return notice.expiresAt().isEmpty() ? Age.TIMELESS : Age.FRESH;
    }

    private static Effect effect(RevocationNotice notice, Signature signature, Age age) {
        return switch (signature) {
            case UNSIGNED -> notice.type().equals(RevocationNotice.TEST) ? Effect.TRIAL : Effect.REFUSED;
            case FOREIGN -> Effect.REFUSED;
            case UNCHECKED -> Effect.UNKNOWN;
            case GENUINE ->
                switch (age) {
                    case AHEAD, TOO_LONG -> Effect.REFUSED;
                    case EXPIRED -> Effect.RECORDED;
                    case FRESH, TIMELESS -> notice.isRevocation() ? Effect.RUNS : Effect.RECORDED;
                };
        };
    }
}
