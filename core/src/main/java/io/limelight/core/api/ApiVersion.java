package io.limelight.core.api;

import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A version of the REST API, {@code major.minor}; in paths {@code /v2.6/...}.
 *
 * <p>The minor version is no feature gate on registrar and verifier: they answer every 2.x alike. Only agents change
 * with it, and only a little ({@code enc_alg} names the key size from 2.5 on).
 *
 * @param major 1 to 99
 * @param minor 0 to 99
 */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** The oldest we speak. */
    public static final ApiVersion V2_0 = new ApiVersion(2, 0);
    /** {@code /agent/info} exists from here on. */
    public static final ApiVersion V2_2 = new ApiVersion(2, 2);
    /** Agents name the key size in {@code enc_alg} from here on. */
    public static final ApiVersion V2_5 = new ApiVersion(2, 5);
    /** The newest we speak. */
    public static final ApiVersion CURRENT = new ApiVersion(2, 6);

    /** All versions a server or client of ours speaks, oldest first: 2.0 to 2.6. */
    public static final List<ApiVersion> SUPPORTED =
            List.of(V2_0, new ApiVersion(2, 1), V2_2, new ApiVersion(2, 3), new ApiVersion(2, 4), V2_5, CURRENT);

    /** Checks the range. */
    public ApiVersion {
        if (major < 1 || major > 99 || minor < 0 || minor > 99) {
            throw new IllegalArgumentException("no API version: " + major + "." + minor);
        }
    }

    /** Reads {@code 2.6}, or {@code 2} as 2.0; anything else, {@code 02.6} too, is empty. */
    public static Optional<ApiVersion> parse(String text) {
        int dot = text.indexOf('.');
        int major = number(dot < 0 ? text : text.substring(0, dot));
        int minor = dot < 0 ? 0 : number(text.substring(dot + 1));
        return major < 1 || minor < 0 ? Optional.empty() : Optional.of(new ApiVersion(major, minor));
    }

    /** Reads a list as {@code /version} has it, leaving out what is no version; ascending. */
    public static NavigableSet<ApiVersion> parseAll(Collection<String> texts) {
        NavigableSet<ApiVersion> versions = new TreeSet<>();
        texts.forEach(text -> parse(text).ifPresent(versions::add));
        return versions;
    }

    private static int number(String digits) {
        if (digits.isEmpty() || digits.length() > 2 || (digits.length() == 2 && digits.charAt(0) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /** True if this is one of {@link #SUPPORTED}. */
    public boolean supported() {
        return SUPPORTED.contains(this);
    }

    /** The first segment of a path: {@code v2.6}. */
    public String pathSegment() {
        return "v" + this;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiVersion that && major == that.major && minor == that.minor;
    }

    @Override
    public int hashCode() {
        return 100 * major + minor;
    }

    /** {@code 2.6}. */
    @Override
    public String toString() {
        return major + "." + minor;
    }
}
