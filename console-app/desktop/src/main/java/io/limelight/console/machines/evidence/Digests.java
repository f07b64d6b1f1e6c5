package io.limelight.console.machines.evidence;

/** Digests as people compare them: in groups of eight. */
public final class Digests {
    private static final int GROUP = 8;

    private Digests() {}

    /** Hexadecimal digits in groups; what follows an algorithm's name and a colon is grouped, the name stays. */
    public static String grouped(String digest) {
        int colon = digest.lastIndexOf(':') + 1;
        StringBuilder out = new StringBuilder(digest.substring(0, colon));
        if (colon > 0) {
            out.append(' ');
        }
        for (int i = colon; i < digest.length(); i += GROUP) {
            if (i > colon) {
                out.append(' ');
            }
            out.append(digest, i, Math.min(i + GROUP, digest.length()));
        }
        return out.toString();
    }
}
