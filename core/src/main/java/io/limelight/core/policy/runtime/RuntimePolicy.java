package io.limelight.core.policy.runtime;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.List;
import java.util.Optional;

/**
 * What an IMA list may hold: Keylime's runtime policy, JSON version 1. Immutable; one instance serves all machines that use the
 * same text ({@link RuntimePolicies}).
 *
 * @param checksum SHA-256 of the text it was read from, lower-case hex
 * @param meta where it came from
 * @param release informational, 0 or more
 * @param digests path, exactly as the list prints it, to the digests a file of that path may have
 * @param excludes paths that are not judged
 * @param keyrings name of a kernel keyring to the digests of keys that may be added to it
 * @param ignoredKeyrings keyrings whose keys are neither judged nor learned
 * @param logHash algorithm of the template hash column of the list
 * @param deviceMapper rules for device mapper events, if these are judged
 * @param buffers name of another buffer to its digests
 * @param verificationKeys keys whose signatures make a file acceptable
 */
public record RuntimePolicy(
        String checksum,
        Meta meta,
        long release,
        DigestIndex digests,
        Excludes excludes,
        DigestIndex keyrings,
        IgnoredKeyrings ignoredKeyrings,
        HashAlgorithm logHash,
        Optional<DmPolicy> deviceMapper,
        DigestIndex buffers,
        ImaKeyring verificationKeys) {

    /**
     * Where a policy came from.
     *
     * @param version of the format, 0 or more; 1 is current, and no other value is refused
     * @param generator what made it
     * @param timestamp when, as its writer put it
     */
    public record Meta(long version, Generator generator, Optional<String> timestamp) {}

    /** What made a policy ({@code meta.generator}). */
    public enum Generator {
        /** 0. */
        UNKNOWN,
        /** 1: the canonical empty policy. */
        EMPTY_ALLOWLIST,
        /** 2: rebuilt from a policy of an older version. */
        COMPATIBLE_ALLOWLIST,
        /** 3: made by a tool. */
        LEGACY_ALLOWLIST;

        /** Whether it is more than a place holder: agents then count as having a runtime policy. */
        public boolean isReal() {
            return this == COMPATIBLE_ALLOWLIST || this == LEGACY_ALLOWLIST;
        }
    }

    /** Names of keyrings whose entries do not count; {@code *} stands for all. */
    public record IgnoredKeyrings(List<String> names) {
        /** Copies the list. */
        public IgnoredKeyrings {
            names = List.copyOf(names);
        }

        /** Whether keys of this keyring do not count. */
        public boolean contains(String name) {
            return names.contains("*") || names.contains(name);
        }
    }

    /** The canonical empty policy's text, spaced as Keylime writes it. */
    public static final String EMPTY_TEXT =
            "{\"meta\": {\"version\": 1, \"generator\": 1}, \"release\": 0, \"digests\": {},"
                    + " \"excludes\": [], \"keyrings\": {}, \"ima\": {\"ignored_keyrings\": [], \"log_hash_alg\": \"sha1\","
                    + " \"dm_policy\": null}, \"ima-buf\": {}, \"verification-keys\": \"\"}";
}
