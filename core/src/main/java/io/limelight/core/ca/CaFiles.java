package io.limelight.core.ca;

import java.util.List;

/** What Keylime calls the files of a CA folder. */
final class CaFiles {
    static final String CERTIFICATE = "cacert.crt";
    static final String PUBLIC_KEY = "ca-public.pem";
    static final String KEYSTORE = "private.yml";
    static final String CRL_DER = "cacrl.der";
    static final String CRL_PEM = "cacrl.pem";
    static final String CERTIFICATE_SUFFIX = "-cert.crt";

    private static final List<String> SUFFIXES = List.of(".pem", ".crt", ".zip", ".der");

    private CaFiles() {}

    /** Whether a new CA in the folder replaces this file, as {@code keylime_ca -c init} does. */
    static boolean belongsToCa(String fileName) {
        return !fileName.startsWith(".")
                && (fileName.equals(KEYSTORE) || SUFFIXES.stream().anyMatch(fileName::endsWith));
    }
}
