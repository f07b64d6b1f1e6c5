package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * How large the secure area of a machine is, as a Limelight agent says ({@code secure_size} of its status); a claim of that
 * machine, good for a warning before something is sent.
 *
 * @param bytes its size; empty if not known
 * @param unlimited whether it is an ordinary folder, as on a developer's machine
 */
public record SecureSize(OptionalLong bytes, boolean unlimited) {
    /** Of agents that do not say, Keylime's among them. */
    public static final SecureSize UNKNOWN = new SecureSize(OptionalLong.empty(), false);

    /** What is usual: {@code secure_size = 1m}. */
    public static final long ASSUMED = 1 << 20;

    private static final String DEVELOPMENT = "development";

    /** A number of bytes, or of kilobytes and so on, as mount(8) takes it. */
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kKmMgG]?)");

    /** Out of an agent's status. */
    public static SecureSize of(ObjectNode status) {
        Optional<String> text = WireJson.text(status, "secure_size");
        if (text.isEmpty()) {
            return UNKNOWN;
        }
        if (text.get().equals(DEVELOPMENT)) {
            return new SecureSize(OptionalLong.empty(), true);
        }
        Matcher size = SIZE.matcher(text.get());
        if (!size.matches()) {
            return UNKNOWN;
        }
        int shift = switch (size.group(2)) {
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 0;
        };
        long number = Long.parseLong(size.group(1));
        return number > Long.MAX_VALUE >> shift ? UNKNOWN : new SecureSize(OptionalLong.of(number << shift), false);
    }
}
