package io.limelight.core.appraisal.ima;

import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failures of one list, worded. A hostile list could have millions, so of each kind only the first are kept; of each kind
 * and not of all together, since the worst kind may come last.
 */
final class ImaFailures {
    private static final int MAX_NAME = 200;

    private final List<Failure> kept = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private long unlisted;
    private @Nullable OtherHash otherHash;

    /**
     * Entries with template hashes of another length than is judged: the first of them, and how many. A list with the hashes of
     * another bank has them in every row, for one reason, which is one failure.
     *
     * @param place of the failure among the others
     */
    private record OtherHash(int place, String first, int digits, Map<String, Object> context, long count) {
        OtherHash oneMore() {
            return new OtherHash(place, first, digits, context, count + 1);
        }
    }

    /** All of them, when the list was read to its end. */
    List<Failure> kept(HashAlgorithm logHash, boolean byPolicy) {
        OtherHash other = otherHash;
        if (other == null) {
            return kept;
        }
        List<Failure> all = new ArrayList<>(kept);
        String algorithm = HashAlgorithm.ofHexLength(other.digits())
                .map(known -> " (" + known.wireName() + ")")
                .orElse("");
        String sentence = (other.count() == 1
                        ? other.first() + " has a template hash"
                        : other.count() + " entries of the IMA list have template hashes")
                + " of " + other.digits() + " digits" + algorithm + ", and "
                + (byPolicy ? "the runtime policy is" : "without a runtime policy lists are judged")
                + " for those of " + logHash.wireName() + " (ima.log_hash_alg)"
                + (other.count() == 1 ? "" : ". " + other.first() + " is the first") + ".";
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("message", sentence);
        context.putAll(other.context());
        all.add(
                other.place(),
                Failure.recoverable(
                        EventComponent.IMA.id("validation.ima_hash"),
                        sentence,
                        List.of(
                                "The list is the one of another PCR bank; agents send ascii_runtime_measurements, which"
                                        + " has SHA-1",
                                "The policy's log_hash_alg is not the algorithm of this list's template hashes",
                                "The list was changed on its way"),
                        context));
        return all;
    }

    long unlisted() {
        return unlisted;
    }

    boolean isEmpty() {
        return kept.isEmpty() && otherHash == null;
    }

    /** True if one more of this kind would be kept; counts it if not. */
    private boolean wanted(String type) {
        if (counts.merge(type, 1, Integer::sum) <= ImaAppraisal.MAX_OF_A_KIND) {
            return true;
        }
        unlisted++;
        return false;
    }

    private void add(String type, String sentence, List<String> causes, Map<String, Object> further) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("message", sentence);
        context.putAll(further);
        kept.add(Failure.recoverable(EventComponent.IMA.id(type), sentence, causes, context));
    }

    private static Map<String, Object> row(ImaEntry entry, long number) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("entry", number);
        context.put("path", name(entry));
        context.put("line", entry.shownLine());
        return context;
    }

    private static Map<String, Object> row(ImaEntry entry, long number, Object got, Object expected) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", got);
        context.put("expected", expected);
        context.putAll(row(entry, number));
        return context;
    }

    static String name(ImaEntry entry) {
        String name = entry.name().replaceAll("[\\p{Cc}\\p{Cf}]", "?");
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
    }

    void tooLong(long bytes, long most) {
        if (wanted("parser.entry")) {
            add(
                    "parser.entry",
                    "The IMA list has " + bytes + " bytes, more than the " + most + " that are read.",
                    List.of("The agent is broken or hostile"),
                    Map.of("got", bytes, "expected", most));
        }
    }

    void tooMany(long entries) {
        if (wanted("parser.entry")) {
            add(
                    "parser.entry",
                    "The IMA list has more than " + entries + " entries; the rest was not read.",
                    List.of("The agent is broken or hostile", "The machine's IMA policy measures far too much"),
                    Map.of("expected", entries));
        }
    }

    void broken(ImaEntry entry, long number) {
        if (wanted("parser.entry")) {
            Map<String, Object> context = new LinkedHashMap<>();
            context.put("entry", number);
            context.put("line", entry.shownLine());
            add(
                    "parser.entry",
                    "Line " + number + " of the IMA list is no entry: " + entry.problem() + ".",
                    List.of(
                            "The kernel writes a template that is not known here (ima_template_fmt)",
                            "The list was changed on its way"),
                    context);
        }
    }

    void wrongPcr(ImaEntry entry, long number) {
        if (wanted("validation.ima_pcr")) {
            add(
                    "validation.ima_pcr",
                    "Entry " + number + " of the IMA list (" + name(entry) + ") was measured into PCR " + entry.pcr()
                            + " and not into PCR 10.",
                    List.of("The machine's IMA policy says pcr= for some rule"),
                    row(entry, number, entry.pcr(), "10"));
        }
    }

    void violation(ImaEntry entry, long number) {
        if (wanted("validation.tomtou")) {
            add(
                    "validation.tomtou",
                    "The file " + name(entry) + " (entry " + number
                            + " of the IMA list) was open for writing while it was measured, so nobody knows what was read.",
                    List.of(
                            "A log or database file falls under the machine's IMA policy",
                            "Somebody raced the measurement to hide what was run"),
                    row(entry, number));
        }
    }

    void otherTemplateHash(ImaEntry entry, long number, String expected) {
        OtherHash known = otherHash;
        otherHash = known == null
                ? new OtherHash(
                        kept.size(),
                        "Entry " + number + " of the IMA list (" + name(entry) + ")",
                        entry.templateHash().length(),
                        row(entry, number, entry.templateHash(), expected),
                        1)
                : known.oneMore();
    }

    void wrongTemplateHash(ImaEntry entry, long number, String expected) {
        if (wanted("validation.ima_hash")) {
            add(
                    "validation.ima_hash",
                    "Entry " + number + " of the IMA list (" + name(entry)
                            + ") does not have the hash of its own content.",
                    List.of(
                            "The list was changed on its way",
                            "The policy's log_hash_alg is not the algorithm of this list's template hashes",
                            "The entry's signature has a wrong header"),
                    row(entry, number, entry.templateHash(), expected));
        }
    }

    void notAllowed(ImaEntry entry, long number, String what, String note, List<String> causes) {
        if (wanted("validation.ima-ng.not_in_allowlist")) {
            add(
                    "validation.ima-ng.not_in_allowlist",
                    "The " + what + " " + name(entry) + " (entry " + number
                            + " of the IMA list, " + entry.algorithm() + ":" + entry.digest()
                            + ") is not in the runtime policy" + note + ".",
                    causes,
                    row(entry, number, entry.digest(), List.of()));
        }
    }

    void wrongDigest(
            ImaEntry entry, long number, String what, List<String> expected, String note, List<String> causes) {
        if (wanted("validation.ima-ng.runtime_policy_hash")) {
            add(
                    "validation.ima-ng.runtime_policy_hash",
                    "The " + what + " " + name(entry) + " (entry " + number + " of the IMA list) has the digest "
                            + entry.algorithm() + ":" + entry.digest()
                            + ", which the runtime policy does not allow for it"
                            + note + ".",
                    causes,
                    row(entry, number, entry.digest(), expected));
        }
    }

    void invalidKey(ImaEntry entry, long number, String why) {
        if (wanted("invalid_key")) {
            add(
                    "invalid_key",
                    "The key added to the keyring " + name(entry) + " (entry " + number
                            + " of the IMA list) cannot be used: " + why + ".",
                    List.of("The machine's kernel has keys of a kind that IMA signatures are not checked with"),
                    row(entry, number));
        }
    }

    /**
     * A file that has no signature which counts.
     *
     * @param why the one it has does not, as the end of a sentence about it; empty if it has none
     */
    void notSigned(ImaEntry entry, long number, Optional<String> why, List<String> causes) {
        if (wanted("validator.ima-sig.invalid_signature")) {
            add(
                    "validator.ima-sig.invalid_signature",
                    "The file " + name(entry) + " (entry " + number + " of the IMA list) "
                            + why.map(reason -> "is signed, but its signature " + reason + ".")
                                    .orElse("is not signed."),
                    causes,
                    row(entry, number, entry.signingKeyId().orElse(""), "a valid signature"));
        }
    }

    void deviceMapper(ImaEntry entry, long number, DmProblem problem) {
        String type = "validation.dm." + problem.type();
        if (wanted(type)) {
            add(
                    type,
                    "Device mapper event " + name(entry) + " (entry " + number + " of the IMA list): "
                            + problem.sentence() + ".",
                    List.of("The machine set up a device that dm_policy does not describe"),
                    row(entry, number, problem.got(), problem.expected()));
        }
    }

    /** A list never gets shorter before its machine is booted again: one that did is told as such. */
    void pcrMismatch(String bank, String got, String expected, long entries, long provedBefore) {
        boolean shorter = entries < provedBefore;
        List<String> causes = new ArrayList<>();
        if (shorter) {
            causes.add("The list is shorter than at the last attestation, which proved " + provedBefore
                    + " entries of it, and the machine was not booted in between: entries were taken away");
        }
        causes.add("Entries were removed from the list or changed to hide something");
        if (!shorter) {
            causes.add("The list was read before its entries were all there; ask again");
        }
        causes.add("The kernel is older than 5.8 and extends padded SHA-1 hashes into other banks");
        add(
                "pcr_mismatch",
                "The IMA list does not lead to the quoted PCR 10: after its " + entries + " entries the " + bank
                        + " bank would hold another value"
                        + (shorter ? "; at the last attestation it had " + provedBefore + " or more." : "."),
                causes,
                Map.of("got", expected, "expected", got));
    }

    void noProgress(ImaProgress before, ImaProgress now) {
        add(
                "quote_progress",
                "The quote covers " + now.matched() + " of " + now.entries() + " entries, although "
                        + (before.entries() - before.matched()) + " were already waiting for it last time.",
                List.of("Somebody holds back new measurements", "The agent's quote and list are far apart in time"),
                Map.of("got", now.matched(), "expected", before.entries() - before.matched()));
    }
}
