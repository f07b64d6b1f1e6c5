package io.limelight.core.ima;

import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import tools.jackson.databind.JsonNode;

/**
 * Keys by key id, in the order they came. Immutable.
 *
 * <p>Its JSON holds two parallel lists, {@code {"pubkeys": ["<base64 DER SPKI>", …], "keyids": [<unsigned>, …]}}, and always
 * travels inside a text of other JSON.
 */
public final class ImaKeyring {
    /** Without keys. */
    public static final ImaKeyring EMPTY = new ImaKeyring(Map.of());

    /** More keys are refused: a kernel's keyrings hold a few dozen. */
    public static final int MAX_KEYS = 1000;

    private final Map<Integer, ImaKey> keys;

    private ImaKeyring(Map<Integer, ImaKey> keys) {
        this.keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    /** With one more key; one with the same id is replaced. */
    public ImaKeyring with(ImaKey key) {
        if (key(key.id()).filter(key::equals).isPresent()) {
            return this;
        }
        Map<Integer, ImaKey> more = new LinkedHashMap<>(keys);
        more.put(key.id(), key);
        return new ImaKeyring(more);
    }

    /** The key with this id. */
    public Optional<ImaKey> key(int id) {
        return Optional.ofNullable(keys.get(id));
    }

    /** How many keys. */
    public int size() {
        return keys.size();
    }

    /** True without keys. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Reads a keyring's JSON as strictly as an upload is checked: an object with a list of integers {@code keyids}, a list of
     * texts {@code pubkeys}, and perhaps {@code meta} with a {@code version} of 1 or more.
     *
     * <p>A single key that cannot be decoded is left out, as in Keylime.
     *
     * @throws IOException in words that fit after "the keyring"
     */
    public static ImaKeyring parse(String json) throws IOException {
        JsonNode node = WireJson.parse(json);
        if (node.isString()) {
            // Encoded twice, which older writers did.
            node = WireJson.parse(node.stringValue());
        }
        JsonNode keys = node.path("pubkeys");
        JsonNode ids = node.path("keyids");
        if (!node.isObject() || !keys.isArray() || !ids.isArray()) {
            throw new IOException("needs the lists \"pubkeys\" and \"keyids\"");
        }
        if (keys.size() > MAX_KEYS || ids.size() > MAX_KEYS) {
            throw new IOException("holds more than " + MAX_KEYS + " keys");
        }
        checkMeta(node);
        for (JsonNode id : ids) {
            if (!id.isNumber() || (!id.isIntegralNumber() && id.doubleValue() % 1 != 0)) {
                throw new IOException("has a key id that is no whole number");
            }
        }
        Map<Integer, ImaKey> read = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).isString()) {
                throw new IOException("has a key that is no text");
            }
            long id = i < ids.size() ? ids.get(i).asLong(0) : 0;
            decode(keys.get(i).stringValue(), (int) id).ifPresent(key -> read.put(key.id(), key));
        }
        return new ImaKeyring(read);
    }

    private static void checkMeta(JsonNode node) throws IOException {
        JsonNode meta = node.get("meta");
        if (meta == null) {
            return;
        }
        JsonNode version = meta.path("version");
        if (!meta.isObject() || !version.isIntegralNumber() || version.asLong(0) < 1) {
            throw new IOException("has a \"meta\" without a version of 1 or more");
        }
    }

    private static Optional<ImaKey> decode(String base64, int id) {
        try {
            byte[] der = Base64.getDecoder().decode(base64);
            if (der.length > KeyReader.MAX_LENGTH) {
                return Optional.empty();
            }
            return Optional.of(ImaKey.of(SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(der)), id));
        } catch (UnsupportedKeyException | IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** The keyring of a stored text; without a usable one, an empty keyring. */
    public static ImaKeyring parseLeniently(String json) {
        if (json.isEmpty()) {
            return EMPTY;
        }
        try {
            return parse(json);
        } catch (IOException e) {
            return EMPTY;
        }
    }

    /** Its JSON, spaced as Python's json module does. */
    public String json() {
        StringJoiner pubkeys = new StringJoiner(", ", "[", "]");
        StringJoiner ids = new StringJoiner(", ", "[", "]");
        keys.values().forEach(key -> {
            pubkeys.add('"' + Base64.getEncoder().encodeToString(key.spki()) + '"');
            ids.add(Long.toString(key.unsignedId()));
        });
        return "{\"pubkeys\": " + pubkeys + ", \"keyids\": " + ids + "}";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImaKeyring that && keys.equals(that.keys);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    @Override
    public String toString() {
        return keys.keySet().stream()
                .map(id -> String.format("%08x", id))
                .toList()
                .toString();
    }
}
