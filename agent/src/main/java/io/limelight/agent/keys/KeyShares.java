package io.limelight.agent.keys;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.SecretBytes;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * The shares that have arrived and not been joined yet (wire reference §3.4). Every U with every V of its length is a
 * candidate for K; the right one is known by the tag that came with U. Wrong shares are noise: they cost a little memory and
 * one HMAC for each pair, and nobody learns from an answer whether a share was right.
 *
 * <p>Bounded, which Keylime's agent is not: at most {@value #MAX_SHARES} of each kind and {@value #MAX_PAYLOAD_BYTES} bytes
 * of payloads; the oldest go first. The bounds are generous on purpose, as whoever may send shares at all could otherwise
 * push a genuine one out with a few decoys. Not safe for use by several threads at once.
 */
public final class KeyShares implements AutoCloseable {
    /** Most shares of each kind. */
    public static final int MAX_SHARES = 2048;

    /** Most bytes of the payloads that came with U shares; a single one may always stay. */
    public static final int MAX_PAYLOAD_BYTES = 16 << 20;

    private final String agentId;
    private final Deque<Offer> us = new ArrayDeque<>();
    private final Deque<SecretBytes> vs = new ArrayDeque<>();
    private long payloadBytes;

    /** Shares for the agent of this id. */
    public KeyShares(String agentId) {
        this.agentId = agentId;
    }

    private static final class Offer {
        private final SecretBytes u;
        private final byte[] tag;
        private final Optional<byte[]> payload;

        Offer(SecretBytes u, byte[] tag, Optional<byte[]> payload) {
            this.u = u;
            this.tag = tag.clone();
            this.payload = payload;
        }

        int payloadLength() {
            return payload.map(bytes -> bytes.length).orElse(0);
        }
    }

    /**
     * Two shares that belong together.
     *
     * @param key K; owned by whoever receives this
     * @param payload the sealed container that came with U, if one did
     */
    public record Joined(BootstrapKey key, Optional<byte[]> payload) {}

    /**
     * Takes U, and tries it with every V.
     *
     * @param u owned, and cleared in the end, by this object
     * @param tag HMAC-SHA384 of the agent id under K
     * @return K, if there is a V that belongs to it; all shares are gone then
     */
    public Optional<Joined> addU(SecretBytes u, byte[] tag, Optional<byte[]> payload) {
        Offer offer = new Offer(u, tag, payload);
        removeRepeated(offer);
        us.addLast(offer);
        payloadBytes += offer.payloadLength();
        while (us.size() > MAX_SHARES || (payloadBytes > MAX_PAYLOAD_BYTES && us.size() > 1)) {
            drop(us.removeFirst());
        }
        for (SecretBytes v : vs) {
            Optional<Joined> joined = join(offer, v);
            if (joined.isPresent()) {
                return joined;
            }
        }
        return Optional.empty();
    }

    /**
     * Takes V, and tries it with every U.
     *
     * @param v owned, and cleared in the end, by this object
     * @return K, if there is a U that belongs to it; all shares are gone then
     */
    public Optional<Joined> addV(SecretBytes v) {
        vs.removeIf(known -> {
            boolean same = known.constantTimeEquals(v);
            if (same) {
                known.close();
            }
            return same;
        });
        vs.addLast(v);
        if (vs.size() > MAX_SHARES) {
            vs.removeFirst().close();
        }
        for (Iterator<Offer> newest = us.descendingIterator(); newest.hasNext(); ) {
            Optional<Joined> joined = join(newest.next(), v);
            if (joined.isPresent()) {
                return joined;
            }
        }
        return Optional.empty();
    }

    /** A U that comes again takes the place of the former one: a sender's second try, perhaps with a payload this time. */
    private void removeRepeated(Offer offer) {
        us.removeIf(known -> {
            boolean same = MessageDigest.isEqual(known.tag, offer.tag) && known.u.constantTimeEquals(offer.u);
            if (same) {
                drop(known);
            }
            return same;
        });
    }

    private void drop(Offer offer) {
        payloadBytes -= offer.payloadLength();
        offer.u.close();
    }

    private Optional<Joined> join(Offer offer, SecretBytes v) {
        if (offer.u.length() != v.length()) {
            return Optional.empty();
        }
        BootstrapKey candidate;
        try {
            candidate = BootstrapKey.join(offer.u, v);
        } catch (PayloadException e) {
            // Of a length that no key has; the routes refuse such shares before they come here.
            return Optional.empty();
        }
        if (!candidate.matches(agentId, offer.tag)) {
            candidate.close();
            return Optional.empty();
        }
        Joined joined = new Joined(candidate, offer.payload);
        clear();
        return Optional.of(joined);
    }

    /** How many U shares wait. */
    public int waitingUs() {
        return us.size();
    }

    /** How many V shares wait. */
    public int waitingVs() {
        return vs.size();
    }

    /** Bytes of payload that wait with them. */
    public long waitingPayloadBytes() {
        return payloadBytes;
    }

    private void clear() {
        us.forEach(this::drop);
        us.clear();
        vs.forEach(SecretBytes::close);
        vs.clear();
    }

    /** Overwrites and drops every share. */
    @Override
    public void close() {
        clear();
    }
}
