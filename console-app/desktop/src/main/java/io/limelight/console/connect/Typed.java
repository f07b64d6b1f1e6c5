package io.limelight.console.connect;

import io.limelight.console.kit.SecretField;
import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What was typed into a secret field, as bytes. */
final class Typed {
    private Typed() {}

    /** UTF-8; what is made on the way is overwritten. */
    static SecretBytes secret(SecretField.Value typed) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed.characters()));
        try {
            return SecretBytes.adopt(Arrays.copyOfRange(encoded.array(), 0, encoded.limit()));
        } finally {
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
