package io.limelight.core.policy.create;

import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.ima.dm.DmEvent;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.policy.runtime.DigestIndex;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a list fails under a policy, row by row, and for each row the smallest change of the policy that would pass it: one digest
 * for one name. An exclusion would be shorter and pass more than what was seen, so none is ever proposed. A key that is proposed
 * is taken as known for the rows after it, so the files it signed need no digest of their own.
 *
 * <p>This looks rows up as {@code core.appraisal} judges them; whoever shows a proposal has it judged there. What no policy
 * changes (a line that is no entry, a template hash that does not fit, a violation) is told and gets no proposal. Device mapper
 * events under a {@code dm_policy} depend on each other and are left to the appraisal.
 */
public final class PolicyExplainer {
    /** So many rows are kept. */
    public static final int MAX_ROWS = 100_000;

    private static final int MAX_WRONG_SIGNATURES = 10_000;
    private static final int MIN_DIGEST = 20;

    /**
     * A row that fails.
     *
     * @param number from 1
     * @param name what the row is of, or the line itself if it cannot be read
     * @param reason why it fails, the end of a sentence that starts with the name
     * @param change what would pass it, if anything does
     */
    public record Row(long number, String name, String reason, Optional<PolicyDifference> change) {}

    /**
     * What was found.
     *
     * @param entries how many there are
     * @param rows those that fail, at most {@link #MAX_ROWS}
     * @param more further ones
     * @param changes all changes, each once, in order
     */
    public record Explanation(long entries, List<Row> rows, long more, List<PolicyDifference> changes) {
        /** Copies the lists. */
        public Explanation {
            rows = List.copyOf(rows);
            changes = List.copyOf(changes);
        }
    }

    private final RuntimePolicy policy;
    private final boolean violationsFail;
    private final List<Octets> bootAggregates;
    private final ImaEntry entry = new ImaEntry();
    private final StepBudget budget = StepBudget.ofAppraisal();
    private final List<Row> rows = new ArrayList<>();
    private final Set<PolicyDifference> changes = new LinkedHashSet<>();
    private long more;
    private long number;
    private int wrongSignatures;
    private HashAlgorithm logHash;
    private byte[] templateHash;
    private ImaKeyrings keys;

    private PolicyExplainer(
            RuntimePolicy policy, ImaKeyring tenantKeys, List<Octets> bootAggregates, boolean violationsFail) {
        this.policy = policy;
        this.bootAggregates = List.copyOf(bootAggregates);
        this.violationsFail = violationsFail;
        this.logHash = policy.logHash();
        this.templateHash = new byte[logHash.digestSize()];
        this.keys = ImaKeyrings.EMPTY.withTenant(tenantKeys);
    }

    /** Explains. */
    public static Explanation explain(byte[] list, RuntimePolicy policy, boolean violationsFail) {
        return explain(list, policy, policy.verificationKeys(), List.of(), violationsFail);
    }

    /**
     * Explains.
     *
     * @param tenantKeys whose signatures count besides those of keys in the list: those of the policy and further ones
     * @param bootAggregates what {@code boot_aggregate} may be besides what the policy says
     */
    public static Explanation explain(
            byte[] list,
            RuntimePolicy policy,
            ImaKeyring tenantKeys,
            List<Octets> bootAggregates,
            boolean violationsFail) {
        return new PolicyExplainer(policy, tenantKeys, bootAggregates, violationsFail).list(list);
    }

    private Explanation list(byte[] list) {
        for (int at = 0, end; at < list.length; at = end + 1) {
            end = at;
            while (end < list.length && list[end] != '\n') {
                end++;
            }
            if (end > at) {
                number++;
                row(list, at, end);
            }
        }
        return new Explanation(number, rows, more, List.copyOf(changes));
    }

    private void fails(String reason, @Nullable PolicyDifference change) {
        fails(entry.name(), reason, change);
    }

    private void fails(String name, String reason, @Nullable PolicyDifference change) {
        if (change != null) {
            changes.add(change);
        }
        if (rows.size() < MAX_ROWS) {
            rows.add(new Row(number, shown(name), reason, Optional.ofNullable(change)));
        } else {
            more++;
        }
    }

    private void row(byte[] list, int from, int to) {
        if (entry.read(list, from, to) == ImaEntry.Outcome.BROKEN) {
            fails(entry.shownLine(), "is no entry: " + entry.problem(), null);
            return;
        }
        if (number == 1) {
            chooseLogHash();
        }
        if (!entry.isPcr10()) {
            fails("was measured into PCR " + entry.pcr() + ", not 10", null);
        } else if (entry.isViolation(logHash)) {
            if (violationsFail) {
                fails("was open for writing while it was measured (a violation); no policy passes that", null);
            }
        } else if (!templateHashFits()) {
            fails("has a template hash that does not fit its fields: the line was changed", null);
        } else {
            judge();
        }
    }

    /** A list with another template hash column than the policy's fails in every row, for one reason. */
    private void chooseLogHash() {
        int bytes = entry.templateHash().length() / 2;
        if (bytes == logHash.digestSize()) {
            return;
        }
        for (HashAlgorithm other : HashAlgorithm.values()) {
            if (other.computable() && other.digestSize() == bytes) {
                logHash = other;
                templateHash = new byte[bytes];
                fails(
                        "has a template hash of " + other.wireName() + ", as all of this list, and the policy is for "
                                + policy.logHash().wireName(),
                        PolicyDifference.toAdd(Member.LOG_HASH, "", other.wireName()));
                return;
            }
        }
    }

    private boolean templateHashFits() {
        entry.hashTemplateData(logHash.newDigest(), templateHash, templateHash.length);
        return entry.hasTemplateHash(templateHash, templateHash.length);
    }

    private void judge() {
        switch (entry.template()) {
            case IMA, IMA_NG, IMA_SIG, IMA_NGV2, IMA_SIGV2, IMA_MODSIG, EVM_SIG -> {
                if (!allowed(policy.digests()) && !isComputedBootAggregate() && !isSigned()) {
                    refused(Member.DIGESTS, policy.digests());
                }
            }
            case IMA_BUF -> buffer();
        }
    }

    private boolean allowed(DigestIndex index) {
        int found = index.find(entry.nameBytes(), entry.nameFrom(), entry.nameTo());
        if (found >= 0 && index.allows(found, entry.digestBytes(), entry.digestLength())) {
            return true;
        }
        return !policy.excludes().regexes().isEmpty()
                && policy.excludes().regexes().lookAt(entry.name(), budget) instanceof ExclusionRegexes.Outcome.Matches;
    }

    private boolean isComputedBootAggregate() {
        if (bootAggregates.isEmpty() || !entry.isNamed("boot_aggregate")) {
            return false;
        }
        byte[] digest = Arrays.copyOf(entry.digestBytes(), entry.digestLength());
        return bootAggregates.stream().anyMatch(computed -> computed.contentEquals(digest));
    }

    private boolean isSigned() {
        if (!entry.namesKeyOf(keys) || wrongSignatures >= MAX_WRONG_SIGNATURES) {
            return false;
        }
        boolean signed = entry.isSignedBy(keys);
        wrongSignatures += signed ? 0 : 1;
        return signed;
    }

    private void refused(Member member, DigestIndex index) {
        int found = index.find(entry.nameBytes(), entry.nameFrom(), entry.nameTo());
        String reason = found < 0
                ? "is not in the policy"
                : "has the digest " + entry.algorithm() + ":" + entry.digest() + ", and the policy allows "
                        + some(index.digests(found));
        if (entry.name().indexOf('\ufffd') >= 0) {
            fails(reason + "; its name is no UTF-8, which no policy can hold", null);
        } else if (entry.digestLength() < MIN_DIGEST) {
            fails(reason + "; its digest is too short for a policy", null);
        } else if (isZero()) {
            fails(reason + "; the kernel could not read it, and allowing zeros would allow anything", null);
        } else {
            fails(reason, PolicyDifference.toAdd(member, entry.name(), entry.digest()));
        }
    }

    private static String some(List<String> digests) {
        return digests.size() <= 3
                ? String.join(", ", digests)
                : String.join(", ", digests.subList(0, 3)) + " and " + (digests.size() - 3) + " more";
    }

    private boolean isZero() {
        for (int i = 0; i < entry.digestLength(); i++) {
            if (entry.digestBytes()[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private void buffer() {
        Optional<ImaKey> key;
        try {
            key = KeyReader.read(entry.buffer());
        } catch (UnsupportedKeyException e) {
            fails("is a key that cannot be used: " + e.getMessage(), null);
            return;
        }
        if (key.isPresent()) {
            key(key.get());
        } else if (policy.deviceMapper().isPresent() && DmEvent.NAMES.contains(entry.name())) {
            return;
        } else if (!allowed(policy.buffers())) {
            refused(Member.BUFFERS, policy.buffers());
        }
    }

    private void key(ImaKey key) {
        if (policy.ignoredKeyrings().contains(entry.name())) {
            return;
        }
        if (!entry.digestFitsBuffer()) {
            fails("has a digest that is not the key's: the line was changed", null);
            return;
        }
        if (!allowed(policy.keyrings())) {
            refused(Member.KEYRINGS, policy.keyrings());
        }
        keys = keys.with(entry.name(), key);
    }

    private static String shown(String name) {
        String start = name.length() <= 200 ? name : name.substring(0, 200) + "…";
        return start.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }
}
