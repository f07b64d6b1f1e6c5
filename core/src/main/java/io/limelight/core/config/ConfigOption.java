package io.limelight.core.config;

/**
 * One known option.
 *
 * @param section the section it stands in
 * @param name its name
 * @param type how its text is read
 * @param defaultText the text that counts when nobody sets it
 * @param meaning one sentence for people
 */
public record ConfigOption(String section, String name, OptionType type, String defaultText, String meaning) {
    private static final String OWN = "Limelight:";

    /** Whether its value must not be shown. */
    public boolean secret() {
        return name.contains("password");
    }

    /** Whether it is Limelight's addition, unknown to Keylime and ignored by it. */
    public boolean own() {
        return meaning.startsWith(OWN);
    }
}
