package io.limelight.core.policy.create;

import io.limelight.core.ima.ImaEntry;
import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.PythonRegexException;
import io.limelight.core.policy.regex.StepBudget;
import io.limelight.core.policy.runtime.DigestIndex;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks for what is allowed in a policy and hardly meant: it never changes a verdict, it asks whether the policy says what its
 * author thinks.
 */
public final class PolicyLint {
    private static final int MAX_EXAMPLES = 5;
    private static final String BOOT_AGGREGATE = "boot_aggregate";

    /** Names that have nothing in common but that some machine could have them. */
    private static final List<String> ANYTHING =
            List.of("/usr/bin/x7Qz", "/etc/k.conf", "/opt/A B/0", "/ö", "/home/u/.cache/1", "/lib/modules/z.ko");

    /** Where programs live that a machine trusts most. */
    private static final List<String> SYSTEM = List.of(
            "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/bin/", "/sbin/", "/lib/", "/etc/", "/boot/");

    private static final List<String> KERNEL_KEYRINGS = List.of(".ima", ".evm", ".builtin_trusted_keys", ".platform");

    private PolicyLint() {}

    /** How bad a finding is. */
    public enum Level {
        /** The policy cannot do what it is for. */
        ERROR,
        /** It may pass or refuse what it should not. */
        WARNING,
        /** Worth knowing. */
        NOTE
    }

    /**
     * Something found.
     *
     * @param code short name that stays the same, for scripts
     * @param sentence for people
     */
    public record Finding(Level level, String code, String sentence) {}

    /** Looks at a policy alone. */
    public static List<Finding> lint(RuntimePolicy policy) {
        List<Finding> findings = new ArrayList<>();
        Exclusions exclusions = new Exclusions(findings, policy);
        exclusions.eachAlone();
        bootAggregate(findings, policy, exclusions);
        digests(findings, policy);
        names(findings, policy, exclusions);
        if (policy.logHash() != HashAlgorithm.SHA1) {
            findings.add(
                    new Finding(
                            Level.WARNING,
                            "log-hash",
                            "ima.log_hash_alg is " + policy.logHash().wireName()
                                    + ", but the list agents send (ascii_runtime_measurements) always has SHA-1 template hashes."));
        }
        if (policy.ignoredKeyrings().contains("*")) {
            findings.add(new Finding(
                    Level.NOTE, "all-keyrings-ignored", "No key that a machine adds to a keyring is judged (\"*\")."));
        }
        return findings;
    }

    // --- exclusions ---

    /**
     * The exclusions of one policy, looked at within the work of one appraisal for all of them and all names together: a lint
     * comes to an end whatever they are.
     */
    private static final class Exclusions {
        private final List<Finding> findings;
        private final RuntimePolicy policy;
        private final StepBudget budget = StepBudget.ofAppraisal();
        /** Whether something could not be decided since this was last looked at. */
        private boolean undecided;

        Exclusions(List<Finding> findings, RuntimePolicy policy) {
            this.findings = findings;
            this.policy = policy;
        }

        boolean isEmpty() {
            return policy.excludes().regexes().isEmpty();
        }

        /** Whether any of them matches; not if that cannot be told. */
        boolean cover(String name) {
            return matches(policy.excludes().regexes(), name);
        }

        private boolean matches(ExclusionRegexes regexes, String name) {
            return switch (regexes.lookAt(name, budget)) {
                case ExclusionRegexes.Outcome.Matches _ -> true;
                case ExclusionRegexes.Outcome.No _ -> false;
                case ExclusionRegexes.Outcome.Undecided _ -> {
                    undecided = true;
                    yield false;
                }
            };
        }

        /** Whether something could not be decided since this was last asked. */
        boolean wasUndecided() {
            boolean was = undecided;
            undecided = false;
            return was;
        }

        void eachAlone() {
            policy.excludes()
                    .problem()
                    .ifPresent(why -> findings.add(new Finding(
                            Level.ERROR,
                            "excludes-unusable",
                            "The exclusions cannot be compiled together, so nothing at all is excluded: " + why
                                    + ".")));
            List<String> unexamined = new ArrayList<>();
            for (String pattern : policy.excludes().patterns()) {
                ExclusionRegexes alone;
                try {
                    alone = ExclusionRegexes.compile(List.of(pattern));
                } catch (PythonRegexException e) {
                    findings.add(new Finding(
                            Level.ERROR,
                            "exclude-invalid",
                            "The exclusion " + shown(pattern) + " is invalid: " + e.getMessage() + "."));
                    continue;
                }
                one(pattern, alone);
                if (wasUndecided()) {
                    unexamined.add(pattern);
                }
            }
            if (!unexamined.isEmpty()) {
                findings.add(new Finding(
                        Level.WARNING,
                        "exclude-slow",
                        "The exclusion " + shown(unexamined.getFirst())
                                + (unexamined.size() == 1 ? "" : " and " + (unexamined.size() - 1) + " after it")
                                + " could not be examined to the end: that takes more work than one appraisal may"
                                + " cause, and there the path counts as not excluded. Write it without look-around,"
                                + " back references and repetitions inside repetitions."));
            }
        }

        private void one(String pattern, ExclusionRegexes alone) {
            if (!alone.needingBudget().isEmpty()) {
                findings.add(new Finding(
                        Level.NOTE,
                        "exclude-slow",
                        "The exclusion " + shown(pattern)
                                + " needs backtracking; where that takes too long, the path counts as"
                                + " not excluded."));
            }
            if (ANYTHING.stream().allMatch(name -> matches(alone, name))) {
                findings.add(new Finding(
                        Level.ERROR,
                        "exclude-everything",
                        "The exclusion " + shown(pattern) + " matches every path: no file is judged at all."));
                return;
            }
            String folders = SYSTEM.stream()
                    .filter(folder -> matches(alone, folder + "x7Qz") && matches(alone, folder + "k.9"))
                    .collect(Collectors.joining(", "));
            if (!folders.isEmpty()) {
                findings.add(new Finding(
                        Level.WARNING,
                        "exclude-system",
                        "The exclusion " + shown(pattern) + " matches every file below " + folders
                                + " (an exclusion matches" + " from the start and need not match to the end)."));
            }
            String keyrings = KERNEL_KEYRINGS.stream()
                    .filter(name -> matches(alone, name))
                    .collect(Collectors.joining(", "));
            if (!keyrings.isEmpty()) {
                findings.add(new Finding(
                        Level.WARNING,
                        "exclude-keyring",
                        "The exclusion " + shown(pattern) + " matches names of keyrings (" + keyrings
                                + "): any key added there is trusted for signatures."));
            }
            if (matches(alone, BOOT_AGGREGATE)) {
                findings.add(new Finding(
                        Level.NOTE,
                        "exclude-boot-aggregate",
                        "The exclusion " + shown(pattern)
                                + " matches boot_aggregate: what was booted is not judged by it."));
            }
        }
    }

    // --- digests ---

    private static void bootAggregate(List<Finding> findings, RuntimePolicy policy, Exclusions exclusions) {
        int entry = policy.digests().find(BOOT_AGGREGATE);
        if (entry < 0 && !exclusions.cover(BOOT_AGGREGATE)) {
            findings.add(new Finding(
                    Level.WARNING,
                    "no-boot-aggregate",
                    "boot_aggregate, the first entry of every list, is not allowed: a machine passes only if its boot log"
                            + " comes along, from which it is computed."));
        }
        if (entry >= 0 && policy.digests().digests(entry).stream().anyMatch(PolicyLint::isZero)) {
            findings.add(new Finding(
                    Level.WARNING,
                    "zero-boot-aggregate",
                    "boot_aggregate may be all zeros, as on a machine without a TPM."));
        }
    }

    private static boolean isZero(String digest) {
        return digest.chars().allMatch(c -> c == '0');
    }

    private static void digests(List<Finding> findings, RuntimePolicy policy) {
        if (policy.digests().size() == 0 && policy.excludes().regexes().isEmpty()) {
            findings.add(new Finding(Level.WARNING, "empty", "Nothing is allowed: every machine with IMA fails."));
        }
        TreeMap<Integer, Integer> lengths = new TreeMap<>();
        Examples zeros = new Examples();
        Examples odd = new Examples();
        policy.digests().forEach((name, digests) -> {
            for (String digest : digests) {
                if (!name.equals(BOOT_AGGREGATE)) {
                    lengths.merge(digest.length(), 1, Integer::sum);
                    if (isZero(digest)) {
                        zeros.add(name);
                    }
                }
                if (digest.length() % 2 != 0 || !HashAlgorithm.isDigestSize(digest.length() / 2)) {
                    odd.add(name);
                }
            }
        });
        odd.find(findings, Level.WARNING, "digest-length", "digests are of no algorithm (40, 64, 96 or 128 digits)");
        zeros.find(
                findings,
                Level.WARNING,
                "zero-digest",
                "files may have the digest of zeros, which the kernel prints for" + " what it could not read");
        if (lengths.size() > 1) {
            findings.add(new Finding(
                    Level.WARNING,
                    "mixed-digests",
                    "Digests have several lengths ("
                            + lengths.entrySet().stream()
                                    .map(length -> length.getValue() + " of " + length.getKey() + " digits")
                                    .collect(Collectors.joining(", "))
                            + "): a kernel measures with one algorithm, so some match nothing."));
        } else if (lengths.containsKey(2 * HashAlgorithm.SHA1.digestSize())) {
            findings.add(new Finding(
                    Level.NOTE, "sha1", "Digests are SHA-1, for which different files with one digest can be made."));
        }
    }

    // --- names ---

    private static void names(List<Finding> findings, RuntimePolicy policy, Exclusions exclusions) {
        Examples relative = new Examples();
        Examples blank = new Examples();
        Examples excluded = new Examples();
        Examples uncompared = new Examples();
        // What was not told of boot_aggregate alone is none of the paths.
        exclusions.wasUndecided();
        policy.digests().forEach((name, _) -> {
            if (!name.startsWith("/") && !name.equals(BOOT_AGGREGATE)) {
                relative.add(name);
            }
            if (name.indexOf(' ') >= 0) {
                blank.add(name);
            }
            if (!exclusions.isEmpty() && exclusions.cover(name)) {
                excluded.add(name);
            }
            if (exclusions.wasUndecided()) {
                uncompared.add(name);
            }
        });
        relative.find(
                findings, Level.NOTE, "relative-path", "paths do not start with a slash (early boot measures so)");
        blank.find(
                findings,
                Level.WARNING,
                "blank-in-path",
                "paths hold a blank and match nothing: the kernel prints it as _");
        excluded.find(
                findings,
                Level.NOTE,
                "excluded-digest",
                "paths have digests and are excluded, so nobody asks for them");
        uncompared.find(
                findings,
                Level.NOTE,
                "exclude-slow",
                "paths with digests could not be compared with the exclusions within the work of one appraisal");
    }

    /**
     * Looks for entries that a list never asked for. A policy made from a package repository has many; one made from a list
     * that has some was perhaps made from another machine.
     *
     * @param list a measurement list of a machine that the policy is for
     * @param all whether every name is told, or only some
     */
    public static List<Finding> neverSeen(RuntimePolicy policy, byte[] list, boolean all) {
        Set<String> seen = new HashSet<>();
        ImaEntry entry = new ImaEntry();
        for (int at = 0, end; at < list.length; at = end + 1) {
            end = at;
            while (end < list.length && list[end] != '\n') {
                end++;
            }
            if (entry.read(list, at, end) == ImaEntry.Outcome.ENTRY) {
                seen.add(entry.name());
            }
        }
        List<Finding> findings = new ArrayList<>();
        unseen(findings, "digests", policy.digests(), seen, all);
        unseen(findings, "keyrings", policy.keyrings(), seen, all);
        unseen(findings, "ima-buf", policy.buffers(), seen, all);
        return findings;
    }

    private static void unseen(
            List<Finding> findings, String member, DigestIndex index, Set<String> seen, boolean all) {
        Examples unseen = new Examples();
        index.forEach((name, _) -> {
            if (!seen.contains(name)) {
                if (all) {
                    findings.add(new Finding(
                            Level.NOTE, "never-seen", member + ": " + shown(name) + " is not in the list."));
                } else {
                    unseen.add(name);
                }
            }
        });
        unseen.find(
                findings,
                Level.NOTE,
                "never-seen",
                "of " + index.size() + " names in " + member + " are not in the list");
    }

    /** A count and some names. */
    private static final class Examples {
        private final Set<String> names = new TreeSet<>();
        private int count;

        void add(String name) {
            count++;
            if (names.size() < MAX_EXAMPLES) {
                names.add(name);
            }
        }

        void find(List<Finding> findings, Level level, String code, String what) {
            if (count > 0) {
                findings.add(new Finding(
                        level,
                        code,
                        count + " " + what + ": "
                                + names.stream().map(PolicyLint::shown).collect(Collectors.joining(", "))
                                + (count > names.size() ? ", …" : "") + "."));
            }
        }
    }

    private static String shown(String text) {
        String start = text.length() <= 120 ? text : text.substring(0, 120) + "…";
        return '"' + start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "?") + '"';
    }
}
