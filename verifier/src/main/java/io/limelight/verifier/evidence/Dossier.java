package io.limelight.verifier.evidence;

import io.limelight.core.appraisal.Appraisal;
import io.limelight.core.appraisal.Evidence;
import io.limelight.core.appraisal.ImaAnswer;
import io.limelight.core.appraisal.QuoteAnswer;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.store.StoreException;
import io.limelight.verifier.state.KeptEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known in memory of one machine's kept evidence: enough to see that an answer holds nothing new. Used by one cycle at a
 * time; the keeper only tells it that something was lost.
 */
public final class Dossier {
    private static final Logger LOG = LoggerFactory.getLogger(Dossier.class);
    /** An idle machine's last quote is kept that often. */
    private static final Duration BETWEEN_QUOTES = Duration.ofSeconds(60);
    /** What was lost is asked for no oftener. */
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(60);

    private static final long UNKNOWN = -1;
    private static final int NEVER = 0;

    private final EvidenceKeeper keeper;
    private final long agent;

    private volatile boolean lost = true;
    private volatile boolean cut;
    private long next = UNKNOWN;
    private long resetCount = UNKNOWN;
    private Instant askedAt = Instant.EPOCH;
    private Instant keptAt = Instant.EPOCH;
    private String seen = "";
    private int lastReasons = NEVER;
    private int bootLogLength = -1;
    private int bootLogHash;

    Dossier(EvidenceKeeper keeper, long agent) {
        this.keeper = keeper;
        this.agent = agent;
    }

    long agent() {
        return agent;
    }

    /** What was handed in last is not on disk. */
    void lost() {
        lost = true;
    }

    /** The list is not kept any further. */
    void cut() {
        cut = true;
    }

    /**
     * The entry a machine is to be asked for: the one that its next verdict needs, or the first one if those before are not kept.
     *
     * @param needed as the verdict needs it
     */
    public long firstEntry(long needed) {
        if (!keeper.keeps() || needed == 0) {
            return needed;
        }
        load();
        if (cut || lost || needed <= next) {
            return needed;
        }
        Instant now = keeper.now();
        if (now.isBefore(askedAt.plus(BETWEEN_QUESTIONS))) {
            return needed;
        }
        askedAt = now;
        return 0;
    }

    private void load() {
        if (!lost) {
            return;
        }
        lost = false;
        seen = "";
        lastReasons = NEVER;
        bootLogLength = -1;
        cut = false;
        try {
            Optional<KeptEvidence> kept = keeper.store().find(agent);
            next = kept.map(KeptEvidence::imaEntries).orElse(0L);
            resetCount =
                    kept.map(evidence -> evidence.proof().clock().resetCount()).orElse(UNKNOWN);
            cut = kept.map(KeptEvidence::imaCut).orElse(false);
        } catch (StoreException e) {
            LOG.debug("what is kept of a machine could not be read", e);
            lost = true;
        }
    }

    /** The answer was judged, and the verdict is on disk. Returns at once. What is not proved by a quote is not kept. */
    public void judged(Evidence evidence, Appraisal appraisal) {
        if (!keeper.keeps() || appraisal.quote().isEmpty()) {
            return;
        }
        load();
        ClockInfo clock = appraisal.quote().get().clock();
        if (clock.resetCount() != resetCount) {
            resetCount = clock.resetCount();
            next = 0;
            cut = false;
            seen = "";
            lastReasons = NEVER;
            bootLogLength = -1;
        }
        QuoteAnswer answer = evidence.answer();
        if (!cut && answer.ima() != null && answer.ima().firstEntry() > next) {
            // A quote without the rows before it explains nothing; the whole list is asked for.
            return;
        }
        ImaAnswer list = newRows(answer.ima(), appraisal);
        String bootLog = newLog(answer.bootLog());
        Instant now = keeper.now();
        int reasons = reasons(appraisal);
        boolean idle = list == null && bootLog == null && reasons == lastReasons;
        if (idle && now.isBefore(keptAt.plus(BETWEEN_QUOTES))) {
            return;
        }
        seen = shape(answer.ima(), appraisal);
        lastReasons = reasons;
        keptAt = now;
        if (list != null) {
            next = list.firstEntry() + lines(list.list());
        }
        KeptEvidence.Proof proof = new KeptEvidence.Proof(
                now,
                appraisal.passed() ? "passed" : "failed",
                evidence.request().nonce(),
                Objects.requireNonNull(answer.quote()),
                Objects.requireNonNullElse(answer.hashAlgorithm(), ""),
                clock);
        if (!keeper.offer(new EvidenceKeeper.Item(
                this, proof, list == null ? null : list.list(), list == null ? 0 : list.firstEntry(), bootLog))) {
            lost = true;
        }
    }

    /**
     * The rows of an answer, if they are not all kept. After a failure a list comes whole with every answer, and it is kept once
     * for the same failures.
     */
    private @Nullable ImaAnswer newRows(@Nullable ImaAnswer list, Appraisal appraisal) {
        if (list == null || (cut && list.firstEntry() > 0)) {
            return null;
        }
        return (list.list().isEmpty() && list.firstEntry() == next)
                        || shape(list, appraisal).equals(seen)
                ? null
                : list;
    }

    /** What tells an answer from the one before: not proof against malice, which would hide new rows from no verdict. */
    private static String shape(@Nullable ImaAnswer list, Appraisal appraisal) {
        String rows = list == null || list.list().isEmpty()
                ? ""
                : list.firstEntry() + " " + list.list().length() + " "
                        + list.list().hashCode();
        return rows + " " + reasons(appraisal);
    }

    /** Tells failures from others, and from a pass. */
    private static int reasons(Appraisal appraisal) {
        int hash = 1;
        for (var failure : appraisal.failures()) {
            hash = 31 * hash + failure.sentence().hashCode();
        }
        return hash;
    }

    private @Nullable String newLog(@Nullable String log) {
        if (log == null || (log.length() == bootLogLength && log.hashCode() == bootLogHash)) {
            return null;
        }
        bootLogLength = log.length();
        bootLogHash = log.hashCode();
        return log;
    }

    private static long lines(String list) {
        long lines = 0;
        for (int at = 0; at < list.length(); lines++) {
            int end = list.indexOf('\n', at);
            at = end < 0 ? list.length() : end + 1;
        }
        return lines;
    }
}
