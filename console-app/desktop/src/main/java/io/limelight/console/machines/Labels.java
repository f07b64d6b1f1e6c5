package io.limelight.console.machines;

import java.util.List;

/**
 * What people call a machine. Kept by the console, never sent anywhere, never replacing the id.
 *
 * @param alias a name; empty: none
 * @param tags in the order of the alphabet
 * @param notes free text
 */
public record Labels(String alias, List<String> tags, String notes) {
    /** A machine nobody has named. */
    public static final Labels NONE = new Labels("", List.of(), "");

    /** Copies; sorts the tags. */
    public Labels {
        tags = tags.stream().distinct().sorted().toList();
    }
}
