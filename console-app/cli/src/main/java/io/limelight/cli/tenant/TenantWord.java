package io.limelight.cli.tenant;

import io.limelight.core.api.PolicyKind;
import java.util.Optional;

/** The words that {@code -c} takes. */
enum TenantWord {
    ADD("add", Subject.ENROLMENT),
    UPDATE("update", Subject.ENROLMENT),
    REENROL("reenrol", Subject.ENROLMENT),
    DELETE("delete", Subject.MACHINE),
    STATUS("status", Subject.MACHINE),
    CVSTATUS("cvstatus", Subject.MACHINE),
    REGSTATUS("regstatus", Subject.MACHINE),
    CVLIST("cvlist", Subject.MACHINES),
    REGLIST("reglist", Subject.MACHINES),
    BULKINFO("bulkinfo", Subject.MACHINES),
    REACTIVATE("reactivate", Subject.MACHINE),
    REGDELETE("regdelete", Subject.MACHINE),
    ADDRUNTIMEPOLICY("addruntimepolicy", Subject.RUNTIME_POLICY),
    UPDATERUNTIMEPOLICY("updateruntimepolicy", Subject.RUNTIME_POLICY),
    SHOWRUNTIMEPOLICY("showruntimepolicy", Subject.RUNTIME_POLICY),
    DELETERUNTIMEPOLICY("deleteruntimepolicy", Subject.RUNTIME_POLICY),
    LISTRUNTIMEPOLICY("listruntimepolicy", Subject.RUNTIME_POLICY),
    ADDMBPOLICY("addmbpolicy", Subject.BOOT_POLICY),
    UPDATEMBPOLICY("updatembpolicy", Subject.BOOT_POLICY),
    SHOWMBPOLICY("showmbpolicy", Subject.BOOT_POLICY),
    DELETEMBPOLICY("deletembpolicy", Subject.BOOT_POLICY),
    LISTMBPOLICY("listmbpolicy", Subject.BOOT_POLICY),
    /** The old name of {@link #ADDRUNTIMEPOLICY}, as the next two are of theirs. */
    ADDALLOWLIST("addallowlist", Subject.RUNTIME_POLICY),
    SHOWALLOWLIST("showallowlist", Subject.RUNTIME_POLICY),
    DELETEALLOWLIST("deleteallowlist", Subject.RUNTIME_POLICY),
    REVOCATIONS("revocations", Subject.REVOCATIONS),
    RELEASEREVOCATIONS("releaserevocations", Subject.REVOCATIONS),
    DISCARDREVOCATIONS("discardrevocations", Subject.REVOCATIONS),
    TESTREVOCATION("testrevocation", Subject.REVOCATIONS);

    /** What a word is about. */
    enum Subject {
        /** A machine, which {@code -u} names, and how it is judged. */
        ENROLMENT,
        /** A machine, which {@code -u} names. */
        MACHINE,
        /** All machines. */
        MACHINES,
        /** Runtime policies that the verifier keeps. */
        RUNTIME_POLICY,
        /** Measured boot policies that the verifier keeps. */
        BOOT_POLICY,
        /** Telling others of failures. */
        REVOCATIONS;

        /** The kind of policy; empty for other subjects. */
        Optional<PolicyKind> policyKind() {
            return switch (this) {
                case RUNTIME_POLICY -> Optional.of(PolicyKind.RUNTIME);
                case BOOT_POLICY -> Optional.of(PolicyKind.MEASURED_BOOT);
                case ENROLMENT, MACHINE, MACHINES, REVOCATIONS -> Optional.empty();
            };
        }
    }

    private final String word;
    private final Subject subject;

    TenantWord(String word, Subject subject) {
        this.word = word;
        this.subject = subject;
    }

    static Optional<TenantWord> of(String word) {
        for (TenantWord command : values()) {
            if (command.word.equals(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    /** What it is about. */
    Subject subject() {
        return subject;
    }

    /** The word of today for one of old. */
    TenantWord current() {
        return switch (this) {
            case ADDALLOWLIST -> ADDRUNTIMEPOLICY;
            case SHOWALLOWLIST -> SHOWRUNTIMEPOLICY;
            case DELETEALLOWLIST -> DELETERUNTIMEPOLICY;
            default -> this;
        };
    }

    /** Whether a policy file has to come with it. */
    boolean storesPolicy() {
        return switch (current()) {
            case ADDRUNTIMEPOLICY, UPDATERUNTIMEPOLICY, ADDMBPOLICY, UPDATEMBPOLICY -> true;
            default -> false;
        };
    }

    /** Whether the name of a policy has to come with it. */
    boolean namesPolicy() {
        return subject.policyKind().isPresent() && this != LISTRUNTIMEPOLICY && this != LISTMBPOLICY;
    }

    @Override
    public String toString() {
        return word;
    }
}
