package io.limelight.console.connect;

import io.limelight.console.kit.SecretField;
import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What was typed into a secret field, as bytes. */
final class Typed {
    private Typed() {}

    /** UTF-8; what is made on the way is overwritten. */
    static SecretBytes secret(SecretField.Value typed) {
        CharBuffer characters = CharBuffer.wrap(typed.characters());
        // At most three bytes for each character; a character outside the BMP is two of these and four bytes.
        ByteBuffer encoded = ByteBuffer.allocate(3 * characters.remaining());
        try {
            StandardCharsets.UTF_8.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .encode(characters, encoded, true);
            return SecretBytes.adopt(Arrays.copyOfRange(encoded.array(), 0, encoded.position()));
        } finally {
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
