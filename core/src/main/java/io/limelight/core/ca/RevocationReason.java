package io.limelight.core.ca;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a certificate of a machine is revoked (RFC 5280 §5.3.1); holds and the reasons for CAs are left out. */
public enum RevocationReason {
    /** Not said; no reason is written then, as the RFC wants. */
    UNSPECIFIED(0, "unspecified"),
    /** The key, or the machine it lives on, can no longer be trusted: a failed attestation. */
    KEY_COMPROMISE(1, "keyCompromise"),
    AFFILIATION_CHANGED(3, "affiliationChanged"),
    /** There is a newer certificate of that name. */
    SUPERSEDED(4, "superseded"),
    CESSATION_OF_OPERATION(5, "cessationOfOperation"),
    PRIVILEGE_WITHDRAWN(9, "privilegeWithdrawn");

    private final int code;
    private final String word;

    RevocationReason(int code, String word) {
        this.code = code;
        this.word = word;
    }

    /** CRLReason. */
    public int code() {
        return code;
    }

    /** As the RFC and openssl spell it. */
    public String word() {
        return word;
    }

    /** The reason of that word, in any case. */
    public static Optional<RevocationReason> named(String word) {
        return Stream.of(values())
                .filter(reason -> reason.word.equalsIgnoreCase(word))
                .findFirst();
    }

    /** The reason of that code; what is not used for machines counts as not said. */
    static RevocationReason of(int code) {
        return Stream.of(values())
                .filter(reason -> reason.code == code)
                .findFirst()
                .orElse(UNSPECIFIED);
    }

    /** All words, for a message. */
    public static String words() {
        return Stream.of(values()).map(RevocationReason::word).collect(Collectors.joining(", "));
    }
}
