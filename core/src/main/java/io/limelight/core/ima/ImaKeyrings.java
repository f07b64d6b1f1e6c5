package io.limelight.core.ima;

import io.limelight.core.json.JsonTrees;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keyrings by name, in the order they came. Immutable.
 *
 * <p>The keys an administrator configured are {@link #TENANT}, and come first; the others were learned from a machine's own list,
 * which recorded when a key was added to a keyring of its kernel. Only the first keyring that knows an id is asked.
 */
public final class ImaKeyrings {
    /** Reserved name of the administrator's keys. */
    public static final String TENANT = "tenant_keyring";

    /** More keyrings are not learned. */
    public static final int MAX_KEYRINGS = 64;

    /** Without keys. */
    public static final ImaKeyrings EMPTY = new ImaKeyrings(Map.of());

    private final Map<String, ImaKeyring> rings;

    private ImaKeyrings(Map<String, ImaKeyring> rings) {
        this.rings = Collections.unmodifiableMap(new LinkedHashMap<>(rings));
    }

    /** The administrator's keys and, after them, these. */
    public ImaKeyrings withTenant(ImaKeyring tenant) {
        Map<String, ImaKeyring> more = new LinkedHashMap<>();
        more.put(TENANT, tenant);
        rings.forEach(more::putIfAbsent);
        return new ImaKeyrings(more);
    }

    /** Without the administrator's keys: what was learned. */
    public ImaKeyrings learned() {
        if (!rings.containsKey(TENANT)) {
            return this;
        }
        Map<String, ImaKeyring> rest = new LinkedHashMap<>(rings);
        rest.remove(TENANT);
        return rest.isEmpty() ? EMPTY : new ImaKeyrings(rest);
    }

    /** With a key learned for a keyring; a machine cannot add to the administrator's, nor fill the memory. */
    public ImaKeyrings with(String name, ImaKey key) {
        ImaKeyring ring = rings.getOrDefault(name, ImaKeyring.EMPTY);
        boolean full = ring.size() >= ImaKeyring.MAX_KEYS || (ring.isEmpty() && rings.size() >= MAX_KEYRINGS);
        if (name.equals(TENANT) || full) {
            return this;
        }
        ImaKeyring more = ring.with(key);
        if (more.equals(ring)) {
            return this;
        }
        Map<String, ImaKeyring> changed = new LinkedHashMap<>(rings);
        changed.put(name, more);
        return new ImaKeyrings(changed);
    }

    /** The keyring of this name. */
    public Optional<ImaKeyring> keyring(String name) {
        return Optional.ofNullable(rings.get(name));
    }

    /** The key with this id, from the first keyring that has one. */
    public Optional<ImaKey> key(int id) {
        for (ImaKeyring ring : rings.values()) {
            Optional<ImaKey> key = ring.key(id);
            if (key.isPresent()) {
                return key;
            }
        }
        return Optional.empty();
    }

    /** An object of names to the texts of {@link ImaKeyring#json}, as it is stored. */
    public String json() {
        ObjectNode object = JsonTrees.object();
        rings.forEach((name, ring) -> object.put(name, ring.json()));
        return WireJson.compactText(object);
    }

    /**
     * Reads {@link #json}; what is no keyring is left out.
     *
     * @throws IOException if it is no object
     */
    public static ImaKeyrings parse(String json) throws IOException {
        JsonNode node = WireJson.parse(json);
        if (!node.isObject()) {
            throw new IOException("stored keyrings are no JSON object");
        }
        Map<String, ImaKeyring> rings = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getValue().isString()) {
                ImaKeyring ring = ImaKeyring.parseLeniently(entry.getValue().stringValue());
                if (!ring.isEmpty()) {
                    rings.put(entry.getKey(), ring);
                }
            }
        }
        return rings.isEmpty() ? EMPTY : new ImaKeyrings(rings);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImaKeyrings that && rings.equals(that.rings);
    }

    @Override
    public int hashCode() {
        return rings.hashCode();
    }

    @Override
    public String toString() {
        return rings.toString();
    }
}
