package io.limelight.core.payload;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of revocation actions: the file {@code action_list} of a payload (certificate reference §4.4). Names stand between
 * commas, white space, or both, with or without square brackets around all of them. Keylime's agent wants one kind of separator
 * throughout and takes two commas in a row for a mistake; here both say what they say.
 *
 * @param names in their order, each as it stands; whether it may be a name is {@link #problem}
 */
public record ActionList(List<String> names) {
    /** Name of the file in a payload. */
    public static final String FILE = "action_list";
    /** Largest file that is looked at. */
    public static final int MAX_BYTES = 64 * 1024;
    /** Most names that one list may have. */
    public static final int MAX_NAMES = 256;
    /** What names of Python actions of a payload begin with. */
    public static final String PREFIX = "local_action";

    private static final int MAX_NAME = 200;

    public ActionList {
        names = List.copyOf(names);
    }

    /**
     * Reads a list.
     *
     * @throws PayloadException if it has more names than {@link #MAX_NAMES}: of such a list nothing is believed
     */
    public static ActionList parse(String text) throws PayloadException {
        String bare = text.strip();
        if (bare.startsWith("[") && bare.endsWith("]") && bare.length() >= 2) {
            bare = bare.substring(1, bare.length() - 1);
        }
        List<String> names = new ArrayList<>();
        for (String name : bare.split("[,\\s]+", -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        if (names.size() > MAX_NAMES) {
            throw new PayloadException(
                    "the list names " + names.size() + " actions and may name " + MAX_NAMES + "; none of them is run");
        }
        return new ActionList(names);
    }

    /** Why this cannot be the name of an action; empty if it can. */
    public static String problem(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return "a name of " + name.length() + " characters";
        }
        if (name.startsWith("\"") || name.startsWith("'") || name.endsWith("\"") || name.endsWith("'")) {
            return "quotes are taken for a part of the name; leave them out";
        }
        if (name.contains("/") || name.contains("\\")) {
            return "a path; an action is named by its file name alone";
        }
        if (name.startsWith(".")) {
            return "the name of a hidden file";
        }
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
            return "a name with other characters than letters, digits, dot, hyphen and underscore";
        }
        return "";
    }
}
