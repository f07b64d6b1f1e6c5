package io.limelight.agent.payload;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tpm.HashAlgorithm;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what a delivery asks for: opens its payload and has its script run, or leaves K where others find it.
 *
 * @param unpacked hears of each payload that has been unpacked, before its script begins
 */
record Opening(
        SecureArea area,
        PayloadSettings settings,
        PlacedPayload placed,
        Unpacking unpacking,
        ScriptWatch script,
        Standing standing,
        Runnable unpacked) {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    static String digest(byte[] container) {
        return HexFormat.of().formatHex(HashAlgorithm.SHA256.digest(container));
    }

    /** What the status shows while it is looked at; empty if nothing changes. */
    static Optional<PayloadState> shown(Delivery delivery) {
        return switch (delivery.content()) {
            case Delivery.Content.Sent sent -> Optional.of(PayloadState.unpacking(sent.digest()));
            case Delivery.Content.Placed() -> Optional.of(PayloadState.unpacking(""));
            case Delivery.Content.KeyAlone() -> Optional.empty();
        };
    }

    /**
     * Does it; returns when its script has ended, or this agent stops.
     *
     * @param before how things stood when it was taken up
     * @return something to know about it that is no failure, a sentence
     */
    Optional<String> open(Delivery delivery, PayloadState before, Cancellation stopping) {
        switch (delivery.content()) {
            case Delivery.Content.Sent sent -> open(delivery.key(), sent.container(), sent.digest(), "", stopping);
            case Delivery.Content.Placed() -> {
                return openPlaced(delivery.key(), before, stopping);
            }
            case Delivery.Content.KeyAlone() -> {
                return leave(delivery.key(), before, stopping);
            }
        }
        return Optional.empty();
    }

    /**
     * What to know of a key that came for a container that was opened before; empty if it is the key of that one.
     *
     * <p>The same ciphertext is opened once, but another key says that somebody meant another one, or has mixed up files; that machine
     * goes on proving a key which opens nothing here.
     */
    static Optional<String> otherKey(BootstrapKey key, byte[] container) {
        try (SecretBytes _ = SealedPayload.open(key, container)) {
            return Optional.empty();
        } catch (PayloadException e) {
            LOG.debug("a container that was opened before does not open", e);
            return Optional.of(
                    "another key came for the sealed payload that was opened before, and does not open it; what was"
                            + " opened stays in use with its own key. Send the key that it was sealed with, or replace the"
                            + " sealed payload");
        }
    }

    private Optional<String> openPlaced(BootstrapKey key, PayloadState before, Cancellation stopping) {
        byte[] container;
        try {
            container = placed.read();
        } catch (PayloadException e) {
            standing.fail(PayloadState.unpacking(""), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        String digest = digest(container);
        String whose = placed.file().orElseThrow() + " (encrypted_payload): ";
        if (before.settles(digest)) {
            standing.show(before);
            Optional<String> other = otherKey(key, container).map(sentence -> whose + sentence);
            other.ifPresentOrElse(
                    LOG::warn, () -> LOG.info("the payload on this machine was opened before and is not opened again"));
            return other;
        }
        open(key, container, digest, whose, stopping);
        return Optional.empty();
    }

    private void open(BootstrapKey key, byte[] container, String digest, String whose, Cancellation stopping) {
        PayloadState opening = PayloadState.unpacking(digest);
        standing.enter(opening);
        switch (unpacking.unpack(key, container, stopping)) {
            case Unpacking.Result.Stopped() ->
                LOG.warn("stopped while a payload was opened; it has to be delivered again");
            case Unpacking.Result.Refused(String problem) -> standing.fail(opening, whose + problem);
            case Unpacking.Result.SingleFile(int bytes) -> {
                LOG.info("the payload is a single file of {} bytes: {}", bytes, area.unzipped());
                unpacked.run();
                standing.enter(opening.done(null));
            }
            case Unpacking.Result.Archive(int entries, boolean hasScript) -> {
                LOG.info("the payload was unpacked into {}: {} entries", area.unzipped(), entries);
                unpacked.run();
                if (hasScript) {
                    script.begin(opening.unpacked());
                } else if (settings.script().isEmpty()) {
                    standing.enter(opening.done(null));
                } else {
                    LOG.info("the payload holds no {}: nothing to run", settings.script());
                    standing.enter(opening.done(
                            "the payload holds no " + settings.script() + " (payload_script): nothing was run"));
                }
            }
        }
    }

    /** Never in the place of a payload: the machine keeps what it has. */
    private Optional<String> leave(BootstrapKey key, PayloadState before, Cancellation stopping) {
        if (unpacking.holdsPayload()) {
            String sentence = "the key came without a payload and is not left in " + area.unzipped()
                    + ", where an earlier payload lies with its own; that one's key, certificates and action_list stay"
                    + " in use";
            LOG.warn("{}. To replace them deliver a payload with the key", sentence);
            if (before.step() == PayloadState.Step.REFUSED) {
                // That one was another delivery than this, and is no news any more.
                standing.enter(PayloadState.unpacking("").done(sentence));
            }
            return Optional.of(sentence);
        }
        try {
            // Written down before there is a key: one that lies there is of the delivery that the status tells of.
            if (unpacking.leaveKey(key, () -> standing.enter(PayloadState.key()), stopping)) {
                LOG.info(
                        "the key is in {}, for others on this machine",
                        area.unzipped().resolve(settings.keyName()));
            }
            return Optional.empty();
        } catch (PayloadException e) {
            LOG.warn("{}", e.getMessage());
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
