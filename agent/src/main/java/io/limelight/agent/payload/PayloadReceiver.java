package io.limelight.agent.payload;

import io.limelight.core.secret.SecretBytes;
import java.util.Optional;

/**
 * Takes what the REST routes hand over: shares already decrypted with the transport key and checked for size, tags already
 * decoded. Order does not matter and wrong shares are harmless noise (wire reference §3.4): neither method says whether
 * anything could be joined. Both return quickly; opening and running a payload goes on by itself.
 */
public interface PayloadReceiver extends AutoCloseable {
    /**
     * Takes U.
     *
     * @param u 16 or 32 bytes; from now on owned, and closed, by the receiver
     * @param authTag 48 bytes, HMAC-SHA384 of the agent id under K
     * @param payload the sealed container, if one came along
     */
    void receiveU(SecretBytes u, byte[] authTag, Optional<byte[]> payload);

    /**
     * Takes V.
     *
     * @param v 16 or 32 bytes; from now on owned, and closed, by the receiver
     */
    void receiveV(SecretBytes v);

    /** HMAC-SHA384 of the challenge under K, lower-case hex; empty until K is known. */
    Optional<String> answer(String challenge);

    /** Where things stand. */
    PayloadStatus status();

    /**
     * Has somebody called now and whenever a payload has been unpacked, its script has ended or both; on a thread that does
     * nothing else meanwhile, so briefly.
     */
    void whenUnpacked(Runnable listener);

    /** Clears every share and K, and stops waiting for a script (which itself goes on). */
    @Override
    void close();
}
