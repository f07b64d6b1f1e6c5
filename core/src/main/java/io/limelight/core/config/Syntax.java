package io.limelight.core.config;

/** What a value was written in, which decides what its quotes mean (reference "Configuration" §1.2). */
enum Syntax {
    /** INI files and variables of the Python components: blanks and double quotes around a text are no part of it. */
    INI,
    /** The agent: TOML has taken the quotes away already; what is left is the value. */
    TOML;

    /** The value proper of an option. */
    String value(OptionType type, String written) {
        if (this == TOML) {
            return written;
        }
        String bare = written.strip();
        return switch (type) {
            // Numbers and booleans take no quotes: "8881" is an error in Keylime too.
            case INTEGER, PORT, DECIMAL, BOOLEAN -> bare;
            case LIST, LIST_OR_WORD ->
                bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")
                        ? bare.substring(1, bare.length() - 1).strip()
                        : bare;
            case TEXT, HOST, HOST_OR_EMPTY, WORDS -> strip(bare);
        };
    }

    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && quoteOrBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && quoteOrBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean quoteOrBlank(char c) {
        return c == '"' || Character.isWhitespace(c);
    }
}
