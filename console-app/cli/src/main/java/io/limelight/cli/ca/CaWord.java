package io.limelight.cli.ca;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code -c} can say. */
enum CaWord {
    INIT(true),
    CREATE(true),
    LIST(true),
    SHOW(true),
    REVOKE(true),
    CRL(true),
    PKG(false),
    LISTEN(false),
    IMPORT_PRIV(false),
    RENEW(false),
    EXPORT(false);

    private final boolean here;

    CaWord(boolean here) {
        this.here = here;
    }

    /** Whether this build can do it. */
    boolean here() {
        return here;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<CaWord> named(String word) {
        return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    static String words() {
        return Stream.of(values()).filter(CaWord::here).map(CaWord::word).collect(Collectors.joining(", "));
    }
}
