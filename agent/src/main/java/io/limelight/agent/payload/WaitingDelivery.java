package io.limelight.agent.payload;

import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A delivery that waits for a script to end, kept in the secure area: tenant and verifier have been told that the machine has its
 * key, so nobody would deliver it again if this agent ended meanwhile.
 *
 * <p>The file is one byte of what is to be opened, one of the length of K, K, and the sealed payload where one came. It lies where
 * K of an opened payload lies too: in memory, for the agent's user alone.
 */
final class WaitingDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(WaitingDelivery.class);
    private static final int HEAD = 2;
    private static final byte SENT = 1;
    private static final byte PLACED = 2;
    private static final byte KEY_ALONE = 3;

    private final Path file;

    /** @param file where it is kept; private to the agent */
    WaitingDelivery(Path file) {
        this.file = file;
    }

    /** Keeps it in the place of one kept before; where there is no room it would not outlive this agent, and the log says so. */
    void keep(Delivery delivery) {
        byte[] container = delivery.content() instanceof Delivery.Content.Sent sent ? sent.container() : new byte[0];
        byte[] kept = delivery.key().bytes().apply(key -> {
            byte[] bytes = new byte[HEAD + key.length + container.length];
            ByteBuffer.wrap(bytes)
                    .put(kind(delivery.content()))
                    .put((byte) key.length)
                    .put(key)
                    .put(container);
            return bytes;
        });
        try {
            PrivateFiles.write(file, kept);
        } catch (IOException e) {
            LOG.warn("a payload that waits is not kept for the case that this agent ends: {}", e.getMessage());
            forget();
        } finally {
            Arrays.fill(kept, (byte) 0);
        }
    }

    private static byte kind(Delivery.Content content) {
        return switch (content) {
            case Delivery.Content.Sent _ -> SENT;
            case Delivery.Content.Placed() -> PLACED;
            case Delivery.Content.KeyAlone() -> KEY_ALONE;
        };
    }

    /** What the agent before this one has kept; what nobody understands is removed. */
    Optional<Delivery> read() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is no plain file");
        }
        byte[] kept = Files.readAllBytes(file);
        try {
            int keyLength = kept.length < HEAD ? 0 : kept[1];
            if (!BootstrapKey.validSize(keyLength) || kept.length < HEAD + keyLength) {
                return damaged();
            }
            byte[] container = Arrays.copyOfRange(kept, HEAD + keyLength, kept.length);
            Optional<Delivery.Content> content = content(kept[0], container);
            if (content.isEmpty()) {
                return damaged();
            }
            SecretBytes key = SecretBytes.adopt(Arrays.copyOfRange(kept, HEAD, HEAD + keyLength));
            return Optional.of(new Delivery(BootstrapKey.of(key), content.get()));
        } catch (PayloadException e) {
            throw new IllegalStateException("a key has a key's length", e);
        } finally {
            Arrays.fill(kept, (byte) 0);
        }
    }

    private static Optional<Delivery.Content> content(byte kind, byte[] container) {
        boolean empty = container.length == 0;
        return switch (kind) {
            case SENT ->
                empty ? Optional.empty() : Optional.of(new Delivery.Content.Sent(container, Opening.digest(container)));
            case PLACED -> empty ? Optional.of(new Delivery.Content.Placed()) : Optional.empty();
            case KEY_ALONE -> empty ? Optional.of(new Delivery.Content.KeyAlone()) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<Delivery> damaged() {
        LOG.error("a payload that waited when this agent ended cannot be read again; deliver it again"
                + " (limelight tenant -c update)");
        forget();
        return Optional.empty();
    }

    /** It is being opened, or was replaced. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", file, e.getMessage());
        }
    }
}
