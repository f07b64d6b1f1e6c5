package io.limelight.core.policy.create;

import io.limelight.core.ima.ImaKey;
import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.policy.regex.ExclusionRegexes;
import io.limelight.core.policy.regex.PythonRegexException;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyException;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A runtime policy in the making. What goes in twice stands there once; what comes out is normal: digests, exclusions and
 * ignored keyrings sorted, names in the order they came, members in Keylime's order.
 *
 * <p>Not for use by several threads.
 */
public final class PolicyDraft {
    /** {@link RuntimePolicy.Generator#LEGACY_ALLOWLIST} on the wire. */
    private static final int MADE_BY_A_TOOL = 3;
    /** {@link RuntimePolicy.Generator#COMPATIBLE_ALLOWLIST} on the wire. */
    private static final int MADE_FROM_AN_OLDER_VERSION = 2;

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final DigestTable digests = new DigestTable();
    private final DigestTable keyrings = new DigestTable();
    private final DigestTable buffers = new DigestTable();
    private final NavigableSet<String> excludes = new TreeSet<>();
    private final NavigableSet<String> ignoredKeyrings = new TreeSet<>();
    private String logHash = HashAlgorithm.SHA1.wireName();
    private @Nullable JsonNode deviceMapper;
    private ImaKeyring keys = ImaKeyring.EMPTY;
    private int generator = MADE_BY_A_TOOL;

    /** An empty one. */
    public PolicyDraft() {}

    /**
     * A draft with what a policy says; where the policy came from (meta, release) is not part of it.
     *
     * <p>Keylime's tool drops {@code dm_policy} of a base policy; a policy that judged device mapper events would then judge
     * them no longer, so it is kept here.
     *
     * @param text JSON; members may be missing, those there must have their shapes
     * @throws RuntimePolicyException if it is no policy
     */
    public static PolicyDraft of(byte[] text) throws RuntimePolicyException {
        RuntimePolicy policy = RuntimePolicyReader.forEvaluation(text, RuntimePolicyReader.MAX_BYTES);
        PolicyDraft draft = new PolicyDraft();
        draft.digests.addAll(policy.digests());
        draft.keyrings.addAll(policy.keyrings());
        draft.buffers.addAll(policy.buffers());
        draft.excludes.addAll(policy.excludes().patterns());
        draft.ignoredKeyrings.addAll(policy.ignoredKeyrings().names());
        draft.logHash = policy.logHash().wireName();
        draft.keys = policy.verificationKeys();
        if (policy.deviceMapper().isPresent()) {
            try {
                draft.deviceMapper = PolicyTrees.read(text).path("ima").get("dm_policy");
            } catch (IOException e) {
                throw new IllegalStateException("a policy that was just read", e);
            }
        }
        return draft;
    }

    /** True if it says nothing of any file, key or buffer: whoever is judged by it fails. */
    public boolean isEmpty() {
        return digests.isEmpty()
                && keyrings.isEmpty()
                && buffers.isEmpty()
                && excludes.isEmpty()
                && ignoredKeyrings.isEmpty()
                && keys.isEmpty()
                && deviceMapper == null;
    }

    /** Names of files with their digests. */
    public DigestTable digests() {
        return digests;
    }

    /** Names of keyrings with the digests of their keys. */
    public DigestTable keyrings() {
        return keyrings;
    }

    /** Names of other buffers with their digests. */
    public DigestTable buffers() {
        return buffers;
    }

    /** Expressions of paths that are not judged, sorted. */
    public NavigableSet<String> excludes() {
        return excludes;
    }

    /** Why the exclusions cannot be compiled together, which would make all of them exclude nothing. */
    public Optional<String> excludesProblem() {
        try {
            ExclusionRegexes.compile(List.copyOf(excludes));
            return Optional.empty();
        } catch (PythonRegexException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Keyrings whose keys are not judged, sorted. */
    public NavigableSet<String> ignoredKeyrings() {
        return ignoredKeyrings;
    }

    /** Keys whose signatures make a file acceptable. */
    public ImaKeyring keys() {
        return keys;
    }

    /** Adds such a key. */
    public void add(ImaKey key) {
        keys = keys.with(key);
    }

    /** Adds the keys of another keyring; a key with the id of one that is there replaces it. */
    public void addKeys(ImaKeyring more) {
        keys = Keyrings.union(keys, more);
    }

    /** The algorithm of the template hash column. */
    public String logHash() {
        return logHash;
    }

    /** Sets the algorithm of the template hash column. */
    public void logHash(String wireName) {
        logHash = wireName;
    }

    /** Rules for device mapper events. */
    public Optional<JsonNode> deviceMapper() {
        return Optional.ofNullable(deviceMapper);
    }

    /** Sets rules for device mapper events. */
    public void deviceMapper(JsonNode rules) {
        deviceMapper = rules;
    }

    /** Takes algorithms off the front of digests ({@code sha256:…}), where the digest has that algorithm's length. */
    public void bareDigests() {
        for (DigestTable table : List.of(digests, keyrings, buffers)) {
            table.replaceDigests(PolicyDraft::bare);
        }
    }

    private static String bare(String digest) {
        int colon = digest.indexOf(':');
        if (colon < 0) {
            return digest;
        }
        String hex = digest.substring(colon + 1);
        return HashAlgorithm.fromWireName(digest.substring(0, colon))
                .filter(algorithm -> 2 * algorithm.digestSize() == hex.length())
                .map(_ -> hex)
                .orElse(digest);
    }

    /** Has the policy say that it was made from one of an older version, as Keylime's converter does. */
    public void fromOlderVersion() {
        generator = MADE_FROM_AN_OLDER_VERSION;
    }

    /** Makes a change that adds something. */
    public void add(PolicyDifference change) {
        switch (change.member()) {
            case DIGESTS -> digests.add(change.name(), change.value());
            case KEYRINGS -> keyrings.add(change.name(), change.value());
            case BUFFERS -> buffers.add(change.name(), change.value());
            case EXCLUDES -> excludes.add(change.value());
            case IGNORED_KEYRINGS -> ignoredKeyrings.add(change.value());
            case LOG_HASH -> logHash = change.value();
            case DM_POLICY, KEYS -> throw new IllegalArgumentException("not a change of one value");
        }
    }

    /**
     * The policy, checked as an upload is checked.
     *
     * @param now local time, for {@code meta.timestamp}
     * @throws PolicySourceException if some source put something in that no policy may hold
     */
    public String text(LocalDateTime now) throws PolicySourceException {
        String text = write(TIMESTAMP.format(now));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            RuntimePolicyReader.forUpload(bytes, Math.max(bytes.length, RuntimePolicyReader.MAX_BYTES));
        } catch (RuntimePolicyException e) {
            throw new PolicySourceException("What was put together is no valid policy: " + e.getMessage() + ".", e);
        }
        return text;
    }

    private String write(String timestamp) {
        StringBuilder out = new StringBuilder(1024 + 160 * digests.size());
        out.append("{\"meta\": {\"version\": 1, \"generator\": ")
                .append(generator)
                .append(", \"timestamp\": ");
        PythonJson.text(out, timestamp);
        out.append("}, \"release\": 0, \"digests\": ");
        digests.write(out);
        out.append(", \"excludes\": ");
        PythonJson.texts(out, excludes);
        out.append(", \"keyrings\": ");
        keyrings.write(out);
        out.append(", \"ima\": {\"ignored_keyrings\": ");
        PythonJson.texts(out, ignoredKeyrings);
        out.append(", \"log_hash_alg\": ");
        PythonJson.text(out, logHash);
        out.append(", \"dm_policy\": ");
        if (deviceMapper == null) {
            out.append("null");
        } else {
            PythonJson.tree(out, deviceMapper);
        }
        out.append("}, \"ima-buf\": ");
        buffers.write(out);
        out.append(", \"verification-keys\": ");
        PythonJson.text(out, keys.isEmpty() ? "" : keys.json());
        return out.append('}').toString();
    }

    /** Lines {@code digest}, two blanks, {@code path}: {@code boot_aggregate} first, the rest in order. */
    public String legacyAllowlist() {
        StringBuilder out = new StringBuilder();
        line(out, "boot_aggregate", List.copyOf(digests.digests("boot_aggregate")));
        digests.forEach((path, values) -> {
            if (!path.equals("boot_aggregate")) {
                line(out, path, values);
            }
        });
        return out.toString();
    }

    private static void line(StringBuilder out, String path, List<String> digests) {
        digests.forEach(digest -> out.append(digest).append("  ").append(path).append('\n'));
    }
}
