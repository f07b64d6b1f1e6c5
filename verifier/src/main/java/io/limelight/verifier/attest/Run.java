package io.limelight.verifier.attest;

import io.limelight.core.api.AgentId;
import io.limelight.core.appraisal.ImaAnswer;
import io.limelight.core.appraisal.QuoteAnswer;
import io.limelight.verifier.evidence.Dossier;
import io.limelight.verifier.evidence.EvidenceKeeper;
import io.limelight.verifier.state.Lease;
import io.limelight.verifier.state.Progress;
import io.limelight.verifier.state.StoredAgent;
import org.jspecify.annotations.Nullable;

/**
 * One generation of one agent in memory: from its addition, reactivation or the start of the program until it is stopped,
 * reactivated or deleted. Used by one cycle at a time; the fleet sees to that, and to the visibility between cycles.
 */
public final class Run {
    /** What goes into one record of TLS (RFC 8446 §5.1); text of a list, all of it ASCII but for odd paths. */
    private static final int TLS_RECORD = 1 << 14;

    private final Machine machine;
    private final Lease lease;
    private final boolean hasShare;
    private final AgentConnections.Contact contact;
    private Progress stored;
    private boolean passedOnce;
    private boolean wholeAnswer = true;
    private boolean connected;
    private boolean grown;
    private int quoteTries;
    private int shareTries;
    private long newestReset;
    private boolean unstored;
    private int noticedSeverity;
    private @Nullable String shareAcceptedUnder;
    private Receipts.@Nullable Watch receipts;
    private @Nullable Dossier dossier;

    /** Begins where the store says. */
    public Run(Machine machine, StoredAgent agent, AgentConnections.Contact contact) {
        this.machine = machine;
        this.lease = agent.lease();
        this.hasShare = agent.hasShare();
        this.contact = contact;
        this.stored = agent.progress();
        this.noticedSeverity = agent.noticedSeverity().orElse(-1);
    }

    /** Whose run it is. */
    public AgentId id() {
        return machine.id();
    }

    Machine machine() {
        return machine;
    }

    Lease lease() {
        return lease;
    }

    /** How the machine is reached. */
    AgentConnections.Contact contact() {
        return contact;
    }

    /** As it is in the database. */
    Progress stored() {
        return stored;
    }

    /** Only after a commit. */
    void stored(Progress committed) {
        this.stored = committed;
    }

    /** Whether a quote has passed in this run. */
    boolean passedOnce() {
        return passedOnce;
    }

    /** Whether the answer shall hold the transport key: at first and after anything unusual. */
    boolean wholeAnswer() {
        return wholeAnswer;
    }

    void askForWholeAnswer() {
        this.wholeAnswer = true;
    }

    /** A quote passed: what comes next is routine. */
    void quotePassed() {
        passedOnce = true;
        wholeAnswer = false;
    }

    /**
     * Looks at the size of an answer. The sockets of the JDK keep two buffers of the largest record that ever came: 32 KiB for
     * as long as the connection lasts, which is more than everything else that is kept of a machine. A whole measurement list
     * comes once in a boot, short answers for months after it; so the connection that brought a list is given up after the
     * next of them, at the price of one resumed handshake. A boot log comes with every answer: there nothing is to be gained.
     */
    void sized(QuoteAnswer answer) {
        ImaAnswer ima = answer.ima();
        grown = ima != null && ima.list().length() > TLS_RECORD && answer.bootLog() == null;
    }

    /** Whether the next quote is the last thing asked over this connection. */
    boolean givesConnectionUp() {
        return grown;
    }

    /** Counts another failed try for a quote. */
    int quoteFailedAgain() {
        return ++quoteTries;
    }

    /** The machine answered, whatever it said. */
    void answered() {
        quoteTries = 0;
        connected = true;
    }

    /**
     * Agents close connections that are idle for a while, some after 5 s, and that is only noticed by using them. So the
     * first failure after an answer is no failure yet; true once after each answer.
     */
    boolean connectionMayHaveBeenClosed() {
        boolean may = connected;
        connected = false;
        return may;
    }

    /** Nothing could be stored; true the first time. */
    boolean storingFails() {
        boolean first = !unstored;
        unstored = true;
        return first;
    }

    /** Something was stored; true the first time after a failure. */
    boolean storingWorks() {
        boolean first = unstored;
        unstored = false;
        return first;
    }

    /** Counts another failed try to deliver V. */
    int shareFailedAgain() {
        return ++shareTries;
    }

    /** Whether the verifier keeps a V for it. */
    boolean hasShare() {
        return hasShare;
    }

    /** Whether this resetCount of its TPM is heard of for the first time in this run. */
    boolean rebootIsNews(long resetCount) {
        boolean news = resetCount > newestReset;
        newestReset = Math.max(newestReset, resetCount);
        return news;
    }

    /** Whether V is to be sent once a quote has proved this transport key. */
    boolean owesShareUnder(String transportKey) {
        return hasShare && !transportKey.equals(shareAcceptedUnder);
    }

    void shareAccepted(String transportKey) {
        shareAcceptedUnder = transportKey;
        shareTries = 0;
    }

    /** Whether a failure of this level is worse than all that others were told of since the last activation. */
    boolean worseThanNoticed(int level) {
        return level > noticedSeverity;
    }

    /** Others are told of a failure of this level. */
    void noticed(int level) {
        noticedSeverity = Math.max(noticedSeverity, level);
    }

    /** Where the numbers of its receipts go. */
    Receipts.Watch receipts(Receipts all) {
        Receipts.Watch watch = receipts;
        if (watch == null) {
            watch = all.of(lease.agent());
            receipts = watch;
        }
        return watch;
    }

    /** What is kept of its evidence. */
    Dossier dossier(EvidenceKeeper keeper) {
        Dossier mine = dossier;
        if (mine == null) {
            mine = keeper.of(lease.agent());
            dossier = mine;
        }
        return mine;
    }

    /** Ends the request under way, if there is one, and lets none begin. */
    public void end() {
        contact.close();
    }
}
