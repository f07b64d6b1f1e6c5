package io.limelight.core.payload;

import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The key file of the key-only mode: three base64 lines. The writer's order is K, V, U, the tenant reads K, U, V (both as
 * Keylime has them; since K = U xor V it comes to the same).
 */
public final class KeyFile {
    private static final int MAX_SIZE = 1024;

    private KeyFile() {}

    /**
     * What a key file holds.
     *
     * @param key K
     * @param shares U and V, with K = U xor V
     */
    public record Keys(BootstrapKey key, BootstrapKey.Shares shares) implements AutoCloseable {
        @Override
        public void close() {
            key.close();
            shares.close();
        }
    }

    /**
     * Reads the three lines as K, U, V.
     *
     * @throws PayloadException if there are not exactly three, one is no base64 key, or they do not belong together
     */
    public static Keys parse(byte[] content, String origin) throws PayloadException {
        if (content.length > MAX_SIZE) {
            throw new PayloadException(origin + " is larger than a key file can be");
        }
        List<SecretBytes> keys = new ArrayList<>();
        boolean accepted = false;
        try {
            int start = 0;
            for (int i = 0; i <= content.length; i++) {
                if (i == content.length || content[i] == '\n') {
                    int end = i > start && content[i - 1] == '\r' ? i - 1 : i;
                    if (end > start) {
                        keys.add(decode(Arrays.copyOfRange(content, start, end), origin));
                    }
                    start = i + 1;
                }
            }
            Keys result = checked(keys, origin);
            accepted = true;
            return result;
        } finally {
            if (!accepted) {
                keys.forEach(SecretBytes::close);
            }
        }
    }

    private static Keys checked(List<SecretBytes> keys, String origin) throws PayloadException {
        if (keys.size() != 3) {
            throw new PayloadException(
                    origin + " holds " + keys.size() + " lines, a key file holds three: K, U and V in base64");
        }
        BootstrapKey key = BootstrapKey.of(keys.get(0));
        BootstrapKey.Shares shares = new BootstrapKey.Shares(keys.get(1), keys.get(2));
        try (BootstrapKey joined = BootstrapKey.join(shares.u(), shares.v())) {
            if (!joined.bytes().constantTimeEquals(key.bytes())) {
                throw new PayloadException(
                        origin + ": the shares do not join to the key; the lines are of different runs");
            }
        }
        return new Keys(key, shares);
    }

    private static SecretBytes decode(byte[] line, String origin) throws PayloadException {
        try {
            return SecretBytes.adopt(Base64.getDecoder().decode(line));
        } catch (IllegalArgumentException e) {
            throw new PayloadException(origin + " has a line that is not base64", e);
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    /** Writes K, V, U. */
    public static SecretBytes format(BootstrapKey key, BootstrapKey.Shares shares) {
        ByteBuffer text = ByteBuffer.allocate(3 * (4 * ((key.bytes().length() + 2) / 3) + 1));
        for (SecretBytes secret : List.of(key.bytes(), shares.v(), shares.u())) {
            byte[] line = secret.apply(Base64.getEncoder()::encode);
            text.put(line).put((byte) '\n');
            Arrays.fill(line, (byte) 0);
        }
        return SecretBytes.adopt(text.array());
    }
}
