package io.limelight.console.ca;

import io.limelight.console.kit.SecretField;
import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What was typed into a secret field, as bytes. */
public final class Typed {
    private Typed() {}

    /** UTF-8; what is made on the way is overwritten. */
    public static SecretBytes secret(SecretField field) {
        try (SecretField.Value typed = field.value()) {
            char[] characters = typed.characters();
            CharsetEncoder encoder = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE);
            byte[] bytes = new byte[(int) (characters.length * (double) encoder.maxBytesPerChar())];
            try {
                ByteBuffer encoded = ByteBuffer.wrap(bytes);
                encoder.encode(CharBuffer.wrap(characters), encoded, true);
                return SecretBytes.adopt(Arrays.copyOf(bytes, encoded.position()));
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }

    static PasswordRules.Grade grade(SecretField field) {
        try (SecretField.Value typed = field.value()) {
            return PasswordRules.grade(typed.characters());
        }
    }

    static boolean same(SecretField one, SecretField other) {
        try (SecretBytes first = secret(one);
                SecretBytes second = secret(other)) {
            return first.constantTimeEquals(second);
        }
    }
}
