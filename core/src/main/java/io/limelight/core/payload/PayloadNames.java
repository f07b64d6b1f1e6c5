package io.limelight.core.payload;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Names inside a payload: which are sane, and which the agent itself writes. */
public final class PayloadNames {
    /** Longest name of one path segment on Linux file systems. */
    private static final int MAX_SEGMENT = 255;

    private static final int MAX_PATH = 1024;
    /** Most folders in each other. */
    static final int MAX_DEPTH = 32;

    /** What an agent with default options writes beside the unpacked files ({@code dec_payload_file}, {@code enc_keyname}). */
    public static final Set<String> AGENT_DEFAULTS = Set.of("decrypted_payload", "derived_tci_key");

    /**
     * Files an agent keeps beside or above the unpacked ones, in this or an earlier release: a payload that carries one of
     * these names is a mistake, or an attempt to have the agent read it later. In lower case.
     */
    public static final Set<String> AGENTS_OWN =
            Set.of("decrypted_payload", "derived_tci_key", "encrypted_payload", "agent_data.json", "tpmdata.yml");

    private PayloadNames() {}

    /** The reserved names of an agent with these two options, in lower case. */
    public static Set<String> reserved(String decryptedPayloadFile, String keyName) {
        return Set.of(decryptedPayloadFile, keyName).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Why an entry name must not be unpacked; empty when it may be.
     *
     * @param name as it stands in the archive, with {@code /} between segments
     * @param reserved names the agent writes itself, compared without regard to case
     */
    public static String problem(String name, Set<String> reserved) {
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        if (path.isEmpty() || path.length() > MAX_PATH) {
            return "a name of " + name.length() + " characters";
        }
        if (path.startsWith("/") || path.contains("\\") || withDrive(path)) {
            return "an absolute or foreign path";
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "control characters in the name";
        }
        String[] segments = path.split("/", -1);
        if (segments.length > MAX_DEPTH) {
            return "more than " + MAX_DEPTH + " folders deep";
        }
        for (String segment : segments) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return segment.equals("..") ? "a path that leaves the folder" : "a path with an empty or \".\" part";
            }
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT) {
                return "a file name longer than " + MAX_SEGMENT + " bytes";
            }
        }
        if (reserved.contains(segments[0].toLowerCase(Locale.ROOT))) {
            return "the name of a file the agent writes itself";
        }
        return "";
    }

    private static boolean withDrive(String path) {
        char first = path.charAt(0);
        return path.length() > 1
                && path.charAt(1) == ':'
                && ((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z'));
    }
}
