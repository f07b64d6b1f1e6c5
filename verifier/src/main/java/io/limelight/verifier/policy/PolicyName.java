package io.limelight.verifier.policy;

import java.util.Optional;
import java.util.regex.Pattern;

/** Names of policies: they stand in paths, logs and lists, so not everything is one. */
public final class PolicyName {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9 ._@:+-]{0,127}");

    private PolicyName() {}

    /** Why this is no name; empty if it is one. */
    public static Optional<String> problem(String name) {
        return NAME.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a policy's name is 1 to 128 letters, digits, blanks and ._@:+- and begins with a letter or"
                                + " digit");
    }
}
