package io.limelight.cli.tenant;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The words that {@code -c} takes. */
enum TenantWord {
    ADD("add", true),
    UPDATE("update", true),
    DELETE("delete", true),
    STATUS("status", true),
    CVSTATUS("cvstatus", true),
    REGSTATUS("regstatus", true),
    CVLIST("cvlist", false),
    REGLIST("reglist", false),
    BULKINFO("bulkinfo", false),
    REACTIVATE("reactivate", true),
    REGDELETE("regdelete", true),
    ADDRUNTIMEPOLICY("addruntimepolicy", "stored runtime policies"),
    UPDATERUNTIMEPOLICY("updateruntimepolicy", "stored runtime policies"),
    SHOWRUNTIMEPOLICY("showruntimepolicy", "stored runtime policies"),
    DELETERUNTIMEPOLICY("deleteruntimepolicy", "stored runtime policies"),
    LISTRUNTIMEPOLICY("listruntimepolicy", "stored runtime policies"),
    ADDMBPOLICY("addmbpolicy", "stored measured boot policies"),
    UPDATEMBPOLICY("updatembpolicy", "stored measured boot policies"),
    SHOWMBPOLICY("showmbpolicy", "stored measured boot policies"),
    DELETEMBPOLICY("deletembpolicy", "stored measured boot policies"),
    LISTMBPOLICY("listmbpolicy", "stored measured boot policies"),
    ADDALLOWLIST("addallowlist", "stored runtime policies"),
    SHOWALLOWLIST("showallowlist", "stored runtime policies"),
    DELETEALLOWLIST("deleteallowlist", "stored runtime policies"),
    REVOCATIONS("revocations", false),
    RELEASEREVOCATIONS("releaserevocations", false),
    DISCARDREVOCATIONS("discardrevocations", false),
    TESTREVOCATION("testrevocation", false);

    private final String word;
    private final boolean oneMachine;
    private final @Nullable String missing;

    TenantWord(String word, boolean oneMachine) {
        this.word = word;
        this.oneMachine = oneMachine;
        this.missing = null;
    }

    TenantWord(String word, String missing) {
        this.word = word;
        this.oneMachine = false;
        this.missing = missing;
    }

    static Optional<TenantWord> of(String word) {
        for (TenantWord command : values()) {
            if (command.word.equals(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    /** Whether it is about one machine, which {@code -u} names. */
    boolean oneMachine() {
        return oneMachine;
    }

    /** What this build lacks for it; empty if nothing. */
    Optional<String> missing() {
        return Optional.ofNullable(missing);
    }

    /** Whether it is about telling others of failures. */
    boolean revokes() {
        return this == REVOCATIONS
                || this == RELEASEREVOCATIONS
                || this == DISCARDREVOCATIONS
                || this == TESTREVOCATION;
    }

    boolean enrols() {
        return this == ADD || this == UPDATE;
    }

    @Override
    public String toString() {
        return word;
    }
}
