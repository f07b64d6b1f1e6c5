package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The part of YAML that a keystore is made of: one block mapping of {@code !!binary}, integers, strings and lists of
 * strings. Works on bytes, so that no private key becomes a {@code String}; everything else YAML can do (anchors, tags of
 * classes, nesting) is refused and not interpreted.
 */
final class KeystoreYaml {
    private static final String BINARY = "!!binary";
    private static final int COLUMNS = 76;

    private final byte[] text;
    private final String origin;
    private int position;
    private int line;

    private KeystoreYaml(byte[] text, String origin) {
        this.text = text;
        this.origin = origin;
    }

    /**
     * Parses.
     *
     * @param origin what to call the text in an error
     */
    static SortedMap<String, KeystoreValue> parse(byte[] text, String origin) throws CaException {
        SortedMap<String, KeystoreValue> values = new TreeMap<>();
        boolean complete = false;
        try {
            KeystoreYaml yaml = new KeystoreYaml(text, origin);
            while (yaml.position < text.length) {
                yaml.member(values);
            }
            complete = true;
            return values;
        } finally {
            if (!complete) {
                close(values);
            }
        }
    }

    static void close(Map<String, KeystoreValue> values) {
        for (KeystoreValue value : values.values()) {
            if (value instanceof KeystoreValue.Binary(SecretBytes bytes)) {
                bytes.close();
            }
        }
    }

    private void member(Map<String, KeystoreValue> values) throws CaException {
        int start = position;
        int end = next();
        if (end == start || text[start] == '#' || matches(start, end, "---") || matches(start, end, "{}")) {
            return;
        }
        int colon = endOfKey(start, end);
        String key = scalar(string(start, colon));
        int from = colon + 1;
        while (from < end && text[from] == ' ') {
            from++;
        }
        KeystoreValue value = value(from, end);
        KeystoreValue before = values.putIfAbsent(key, value);
        if (before != null) {
            close(Map.of(key, value));
            throw refuse("a member stands there twice");
        }
    }

    /** Goes behind the next line break; returns where the line ends. */
    private int next() {
        int end = position;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        position = Math.min(text.length, end + 1);
        line++;
        return end > 0 && end <= text.length && end - 1 >= 0 && text[end - 1] == '\r' ? end - 1 : end;
    }

    private int endOfKey(int start, int end) throws CaException {
        int at = start;
        if (text[start] == '\'' || text[start] == '"') {
            at++;
            while (at < end && text[at] != text[start]) {
                at++;
            }
            at++;
        }
        while (at < end && !(text[at] == ':' && (at + 1 == end || text[at + 1] == ' '))) {
            at++;
        }
        if (at >= end || text[start] == ' ' || text[start] == '\t' || text[start] == '?' || text[start] == '-') {
            throw refuse("not \"member: value\"");
        }
        return at;
    }

    private KeystoreValue value(int from, int end) throws CaException {
        if (startsWith(from, end, BINARY)) {
            return binary(from + BINARY.length(), end);
        }
        if (from == end) {
            return new KeystoreValue.Texts(items());
        }
        StringBuilder joined = new StringBuilder(string(from, end));
        while (position < text.length && text[position] == ' ') {
            int start = position;
            joined.append(' ').append(string(start, next()).strip());
        }
        String word = joined.toString().strip();
        if (word.startsWith("[")) {
            return new KeystoreValue.Texts(flow(word));
        }
        if (word.matches("-?[0-9]{1,40}")) {
            return new KeystoreValue.Whole(new BigInteger(word));
        }
        return new KeystoreValue.Text(scalar(word));
    }

    /** Base64 in a block or behind the tag; the marks of the block and of quoting are no base64. */
    private KeystoreValue binary(int from, int end) throws CaException {
        int last = end;
        while (position < text.length && (text[position] == ' ' || text[position] == '\n')) {
            last = next();
        }
        byte[] base64 = new byte[last - from];
        int length = 0;
        try {
            for (int i = from; i < last; i++) {
                byte c = text[i];
                if (isBase64(c)) {
                    base64[length++] = c;
                } else if (" \r\n\"'\\".indexOf(c) < 0 && !(i < end && (c == '|' || c == '-' || c == '>'))) {
                    throw refuse("a binary value that is not base64");
                }
            }
            if (length % 4 != 0) {
                throw refuse("a binary value that was cut off");
            }
            byte[] exact = Arrays.copyOf(base64, length);
            try {
                return new KeystoreValue.Binary(
                        SecretBytes.adopt(Base64.getDecoder().decode(exact)));
            } catch (IllegalArgumentException e) {
                throw refuse("a binary value that is not base64");
            } finally {
                Arrays.fill(exact, (byte) 0);
            }
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    private static boolean isBase64(byte c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/'
                || c == '=';
    }

    /** Lines of {@code - item}. */
    private List<String> items() throws CaException {
        List<String> items = new ArrayList<>();
        while (position < text.length) {
            int start = position;
            while (start < text.length && text[start] == ' ') {
                start++;
            }
            if (start + 1 >= text.length || text[start] != '-' || text[start + 1] != ' ') {
                break;
            }
            items.add(scalar(string(start + 2, next()).strip()));
        }
        return items;
    }

    /** {@code [a, 'b']} on one line. */
    private List<String> flow(String word) throws CaException {
        if (!word.endsWith("]")) {
            throw refuse("a list without its end");
        }
        String inner = word.substring(1, word.length() - 1).strip();
        List<String> items = new ArrayList<>();
        if (!inner.isEmpty()) {
            for (String item : inner.split(",", -1)) {
                items.add(scalar(item.strip()));
            }
        }
        return items;
    }

    private String scalar(String raw) throws CaException {
        if (raw.length() >= 2 && raw.startsWith("'") && raw.endsWith("'")) {
            return raw.substring(1, raw.length() - 1).replace("''", "'");
        }
        if (raw.length() >= 2 && raw.startsWith("\"") && raw.endsWith("\"") && raw.indexOf('\\') < 0) {
            return raw.substring(1, raw.length() - 1);
        }
        if (raw.isEmpty() || "!&*?|>@`%\"'{}[],#".indexOf(raw.charAt(0)) >= 0) {
            throw refuse("something a keystore does not hold");
        }
        return raw;
    }

    private boolean startsWith(int from, int end, String word) {
        return end - from >= word.length() && string(from, from + word.length()).equals(word);
    }

    private boolean matches(int start, int end, String word) {
        return end - start == word.length() && startsWith(start, end, word);
    }

    private String string(int start, int end) {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    private CaException refuse(String what) {
        return new CaException(origin + ", line " + line + ": " + what
                + "; if Keylime can read this file, please report it, otherwise restore it from a backup");
    }

    /** Writes the mapping, sorted, in the block style of Keylime. */
    static SecretBytes write(SortedMap<String, KeystoreValue> values) {
        int size = 0;
        for (Map.Entry<String, KeystoreValue> member : values.entrySet()) {
            size += 4 * member.getKey().length() + 40 + room(member.getValue());
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        values.forEach((key, value) -> write(out, key, value));
        byte[] exact = Arrays.copyOf(out.array(), out.position());
        Arrays.fill(out.array(), (byte) 0);
        return SecretBytes.adopt(exact);
    }

    private static int room(KeystoreValue value) {
        return switch (value) {
            case KeystoreValue.Binary(SecretBytes bytes) -> 2 * bytes.length() + 16;
            case KeystoreValue.Whole(BigInteger number) -> number.toString().length();
            case KeystoreValue.Text(String text) -> 4 * text.length() + 2;
            case KeystoreValue.Texts(List<String> texts) ->
                texts.stream().mapToInt(text -> 4 * text.length() + 8).sum();
        };
    }

    private static void write(ByteBuffer out, String key, KeystoreValue value) {
        put(out, plain(key).orElseGet(() -> quoted(key)) + ":");
        switch (value) {
            case KeystoreValue.Binary(SecretBytes bytes) -> {
                put(out, " " + BINARY + " |\n");
                byte[] base64 = bytes.apply(Base64.getEncoder()::encode);
                for (int i = 0; i < base64.length; i += COLUMNS) {
                    put(out, "  ");
                    out.put(base64, i, Math.min(COLUMNS, base64.length - i)).put((byte) '\n');
                }
                Arrays.fill(base64, (byte) 0);
            }
            case KeystoreValue.Whole(BigInteger number) -> put(out, " " + number + "\n");
            case KeystoreValue.Text(String text) -> put(out, " " + quoted(text) + "\n");
            case KeystoreValue.Texts(List<String> texts) -> {
                put(out, texts.isEmpty() ? " []\n" : "\n");
                texts.forEach(text -> put(out, "- " + quoted(text) + "\n"));
            }
        }
    }

    /** Letters and underscores need no quotes, except the words that YAML 1.1 takes for something else. */
    private static Optional<String> plain(String key) {
        return key.matches("[A-Za-z_]{3,}") && !key.matches("(?i)yes|off|true|false|null")
                ? Optional.of(key)
                : Optional.empty();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static void put(ByteBuffer out, String text) {
        out.put(text.getBytes(StandardCharsets.UTF_8));
    }
}
