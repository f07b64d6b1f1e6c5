package io.limelight.core.tpm;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Standard base64 with mandatory padding and nothing else, bounded before it is decoded (RFC 4648 §3.3, §4). */
final class StrictBase64 {
    private StrictBase64() {}

    static byte[] decode(String what, String text, int maximumBytes) throws TpmFormatException {
        return decode(what, text, 0, text.length(), maximumBytes);
    }

    /** Decodes {@code text[from, to)}; offsets in errors count from the start of {@code text}. */
    static byte[] decode(String what, String text, int from, int to, int maximumBytes) throws TpmFormatException {
        int length = to - from;
        if (length > (maximumBytes + 2) / 3 * 4) {
            throw new TpmFormatException(
                    what, from, length + " characters of base64 are more than the " + maximumBytes + " bytes allowed");
        }
        if (length % 4 != 0) {
            throw new TpmFormatException(what, to, "base64 without its padding: " + length + " characters");
        }
        // Characters above 0xff become '?', which is outside the alphabet and refused like any other stranger.
        byte[] characters = text.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
        try {
            return Base64.getDecoder().decode(characters);
        } catch (IllegalArgumentException e) {
            throw new TpmFormatException(what, from + firstStranger(characters), "not base64");
        }
    }

    private static int firstStranger(byte[] characters) {
        for (int i = 0; i < characters.length; i++) {
            byte c = characters[i];
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            boolean digit = c >= '0' && c <= '9';
            boolean inAlphabet = letter || digit || c == '+' || c == '/';
            if (!inAlphabet) {
                return i;
            }
        }
        return characters.length;
    }
}
