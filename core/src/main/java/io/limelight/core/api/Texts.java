package io.limelight.core.api;

/** Texts of peers, made harmless for terminals and logs. */
final class Texts {
    private Texts() {}

    /** At most {@code length} characters, control characters and line ends replaced. */
    static String printable(String text, int length) {
        String cut = text.length() > length ? text.substring(0, length) + "..." : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", " ").strip();
    }
}
