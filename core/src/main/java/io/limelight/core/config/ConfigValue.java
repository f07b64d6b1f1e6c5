package io.limelight.core.config;

/**
 * A value as somebody wrote it.
 *
 * @param text without the quotes of the file format
 * @param source where it stands, for people: {@code default}, {@code /etc/keylime/verifier.conf:12}, {@code environment
 *     KEYLIME_VERIFIER_PORT}
 */
public record ConfigValue(String text, String source) {
    static final String DEFAULT = "default";

    /** Whether nobody set it. */
    public boolean isDefault() {
        return source.equals(DEFAULT);
    }
}
