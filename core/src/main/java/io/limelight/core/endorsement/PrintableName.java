package io.limelight.core.endorsement;

import javax.security.auth.x500.X500Principal;

/** Names out of certificates, made harmless for terminals and logs. */
final class PrintableName {
    private static final int SHOWN = 200;

    private PrintableName() {}

    static String of(X500Principal name) {
        return of(name.getName());
    }

    static String of(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
    }
}
