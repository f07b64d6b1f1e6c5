package io.limelight.core.policy.runtime;

import static io.limelight.core.policy.runtime.RuntimePolicyException.malformed;

import io.limelight.core.ima.ImaKeyring;
import io.limelight.core.json.JsonTrouble;
import io.limelight.core.json.Utf8;
import io.limelight.core.policy.runtime.RuntimePolicyException.Reason;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * Reads a runtime policy token by token: what is in {@code digests} never becomes a tree, nor do its digests become strings.
 *
 * <p>Read for an upload, the text must satisfy Keylime's schema to the letter (eight members, lower-case hex of 40 to 128
 * digits, no empty list), with two differences: a name that stands twice in one object is refused, since it would be two answers
 * to one question, and a {@code dm_policy} is taken if it is one, where Keylime's schema takes null alone and so keeps its own
 * evaluator from ever being used.
 *
 * <p>Read for an evaluation, members may be missing and count as empty, and digests may be anything; what is no digest matches
 * nothing. Members nobody knows are skipped in both.
 */
public final class RuntimePolicyReader {
    /** The usual limit of a text in bytes: half a million files. */
    public static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int MAX_NAMES = 2_000_000;
    private static final int MAX_DIGESTS = 4_000_000;
    private static final int MAX_EXCLUDES = 10_000;
    private static final int MAX_KEYRINGS = 10_000;
    private static final int MAX_NAME = 64 * 1024;
    private static final int MIN_HEX = 40;
    private static final int MAX_HEX = 128;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNumberLength(64)
                    .maxNameLength(MAX_NAME)
                    .maxStringLength(4 * 1024 * 1024)
                    .build())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            // A hundred thousand names, each seen once: a table of them is only work.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private final JsonParser parser;
    private final boolean strict;
    private final long seed;

    private RuntimePolicy.@Nullable Meta meta;
    private long release = -1;
    private @Nullable DigestIndex digests;
    private @Nullable List<String> excludes;
    private @Nullable DigestIndex keyrings;
    private @Nullable DigestIndex buffers;
    private @Nullable String verificationKeys;
    private boolean imaSeen;
    private @Nullable List<String> ignoredKeyrings;
    private @Nullable HashAlgorithm logHash;
    private boolean dmPolicySeen;
    private Optional<DmPolicy> dmPolicy = Optional.empty();

    private RuntimePolicyReader(JsonParser parser, boolean strict, long seed) {
        this.parser = parser;
        this.strict = strict;
        this.seed = seed;
    }

    /**
     * Reads a policy that somebody wants stored.
     *
     * @param maxBytes the longest text to read
     * @throws RuntimePolicyException naming the member that is wrong
     */
    public static RuntimePolicy forUpload(byte[] utf8, int maxBytes) throws RuntimePolicyException {
        return read(utf8, maxBytes, true);
    }

    /**
     * Reads a policy to judge by.
     *
     * @param maxBytes the longest text to read
     * @throws RuntimePolicyException naming the member that is wrong
     */
    public static RuntimePolicy forEvaluation(byte[] utf8, int maxBytes) throws RuntimePolicyException {
        return read(utf8, maxBytes, false);
    }

    /** The canonical empty policy: nothing is allowed. */
    public static RuntimePolicy empty() {
        try {
            return forUpload(RuntimePolicy.EMPTY_TEXT.getBytes(StandardCharsets.UTF_8), MAX_BYTES);
        } catch (RuntimePolicyException e) {
            throw new IllegalStateException(e);
        }
    }

    static String checksum(byte[] utf8) {
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(utf8));
    }

    private static RuntimePolicy read(byte[] utf8, int maxBytes, boolean strict) throws RuntimePolicyException {
        if (utf8.length > maxBytes) {
            throw new RuntimePolicyException(
                    Reason.TOO_LARGE,
                    "",
                    "it has " + utf8.length + " bytes, more than the " + maxBytes + " allowed",
                    null);
        }
        if (!Utf8.wellFormed(utf8)) {
            throw new RuntimePolicyException(Reason.NOT_JSON, "", "it is not encoded as UTF-8", null);
        }
        byte[] hash = HashAlgorithm.SHA256.digest(utf8);
        // As characters: only then can the parser do without its table of names.
        Reader text = new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            RuntimePolicyReader reader = new RuntimePolicyReader(
                    parser, strict, ByteBuffer.wrap(hash).getLong());
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("", "a policy is a JSON object");
            }
            reader.members();
            if (parser.nextToken() != null) {
                throw new RuntimePolicyException(Reason.NOT_JSON, "", "something follows the policy's end", null);
            }
            return reader.policy(HexFormat.of().formatHex(hash));
        } catch (JacksonException e) {
            throw new RuntimePolicyException(
                    Reason.NOT_JSON, "", "it is not JSON: " + JsonTrouble.of(e) + place(e.getLocation()), e);
        }
    }

    private static String place(@Nullable TokenStreamLocation at) {
        return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private RuntimePolicy policy(String checksum) throws RuntimePolicyException {
        if (strict) {
            require(meta, "meta");
            require(release < 0 ? null : release, "release");
            require(digests, "digests");
            require(excludes, "excludes");
            require(keyrings, "keyrings");
            require(imaSeen ? true : null, "ima");
            require(ignoredKeyrings, "ima.ignored_keyrings");
            require(logHash, "ima.log_hash_alg");
            require(dmPolicySeen ? true : null, "ima.dm_policy");
            require(buffers, "ima-buf");
            require(verificationKeys, "verification-keys");
        }
        return new RuntimePolicy(
                checksum,
                or(meta, new RuntimePolicy.Meta(1, RuntimePolicy.Generator.UNKNOWN, Optional.empty())),
                Math.max(release, 0),
                or(digests, DigestIndex.EMPTY),
                Excludes.of(or(excludes, List.of())),
                or(keyrings, DigestIndex.EMPTY),
                new RuntimePolicy.IgnoredKeyrings(or(ignoredKeyrings, List.of())),
                or(logHash, HashAlgorithm.SHA1),
                dmPolicy,
                or(buffers, DigestIndex.EMPTY),
                keys(or(verificationKeys, "")));
    }

    private static void require(@Nullable Object value, String member) throws RuntimePolicyException {
        if (value == null) {
            throw malformed(member, "is required and missing");
        }
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    private ImaKeyring keys(String text) throws RuntimePolicyException {
        if (text.isEmpty()) {
            return ImaKeyring.EMPTY;
        }
        if (!strict) {
            return ImaKeyring.parseLeniently(text);
        }
        try {
            // The schema takes no keyring that is encoded twice.
            if (text.stripLeading().startsWith("\"")) {
                throw malformed("verification-keys", "holds a text where a keyring was expected");
            }
            return ImaKeyring.parse(text);
        } catch (IOException e) {
            throw malformed(
                    "verification-keys",
                    "holds no keyring: it " + String.valueOf(e.getMessage()).replaceFirst("^not JSON", "is not JSON"));
        }
    }

    private void members() throws RuntimePolicyException {
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = member(seen, "");
            JsonToken value = parser.nextToken();
            switch (name) {
                case "meta" -> meta = meta(value);
                case "release" -> release = count("release", value);
                case "digests" -> digests = index("digests", value);
                case "keyrings" -> keyrings = index("keyrings", value);
                case "ima-buf" -> buffers = index("ima-buf", value);
                case "excludes" -> excludes = texts("excludes", value, MAX_EXCLUDES);
                case "ima" -> ima(value);
                case "verification-keys" -> verificationKeys = text("verification-keys", value);
                default -> parser.skipChildren();
            }
        }
    }

    private String member(Set<String> seen, String place) throws RuntimePolicyException {
        String name = parser.currentName();
        if (seen.size() > 1000) {
            throw malformed(place, "has more than 1000 members");
        }
        if (!seen.add(name)) {
            throw malformed(place.isEmpty() ? shown(name) : place + "." + shown(name), "stands there twice");
        }
        return name;
    }

    private RuntimePolicy.Meta meta(JsonToken value) throws RuntimePolicyException {
        object("meta", value);
        long version = -1;
        long generator = -1;
        Optional<String> timestamp = Optional.empty();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = member(seen, "meta");
            JsonToken token = parser.nextToken();
            switch (name) {
                case "version" -> version = count("meta.version", token);
                case "generator" -> generator = count("meta.generator", token);
                case "timestamp" -> timestamp = Optional.of(text("meta.timestamp", token));
                default -> parser.skipChildren();
            }
        }
        if (strict) {
            require(version < 0 ? null : version, "meta.version");
            require(generator < 0 ? null : generator, "meta.generator");
        }
        RuntimePolicy.Generator[] generators = RuntimePolicy.Generator.values();
        if (generator >= generators.length) {
            throw malformed("meta.generator", "is " + generator + ", and the highest is " + (generators.length - 1));
        }
        return new RuntimePolicy.Meta(Math.max(version, 0), generators[(int) Math.max(generator, 0)], timestamp);
    }

    private void ima(JsonToken value) throws RuntimePolicyException {
        object("ima", value);
        imaSeen = true;
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = member(seen, "ima");
            JsonToken token = parser.nextToken();
            switch (name) {
                case "ignored_keyrings" -> ignoredKeyrings = texts("ima.ignored_keyrings", token, MAX_KEYRINGS);
                case "log_hash_alg" -> logHash = logHash(text("ima.log_hash_alg", token));
                case "dm_policy" -> {
                    dmPolicySeen = true;
                    if (token != JsonToken.VALUE_NULL) {
                        dmPolicy = Optional.of(DmPolicy.parse(tree("ima.dm_policy", token)));
                    }
                }
                default -> parser.skipChildren();
            }
        }
    }

    private HashAlgorithm logHash(String name) throws RuntimePolicyException {
        Optional<HashAlgorithm> algorithm = HashAlgorithm.fromWireName(name).filter(HashAlgorithm::computable);
        if (algorithm.isEmpty() && strict) {
            throw malformed("ima.log_hash_alg", "is " + shown(name) + ", not sha1, sha256, sha384 or sha512");
        }
        return algorithm.orElse(HashAlgorithm.SHA1);
    }

    private JsonNode tree(String place, JsonToken value) throws RuntimePolicyException {
        object(place, value);
        return JsonTree.read(parser, place);
    }

    private static void object(String place, JsonToken value) throws RuntimePolicyException {
        if (value != JsonToken.START_OBJECT) {
            throw malformed(place, "must be an object");
        }
    }

    /** A whole number of 0 or more; 1.0 is one, true is none. */
    private long count(String place, JsonToken value) throws RuntimePolicyException {
        if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
            try {
                BigDecimal number = new BigDecimal(parser.getString());
                if (number.signum() >= 0 && number.precision() - number.scale() <= 18) {
                    return number.longValueExact();
                }
            } catch (ArithmeticException e) {
                // not a whole number
            }
        }
        throw malformed(place, "must be a whole number of 0 or more");
    }

    private String text(String place, JsonToken value) throws RuntimePolicyException {
        if (value != JsonToken.VALUE_STRING) {
            throw malformed(place, "must be a text");
        }
        return parser.getString();
    }

    private List<String> texts(String place, JsonToken value, int atMost) throws RuntimePolicyException {
        if (value != JsonToken.START_ARRAY) {
            throw malformed(place, "must be a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (texts.size() >= atMost) {
                throw malformed(place, "has more than " + atMost + " entries");
            }
            texts.add(text(place + "[" + texts.size() + "]", token));
        }
        return texts;
    }

    private DigestIndex index(String place, JsonToken value) throws RuntimePolicyException {
        object(place, value);
        DigestIndex.Builder index = new DigestIndex.Builder(seed);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (index.size() >= MAX_NAMES) {
                throw malformed(place, "has more than " + MAX_NAMES + " names");
            }
            if (!index.name(bytes(place, name))) {
                throw malformed(place + "[" + shown(name) + "]", "stands there twice");
            }
            int before = index.digestCount();
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw malformed(place + "[" + shown(name) + "]", "must be a list of digests");
            }
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                digest(index, place, name, token);
            }
            if (strict && index.digestCount() == before) {
                throw malformed(place + "[" + shown(name) + "]", "has an empty list of digests");
            }
        }
        return index.build();
    }

    private static byte[] bytes(String place, String name) throws RuntimePolicyException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        // Half a surrogate pair becomes a question mark, and a path that really has one would be allowed.
        for (int i = 0; i < name.length(); i++) {
            if (Character.isSurrogate(name.charAt(i))) {
                int c = name.codePointAt(i);
                if (c <= Character.MAX_VALUE) {
                    throw malformed(place + "[" + shown(name) + "]", "has half a character in its name");
                }
                i++;
            }
        }
        return bytes;
    }

    private void digest(DigestIndex.Builder index, String place, String name, JsonToken token)
            throws RuntimePolicyException {
        if (index.digestCount() >= MAX_DIGESTS) {
            throw malformed(place, "has more than " + MAX_DIGESTS + " digests");
        }
        if (token == JsonToken.VALUE_STRING) {
            char[] text = parser.getStringCharacters();
            int from = parser.getStringOffset();
            int length = parser.getStringLength();
            if (isDigest(text, from, length)) {
                index.digest(text, from, length);
                return;
            }
            // The schema's expression ends with $, which a line feed may follow.
            boolean lineFeed = length > 0 && text[from + length - 1] == '\n' && isDigest(text, from, length - 1);
            if (!strict || lineFeed) {
                index.text(new String(text, from, length));
                return;
            }
        }
        throw malformed(
                place + "[" + shown(name) + "]",
                "has a digest that is not 40 to 128 lower-case hex digits"
                        + (token == JsonToken.VALUE_STRING ? ": " + shown(parser.getString()) : ""));
    }

    private static boolean isDigest(char[] text, int from, int length) {
        if (length < MIN_HEX || length > MAX_HEX) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            char c = text[i];
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    /** Short and plain, in quotes. */
    static String shown(String text) {
        String start = text.length() <= 80 ? text : text.substring(0, 80) + "…";
        return '"' + start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "?") + '"';
    }
}
