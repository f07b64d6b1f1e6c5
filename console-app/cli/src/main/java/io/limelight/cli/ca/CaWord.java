package io.limelight.cli.ca;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code -c} can say. */
enum CaWord {
    INIT,
    CREATE,
    LIST,
    SHOW,
    REVOKE,
    CRL,
    PKG,
    LISTEN,
    IMPORT_PRIV,
    RENEW,
    EXPORT,
    CHECK,
    PASSWD,
    ROTATE_NOTIFIER,
    REMOVE_KEYS,
    TIGHTEN,
    BACKUP,
    RESTORE,
    CALENDAR;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<CaWord> named(String word) {
        return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    static String words() {
        return Stream.of(values()).map(CaWord::word).collect(Collectors.joining(", "));
    }
}
