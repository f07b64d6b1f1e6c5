package io.limelight.console.kit;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of texts what nobody else should read. What tells who and where (ids, addresses, hosts, digests, people's folders) becomes a
 * numbered word, the same one by the same number in all texts of one masker, so that they can still be followed. What is or may be a
 * secret (keys in PEM, whatever stands behind a word such as password, token or K, U and V) is gone altogether: not even its length is
 * left. It errs on the side of taking too much.
 */
public final class Masker {
    private static final String GONE = "<removed>";

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN [A-Z0-9 ]+-----[\\s\\S]*?(?:-----END [A-Z0-9 ]+-----|\\z)");

    /** No person reads such a line, and searching it could take long. Half of it could be half of a secret. */
    private static final Pattern TOO_LONG = Pattern.compile("[^\n]{4000}[^\n]*+");

    private static final Pattern ID =
            Pattern.compile("(?i)\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");

    /** Name, sign, value; the value may be quoted, and then have anything in it; else it may have spaces in it. */
    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?<![a-z0-9])(?:[a-z0-9]+[_.-]){0,6}(?:pass(?:word|phrase|wd)?|pwd|secrets?|token|api[_-]?key|private[_-]?key|key"
                    + "|bootstrap[_-]?key|encrypted[_-]?key|auth[_-]?tag|credential|authorization|cookie|pin|share"
                    + "|[kuv])(?:[_-]?share)?[\"']?\\s*[=:]\\s*)"
                    + "((?:bearer|basic)\\s+\\S+|\"[^\"\\\\\\n]*+(?:\\\\.[^\"\\\\\\n]*+)*+\"|'[^'\\n]*'|[^\"',;}\\]\\n]+)");

    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9+/=._~-]{8,}");

    /** In an address: {@code https://user:password@host}. */
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/\\s@]+@");

    /** The order matters: the more telling form first. */
    private static final Map<String, Pattern> KINDS = kinds();

    private final Map<String, Map<String, String>> names = new HashMap<>();
    /** The longest first: one may be a part of another. */
    private final Map<String, String> known =
            new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** Knows nothing yet. */
    public Masker() {}

    private static Map<String, Pattern> kinds() {
        Map<String, Pattern> patterns = new LinkedHashMap<>();
        patterns.put("url-host", Pattern.compile("(?<=://)(?!<)(?:\\[[^\\]\\s]+\\]|[^/\\s:?#\\[\\]]+)"));
        patterns.put("id", ID);
        patterns.put("digest", Pattern.compile("(?i)\\b(?:[0-9a-f]{2}:){7,}[0-9a-f]{2}\\b|\\b[0-9a-f]{16,}\\b"));
        patterns.put(
                "base64",
                Pattern.compile("(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}"
                        + "|(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={1,2}(?![A-Za-z0-9=])"
                        + "|(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])"
                        + "[A-Za-z0-9_-]{32,}"));
        patterns.put("address", Pattern.compile("\\b\\d{1,3}(?:\\.\\d{1,3}){3}\\b"));
        patterns.put(
                "address6", // A time of day has colons too, and is no address: eight groups, or two colons together.
                Pattern.compile("(?i)(?<![0-9a-z:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
                        + "|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)"
                        + "(?![0-9a-z:])"));
        patterns.put("mail", Pattern.compile("(?<![\\w.+-])[\\w.+-]++@[\\w-]++(?:\\.[\\w-]++)++"));
        patterns.put("user", Pattern.compile("(?<=/home/|/Users/|\\\\Users\\\\)[^/\\\\\\s:]+"));
        patterns.put(
                "host",
                Pattern.compile("(?i)\\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z][a-z0-9-]*(?=:\\d{1,5}\\b)"));
        return patterns;
    }

    /** Has this text masked wherever it stands as a whole, in every text from now on. */
    public void know(String kind, String value) {
        // Ids are known by their form, and a fleet may have a hundred thousand.
        if (!value.isBlank() && !ID.matcher(value).matches()) {
            known.computeIfAbsent(value, _ -> name(kind, value));
        }
    }

    /** Masks a text. */
    public String mask(String text) {
        String masked = PEM.matcher(text).replaceAll(Matcher.quoteReplacement(GONE));
        masked = TOO_LONG.matcher(masked).replaceAll(Matcher.quoteReplacement(GONE));
        masked = NAMED.matcher(masked).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + GONE));
        masked = BEARER.matcher(masked).replaceAll(found -> Matcher.quoteReplacement(found.group(1) + " " + GONE));
        masked = USER_INFO.matcher(masked).replaceAll("");
        String folded = masked.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, String> each : known.entrySet()) {
            if (!folded.contains(each.getKey().toLowerCase(Locale.ROOT))) {
                continue;
            }
            Pattern whole = Pattern.compile(
                    "(?<![A-Za-z0-9])" + Pattern.quote(each.getKey()) + "(?![A-Za-z0-9])", Pattern.CASE_INSENSITIVE);
            masked = whole.matcher(masked).replaceAll(Matcher.quoteReplacement(each.getValue()));
        }
        for (Map.Entry<String, Pattern> kind : KINDS.entrySet()) {
            masked = kind.getValue()
                    .matcher(masked)
                    .replaceAll(found -> Matcher.quoteReplacement(name(kind.getKey(), found.group())));
        }
        return masked;
    }

    private String name(String kind, String value) {
        Map<String, String> ofKind = names.computeIfAbsent(kind, _ -> new HashMap<>());
        return ofKind.computeIfAbsent(value, _ -> "<" + kind + "-" + (ofKind.size() + 1) + ">");
    }
}
