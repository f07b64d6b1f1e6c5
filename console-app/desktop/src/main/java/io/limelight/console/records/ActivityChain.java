package io.limelight.console.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * How rows of the activity record hang together, and what that is worth.
 *
 * <p>Each row carries a SHA-256 over its fields and over the hash of the row before. The bytes that are hashed are the label {@code
 * limelight activity 1} and a zero byte, the profile's number and the sequence as eight bytes each, then each text (time, source, kind,
 * objects, outcome, facts, origin, previous hash) as its length in UTF-8 in four bytes and the bytes: no two rows have the same ones.
 * Whoever changes, inserts or takes out a row must therefore make every later row anew.
 *
 * <p>That alone stops nobody who can write the file: making a thousand rows anew takes a moment. So the newest hash, the head, is signed
 * by a key that is in the vault; who has the file and not the passphrase cannot sign another. And since the head is in the same file, an
 * older copy of the whole file, or one whose end was cut off together with its head, still verifies: only a head that was exported
 * elsewhere before tells that there was more. What was never written down, and what somebody wrote who knew the passphrase, no chain
 * tells.
 */
public final class ActivityChain {
    /** What comes before the first row. */
    public static final String NOTHING = "0".repeat(64);

    private static final byte[] LABEL = "limelight activity 1\0".getBytes(StandardCharsets.US_ASCII);

    private ActivityChain() {}

    /** The hash that a row must have. */
    public static String hash(ActivityRow row) {
        MessageDigest sha = sha256();
        sha.update(LABEL);
        sha.update(ByteBuffer.allocate(16)
                .putLong(row.profile())
                .putLong(row.sequence())
                .array());
        for (String text : List.of(
                row.at(),
                row.source(),
                row.kind(),
                row.objects(),
                row.outcome(),
                row.facts(),
                row.origin(),
                row.previous())) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            sha.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
            sha.update(bytes);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
