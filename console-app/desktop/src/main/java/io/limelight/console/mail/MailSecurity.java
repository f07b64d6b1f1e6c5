package io.limelight.console.mail;

import java.util.Arrays;
import java.util.Locale;

/** How the way to a mail server is protected. */
public enum MailSecurity {
    /** TLS after a greeting in clear; nothing is sent where the server has none. */
    STARTTLS(587),
    /** TLS from the first byte. */
    TLS(465),
    /** None. Only where somebody chose it, and never with a password. */
    NONE(25);

    private final int usualPort;

    MailSecurity(int usualPort) {
        this.usualPort = usualPort;
    }

    /** Where such servers usually listen. */
    public int usualPort() {
        return usualPort;
    }

    /** Names keys of words, and what is remembered. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of a key; anything else is {@link #STARTTLS}. */
    public static MailSecurity of(String key) {
        return Arrays.stream(values())
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElse(STARTTLS);
    }
}
