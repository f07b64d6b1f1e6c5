package io.limelight.core.policy.create;

import io.limelight.core.ima.ImaEntry;
import io.limelight.core.ima.KeyReader;
import io.limelight.core.ima.UnsupportedKeyException;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a measurement list of a good machine puts into a policy.
 *
 * <p>Keylime's tool reads templates ima-ng and ima-sig, cuts lines at blanks and takes every digest it finds. Differences here:
 * the other templates that are appraised are read, too (not ima, which as in Keylime gives no digests); and a digest of nothing
 * but zeros, with which the kernel marks a file it could not read, allows nothing: it would allow whatever cannot be read. Only
 * {@code boot_aggregate} keeps such a one, since a machine without a TPM has no other.
 *
 * @param guess what its first line says of the algorithm; invalid unless that is a {@code boot_aggregate}
 * @param doubt why the guess is invalid, as the end of a sentence; empty if it is not
 * @param warnings what was left out or looks odd, for people
 */
public record MeasuredList(DigestGuess guess, String doubt, List<String> warnings) {
    private static final String BOOT_AGGREGATE = "boot_aggregate";

    /** Copies the list. */
    public MeasuredList {
        warnings = List.copyOf(warnings);
    }

    /** What to take besides files. */
    public record Wanted(boolean keyrings, boolean buffers) {}

    /**
     * Adds what the list holds to the draft; keys of keyrings the draft ignores are left out. The draft becomes one for lists
     * with the template hashes of this one: kernels print a list for each PCR bank (ascii_runtime_measurements_sha256).
     *
     * @param list as the kernel prints it
     * @throws PolicySourceException if its template hashes are not of one algorithm
     */
    public static MeasuredList read(byte[] list, Wanted wanted, PolicyDraft draft) throws PolicySourceException {
        return new Reading(wanted, draft).read(list);
    }

    private static final class Reading {
        private final Wanted wanted;
        private final PolicyDraft draft;
        private final ImaEntry entry = new ImaEntry();
        private DigestGuess guess = DigestGuess.invalid();
        private String firstAlgorithm = "";
        private String otherAlgorithm = "";
        private long broken;
        private long unmeasured;
        private String doubt = "it has no entries";
        private int templateHash;

        Reading(Wanted wanted, PolicyDraft draft) {
            this.wanted = wanted;
            this.draft = draft;
        }

        MeasuredList read(byte[] list) throws PolicySourceException {
            boolean first = true;
            for (int at = 0, end; at < list.length; at = end + 1) {
                end = lineEnd(list, at);
                if (entry.read(list, at, end) == ImaEntry.Outcome.ENTRY) {
                    if (first) {
                        guess = boot();
                        firstAlgorithm = entry.algorithm();
                    }
                    templateHash();
                    take();
                } else if (end > at) {
                    broken++;
                    doubt = first ? "its first line is no entry" : doubt;
                }
                first = false;
            }
            List<String> warnings = warnings();
            if (templateHash > 0) {
                HashAlgorithm logHash = logHash();
                draft.logHash(logHash.wireName());
                if (logHash != HashAlgorithm.SHA1) {
                    warnings.add("the template hashes of the IMA measurement list are of " + logHash.wireName()
                            + ", so the policy is for such lists (ima.log_hash_alg); agents send the list with SHA-1,"
                            + " unless their ima_ml_path says otherwise: for them make it from"
                            + " ascii_runtime_measurements");
                }
            }
            return new MeasuredList(guess, doubt, warnings);
        }

        private void templateHash() throws PolicySourceException {
            int digits = entry.templateHash().length();
            if (templateHash != 0 && templateHash != digits) {
                throw new PolicySourceException("The IMA measurement list has template hashes of " + templateHash
                        + " and of " + digits + " digits, so it is not one list, and which a policy is for"
                        + " (ima.log_hash_alg) cannot be told.");
            }
            templateHash = digits;
        }

        private HashAlgorithm logHash() throws PolicySourceException {
            return HashAlgorithm.ofHexLength(templateHash)
                    .orElseThrow(() -> new PolicySourceException("The IMA measurement list has template hashes of "
                            + templateHash + " digits, which are of no known algorithm, so no policy can be for it"
                            + " (ima.log_hash_alg); give ascii_runtime_measurements."));
        }

        private DigestGuess boot() {
            boolean known = switch (entry.template()) {
                case IMA, IMA_NG, IMA_SIG, IMA_NGV2, IMA_SIGV2, IMA_MODSIG, EVM_SIG -> entry.isNamed(BOOT_AGGREGATE);
                case IMA_BUF -> false;
            };
            doubt = known
                    ? "its first entry, boot_aggregate, has a digest of no known algorithm"
                    : "its first entry is not boot_aggregate, by which the algorithm of all is told; the kernel begins"
                            + " each list with one, so give the whole list";
            return Optional.of(entry.algorithm())
                    .filter(_ -> known)
                    .flatMap(HashAlgorithm::fromWireName)
                    .filter(algorithm -> algorithm.digestSize() == entry.digestLength())
                    .map(algorithm -> {
                        doubt = "";
                        return DigestGuess.exactly(algorithm);
                    })
                    .orElse(DigestGuess.invalid());
        }

        private void take() {
            switch (entry.template()) {
                case IMA -> {}
                case IMA_NG, IMA_SIG, IMA_NGV2, IMA_SIGV2, IMA_MODSIG, EVM_SIG -> file();
                case IMA_BUF -> buffer();
            }
        }

        private void file() {
            boolean aggregate = entry.isNamed(BOOT_AGGREGATE);
            if (isZero() && !aggregate) {
                unmeasured++;
                return;
            }
            draft.digests().add(entry.name(), entry.digest());
            if (!aggregate && otherAlgorithm.isEmpty() && !entry.algorithm().equals(firstAlgorithm)) {
                otherAlgorithm = entry.algorithm();
            }
        }

        private boolean isZero() {
            for (int i = 0; i < entry.digestLength(); i++) {
                if (entry.digestBytes()[i] != 0) {
                    return false;
                }
            }
            return true;
        }

        /** What the verifier will take for a key is one here, certificate or bare. */
        private void buffer() {
            if (!wanted.keyrings && !wanted.buffers) {
                return;
            }
            boolean key;
            try {
                key = KeyReader.read(entry.buffer()).isPresent();
            } catch (UnsupportedKeyException e) {
                key = true;
            }
            String name = entry.name();
            if (!key) {
                if (wanted.buffers) {
                    draft.buffers().add(name, entry.digest());
                }
            } else if (wanted.keyrings
                    && !draft.ignoredKeyrings().contains(name)
                    && !draft.ignoredKeyrings().contains("*")) {
                draft.keyrings().add(name, entry.digest());
            }
        }

        private List<String> warnings() {
            List<String> warnings = new ArrayList<>();
            if (broken > 0) {
                warnings.add(broken + " lines of the IMA measurement list are no entries and are left out");
            }
            if (unmeasured > 0) {
                warnings.add(
                        unmeasured + " entries of the IMA measurement list are violations or files the kernel could"
                                + " not measure (their digest is all zeros); they are left out");
            }
            if (!otherAlgorithm.isEmpty() && !firstAlgorithm.isEmpty()) {
                warnings.add("the IMA measurement list starts with a " + firstAlgorithm + " digest, but holds files of "
                        + otherAlgorithm + " as well");
            }
            return warnings;
        }

        private static int lineEnd(byte[] list, int at) {
            int end = at;
            while (end < list.length && list[end] != '\n') {
                end++;
            }
            return end;
        }
    }
}
