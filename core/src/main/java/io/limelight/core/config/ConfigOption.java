package io.limelight.core.config;

/**
 * One known option.
 *
 * @param section the section it stands in
 * @param name its name
 * @param type how its text is read
 * @param defaultText the text that counts when nobody sets it
 * @param own whether it is Limelight's addition, unknown to Keylime and ignored by it
 */
public record ConfigOption(String section, String name, OptionType type, String defaultText, boolean own) {
    /** Whether its value must not be shown. */
    public boolean secret() {
        return name.contains("password");
    }
}
