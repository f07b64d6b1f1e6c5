package io.limelight.agent.privileges;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What an agent without privileges was given by the helper that started it, by number of the open file.
 *
 * @param requests pipe to the helper
 * @param imaList the kernel's IMA list
 * @param bootLog the firmware's log
 */
public record Inherited(OptionalInt requests, OptionalInt imaList, OptionalInt bootLog) {
    /** Where the helper says it: {@code requests=5,ima=7,boot=8}. */
    public static final String VARIABLE = "LIMELIGHT_INHERITED";

    /** From the environment; nothing where there is no helper. */
    public static Inherited from(Map<String, String> environment) {
        String text = environment.getOrDefault(VARIABLE, "");
        return new Inherited(number(text, "requests"), number(text, "ima"), number(text, "boot"));
    }

    private static OptionalInt number(String text, String name) {
        for (String part : text.split(",", -1)) {
            if (part.matches(name + "=[0-9]{1,3}")) {
                return OptionalInt.of(Integer.parseInt(part.substring(name.length() + 1)));
            }
        }
        return OptionalInt.empty();
    }
}
