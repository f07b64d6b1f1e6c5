package io.limelight.console.ca;

import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether what was typed can be used. */
final class Names {
    private static final int LONGEST = 500;

    private Names() {}

    /** Why a name can be no certificate's; empty if it can. */
    static String fault(String text) {
        try {
            CaName.fresh(text);
            return "";
        } catch (CaException e) {
            String said = String.valueOf(e.getMessage());
            return Character.toUpperCase(said.charAt(0)) + said.substring(1) + ".";
        }
    }

    /** Whether a CRL could be there. */
    static boolean address(String text) {
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return false;
        }
        try {
            URI uri = URI.create(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** An absolute path; empty for what is none. */
    static Optional<Path> path(String text) {
        try {
            Path path = Path.of(text.strip());
            return path.isAbsolute() && path.getFileName() != null ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
