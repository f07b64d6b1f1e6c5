package io.limelight.core.appraisal.ima;

import io.limelight.core.ima.ByteSearch;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyrings;
import io.limelight.core.ima.ImaTemplate;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.ima.dm.DmEvent;
import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.policy.runtime.DigestIndex;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appraises a measurement list: a pure function of the list, the quoted PCR 10, the policy and what was known before.
 *
 * <p>Two questions are asked of every line at once. Is the list what the kernel measured? Its entries, hashed by the bank's
 * algorithm and chained from where the last appraisal ended, must lead to the quoted PCR 10 at some line. And is each entry
 * allowed? The lines after that match were added after the quote: they are judged like the others, and a bad one fails, but
 * nothing they say is remembered; they will come again.
 *
 * <p>A failed line never ends the work: all failures are found. After any failure nothing is remembered, so the next list starts
 * at entry 0.
 *
 * <p>What makes an entry acceptable is tried in the order of cost: its digest is in the policy (a look-up of bytes), its path is
 * excluded (an expression), its signature verifies. Keylime has another order; as any one suffices and none leaves a trace, the
 * verdict is the same. The passing line of a file thus allocates nothing.
 *
 * <p>Differences to Keylime, each on the side of caution or of today's kernels: a template hash of nothing but 0xff exempts no
 * entry from the checks; templates ima-ngv2, ima-sigv2, ima-modsig and evm-sig are read; a key is learned only if the entry's
 * digest is really that of the key, and only from lines that the quote covers.
 */
public final class ImaAppraiser {
    /** Lists with more entries are not read to their end: at 64 bytes a line this is the longest list there can be. */
    public static final long MAX_ENTRIES = 2_000_000;

    private static final int FIELDS_BEFORE_NAME = 4;
    private static final int BLOCK = DigestIndex.LookAhead.CAPACITY;

    private static final int MAX_WRONG_SIGNATURES = 10_000;

    private static final String BOOT_AGGREGATE = "boot_aggregate";
    private static final String UNKNOWN_KEY = "which is not among the verification keys";

    private static final List<String> CAUSES_UNKNOWN = List.of(
            "A program was installed or written that the policy does not know; update the policy if it is wanted",
            "An unapproved program was run");
    private static final List<String> CAUSES_CHANGED = List.of(
            "The file was updated and the policy was not; add the new digest if the update is wanted",
            "The file was changed on the machine");

    private final HashAlgorithm bank;
    private final ImaReference reference;
    private final ImaState before;
    private final long provedBefore;
    private final ImaEntry entry = new ImaEntry();
    private final ImaFailures failures = new ImaFailures();
    private final StepBudget budget = StepBudget.ofAppraisal();

    private final HashAlgorithm logHash;
    private final MessageDigest bankDigest;
    private final MessageDigest logDigest;
    private final byte[] templateHash;
    private final byte[] logTemplateHash;
    private final byte[] running;

    private final @Nullable RuntimePolicy policy;
    private final DigestIndex.@Nullable LookAhead lookAhead;
    private final @Nullable DmAppraiser deviceMapper;
    private @Nullable ImaKeyrings keys;

    private final int[] lineEnds = new int[BLOCK];
    private long line;
    private long entries;
    private long proved;
    private int wrongSignatures;
    /** Whether the signature of the entry that was looked at last was not tried. */
    private boolean signatureLeftOut;

    private ImaAppraiser(HashAlgorithm bank, ImaReference reference, ImaState before, long provedBefore) {
        this.bank = bank;
        this.reference = reference;
        this.before = before;
        this.provedBefore = provedBefore;
        this.policy = reference.policy().orElse(null);
        this.lookAhead = policy == null ? null : policy.digests().lookAhead();
        this.logHash = policy == null ? HashAlgorithm.SHA1 : policy.logHash();
        this.bankDigest = bank.newDigest();
        this.logDigest = logHash.newDigest();
        this.templateHash = new byte[bank.digestSize()];
        this.logTemplateHash = new byte[logHash.digestSize()];
        this.running = before.pcr10().map(Octets::toByteArray).orElseGet(() -> new byte[bank.digestSize()]);
        this.keys = reference.keys().map(before.learned()::withTenant).orElse(null);
        this.deviceMapper = policy == null || policy.deviceMapper().isEmpty()
                ? null
                : new DmAppraiser(policy.deviceMapper().get(), before.devices(), budget);
    }

    /**
     * Appraises one list.
     *
     * @param before what is known; the list starts at its {@link ImaState#nextEntry}, and it {@link ImaState#fits} the bank
     */
    public static ImaAppraisal appraise(ImaEvidence evidence, ImaReference reference, ImaState before) {
        return appraise(evidence, reference, before, 0);
    }

    /**
     * Appraises one list.
     *
     * @param before as above
     * @param provedBefore so many entries a list of the same boot had that was proved earlier, of which {@code before} may know
     *     nothing
     */
    public static ImaAppraisal appraise(
            ImaEvidence evidence, ImaReference reference, ImaState before, long provedBefore) {
        if (!before.fits(evidence.bank())) {
            throw new IllegalArgumentException("what is known of PCR 10 belongs to another bank");
        }
        return new ImaAppraiser(evidence.bank(), reference, before, provedBefore).list(evidence);
    }

    private ImaAppraisal list(ImaEvidence evidence) {
        byte[] list = evidence.list();
        if (list.length > ImaEvidence.MAX_LIST) {
            failures.tooLong(list.length, ImaEvidence.MAX_LIST);
            return new ImaAppraisal(failures.kept(logHash, policy != null), 0, 0, 0, ImaState.NEW);
        }
        byte @Nullable [] wanted = evidence.pcr10().map(Octets::toByteArray).orElse(null);
        ImaState committed = null;
        long matched = -1;
        if (wanted != null && Arrays.equals(running, wanted)) {
            matched = 0;
            committed = here(0);
        }
        int at = 0;
        int next = BLOCK;
        while (at < list.length) {
            if (next == BLOCK) {
                lookAhead(list, at);
                next = 0;
            }
            int end = lineEnds[next++];
            if (end > at) {
                if (entries == MAX_ENTRIES) {
                    failures.tooMany(MAX_ENTRIES);
                    break;
                }
                entries++;
                entry(list, at, end);
            }
            line++;
            if (wanted != null && matched < 0 && Arrays.equals(running, wanted)) {
                matched = line;
                proved = entries;
                committed = here(line);
            }
            at = end + 1;
        }
        return conclude(evidence, matched, committed);
    }

    private static int lineEnd(byte[] list, int at) {
        int end = ByteSearch.indexOf(list, at, list.length, (byte) '\n');
        return end < 0 ? list.length : end;
    }

    /** Finds the ends of the next lines, and has the places fetched that they will look up. */
    private void lookAhead(byte[] list, int from) {
        int at = from;
        for (int i = 0; i < BLOCK && at < list.length; i++) {
            int end = lineEnd(list, at);
            lineEnds[i] = end;
            int space = at - 1;
            for (int field = 0; field < FIELDS_BEFORE_NAME; field++) {
                space = ByteSearch.indexOf(list, space + 1, end, (byte) ' ');
                if (space < 0) {
                    break;
                }
            }
            if (lookAhead != null && space >= 0) {
                int nameEnd = ByteSearch.indexOf(list, space + 1, end, (byte) ' ');
                lookAhead.add(list, space + 1, nameEnd < 0 ? end : nameEnd);
            }
            at = end + 1;
        }
        if (lookAhead != null) {
            lookAhead.fetch();
        }
    }

    /** What would be remembered if the quote covers so many lines. */
    private ImaState here(long lines) {
        return new ImaState(
                before.nextEntry() + lines,
                before.nextEntry() + lines == 0 ? Optional.empty() : Optional.of(Octets.copyOf(running)),
                keys == null ? ImaKeyrings.EMPTY : keys.learned(),
                Optional.empty(),
                deviceMapper == null ? DmDevices.NONE : deviceMapper.devices());
    }

    private ImaAppraisal conclude(ImaEvidence evidence, long matched, @Nullable ImaState committed) {
        if (evidence.pcr10().isEmpty()) {
            return done(new ImaState(
                    before.nextEntry(), before.pcr10(), before.learned(), Optional.empty(), before.devices()));
        }
        if (committed == null) {
            failures.pcrMismatch(
                    bank.wireName(),
                    evidence.pcr10().get().hex(),
                    HexFormat.of().formatHex(running),
                    entries,
                    provedBefore - before.nextEntry());
            return done(ImaState.NEW);
        }
        ImaProgress now = new ImaProgress(matched, entries);
        if (before.progress().filter(last -> last.isHeldBackBy(now)).isPresent()) {
            failures.noProgress(before.progress().get(), now);
        }
        return done(new ImaState(
                committed.nextEntry(), committed.pcr10(), committed.learned(), Optional.of(now), committed.devices()));
    }

    private ImaAppraisal done(ImaState next) {
        return new ImaAppraisal(
                failures.kept(logHash, policy != null),
                failures.unlisted(),
                entries,
                proved,
                failures.isEmpty() ? next : ImaState.NEW);
    }

    /** Of the entry that is looked at, counted from 1 as lines are. */
    private long number() {
        return before.nextEntry() + line + 1;
    }

    private void entry(byte[] list, int from, int to) {
        if (entry.read(list, from, to) == ImaEntry.Outcome.BROKEN) {
            failures.broken(entry, number());
            return;
        }
        boolean violation = entry.isViolation(logHash);
        entry.hashTemplateData(bankDigest, templateHash, templateHash.length);
        extend(violation);
        if (!entry.isPcr10()) {
            failures.wrongPcr(entry, number());
        } else if (violation) {
            if (reference.tomtou() == Tomtou.FAIL) {
                failures.violation(entry, number());
            }
        } else if (!templateHashFits()) {
            String expected = HexFormat.of().formatHex(logTemplateHash);
            if (entry.templateHash().length() == expected.length()) {
                failures.wrongTemplateHash(entry, number(), expected);
            } else {
                failures.otherTemplateHash(entry, number(), expected);
            }
        } else {
            judge();
        }
    }

    /** What the kernel extends for a violation is all ones, whatever the entry says. */
    private void extend(boolean violation) {
        bankDigest.update(running);
        if (violation) {
            for (int i = 0; i < templateHash.length; i++) {
                bankDigest.update((byte) 0xff);
            }
        } else {
            bankDigest.update(templateHash);
        }
        try {
            bankDigest.digest(running, 0, running.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest larger than its algorithm's", e);
        }
    }

    private boolean templateHashFits() {
        if (logHash == bank) {
            System.arraycopy(templateHash, 0, logTemplateHash, 0, templateHash.length);
        } else {
            entry.hashTemplateData(logDigest, logTemplateHash, logTemplateHash.length);
        }
        return entry.hasTemplateHash(logTemplateHash, logTemplateHash.length);
    }

    private void judge() {
        if (entry.template() == ImaTemplate.IMA_BUF) {
            buffer();
        } else if (policy == null) {
            if (keys != null && mayBeSigned() && !isSigned()) {
                Optional<String> why = signatureProblem();
                failures.notSigned(
                        entry,
                        number(),
                        why,
                        List.of(why.map(this::signatureCause).orElse("Nobody signed it, or its signature was lost")));
            }
        } else {
            allowed(policy, policy.digests(), "file", true);
        }
    }

    private boolean mayBeSigned() {
        return switch (entry.template()) {
            case IMA_SIG, IMA_SIGV2, IMA_MODSIG, EVM_SIG -> true;
            case IMA, IMA_NG, IMA_NGV2, IMA_BUF -> false;
        };
    }

    /** Whether the entry is acceptable; if not, the failure is noted. */
    private boolean allowed(RuntimePolicy by, DigestIndex index, String what, boolean file) {
        int found = index.find(entry.nameBytes(), entry.nameFrom(), entry.nameTo());
        if (found >= 0 && index.allows(found, entry.digestBytes(), entry.digestLength())) {
            return true;
        }
        boolean aggregate = file && entry.isNamed(BOOT_AGGREGATE);
        if (aggregate && isComputedBootAggregate()) {
            return true;
        }
        Optional<String> undecided = Optional.empty();
        if (!by.excludes().regexes().isEmpty()) {
            switch (by.excludes().regexes().lookAt(entry.name(), budget)) {
                case ExclusionRegexes.Outcome.Matches m -> {
                    return true;
                }
                case ExclusionRegexes.Outcome.Undecided u -> undecided = Optional.of(u.pattern());
                case ExclusionRegexes.Outcome.No n -> {}
            }
        }
        if (file && isSigned()) {
            return true;
        }
        refuse(by, index, found, what, file, aggregate, undecided);
        return false;
    }

    /** No honest list holds many signatures that are wrong, and each costs more than all the rest of its line. */
    private boolean isSigned() {
        signatureLeftOut = wrongSignatures >= MAX_WRONG_SIGNATURES;
        if (keys == null || signatureLeftOut || !entry.namesKeyOf(keys)) {
            return false;
        }
        boolean signed = entry.isSignedBy(keys);
        wrongSignatures += signed ? 0 : 1;
        return signed;
    }

    private boolean isComputedBootAggregate() {
        byte[] digest = Arrays.copyOf(entry.digestBytes(), entry.digestLength());
        return reference.bootAggregates().stream().anyMatch(computed -> computed.contentEquals(digest));
    }

    private void refuse(
            RuntimePolicy by,
            DigestIndex index,
            int found,
            String what,
            boolean file,
            boolean aggregate,
            Optional<String> undecided) {
        String note = undecided
                .map(
                        pattern -> "; whether the exclusion " + shortened(pattern)
                                + " covers it could not be told within the work one appraisal may cause, so it counts as not covered")
                .orElse("");
        Optional<String> signature = file ? signatureProblem() : Optional.empty();
        boolean known = found >= 0 || (aggregate && !reference.bootAggregates().isEmpty());
        List<String> causes = new ArrayList<>();
        by.excludes()
                .problem()
                .ifPresent(why ->
                        causes.add("The policy's list of exclusions cannot be used, so nothing is excluded: " + why));
        signature.ifPresent(why -> causes.add(signatureCause(why)));
        causes.addAll(
                aggregate
                        ? List.of(
                                "The machine booted another firmware, boot loader or kernel than the policy was made from")
                        : known ? CAUSES_CHANGED : CAUSES_UNKNOWN);
        if (!known) {
            failures.notAllowed(entry, number(), what, signed(signature) + note, causes);
            return;
        }
        List<String> expected = new ArrayList<>(found >= 0 ? index.digests(found) : List.of());
        if (aggregate) {
            reference.bootAggregates().forEach(computed -> expected.add(computed.hex()));
        }
        failures.wrongDigest(entry, number(), what, expected, signed(signature) + note, causes);
    }

    private static String signed(Optional<String> signature) {
        return signature.map(why -> ", and its signature " + why).orElse("");
    }

    /** Why its signature does not count, if it has one. */
    private Optional<String> signatureProblem() {
        return entry.signingKeyId().map(id -> "is by the key with the id " + id + ", " + whyItDoesNotCount());
    }

    private String whyItDoesNotCount() {
        if (!knowsItsKey()) {
            return UNKNOWN_KEY;
        }
        return signatureLeftOut
                ? "which was not tried, as " + MAX_WRONG_SIGNATURES + " of this list were wrong already"
                : "which is known and has not signed this digest";
    }

    private boolean knowsItsKey() {
        return keys != null && entry.namesKeyOf(keys);
    }

    private String signatureCause(String why) {
        return "Its signature " + why
                + (knowsItsKey()
                        ? "; the file was changed after it was signed, or its signature is that of another file"
                        : "; add the key to the policy's verification keys if you trust who signs by it");
    }

    private static String shortened(String pattern) {
        return pattern.length() <= 200 ? pattern : pattern.substring(0, 200) + "…";
    }

    private void buffer() {
        byte[] buffer = entry.buffer();
        Optional<ImaKey> key;
        try {
            key = KeyReader.read(buffer);
        } catch (UnsupportedKeyException e) {
            failures.invalidKey(entry, number(), String.valueOf(e.getMessage()));
            return;
        }
        if (key.isPresent()) {
            key(key.get());
        } else if (deviceMapper != null && DmEvent.NAMES.contains(entry.name())) {
            deviceMapper(deviceMapper, buffer);
        } else if (policy != null) {
            allowed(policy, policy.buffers(), "buffer", false);
        }
    }

    private void key(ImaKey key) {
        if (policy != null && policy.ignoredKeyrings().contains(entry.name())) {
            return;
        }
        boolean accepted = policy == null || allowed(policy, policy.keyrings(), "key for the keyring", false);
        if (accepted && keys != null) {
            if (entry.digestFitsBuffer()) {
                keys = keys.with(entry.name(), key);
            } else {
                failures.invalidKey(entry, number(), "its digest is not that of the key beside it");
            }
        }
    }

    private void deviceMapper(DmAppraiser appraiser, byte[] buffer) {
        if (!entry.digestFitsBuffer()) {
            failures.deviceMapper(
                    entry,
                    number(),
                    new DmProblem(
                            "invalid_data",
                            "its digest is not that of the event beside it",
                            entry.digest(),
                            "its hash"));
        }
        for (DmProblem problem : appraiser.judge(entry.name(), buffer, entry.algorithm() + ":" + entry.digest())) {
            failures.deviceMapper(entry, number(), problem);
        }
    }
}
