package io.limelight.core.endorsement;

import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * The vendor certificates that ship with the program, found by subject through an index beside them, so that one look-up
 * does not parse all of them. Origin and licence: {@code vendors/README.md}.
 */
final class ShippedVendors {
    private static final String FOLDER = "vendors/";

    private ShippedVendors() {}

    /** The certificates with this subject; names are compared as RFC 2253 says, in canonical form. */
    static List<X509Certificate> named(X500Principal subject) {
        String wanted = subject.getName(X500Principal.CANONICAL);
        List<X509Certificate> found = new ArrayList<>();
        for (String line : lines("index")) {
            int tab = line.indexOf('\t');
            if (tab > 0 && line.substring(tab + 1).equals(wanted)) {
                found.addAll(read(line.substring(0, tab)));
            }
        }
        return found;
    }

    /** The certificates of one file. */
    static List<X509Certificate> read(String name) {
        try {
            return PemFiles.parseCertificates(String.join("\n", lines(name)), name);
        } catch (TlsSetupException e) {
            throw new IllegalStateException("a shipped certificate can be read", e);
        }
    }

    /** The file names of the index, in its order. */
    static List<String> names() {
        return lines("index").stream()
                .filter(line -> line.indexOf('\t') > 0)
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
    }

    /** The lines of a resource without comments. */
    private static List<String> lines(String name) {
        try (InputStream in = ShippedVendors.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is not in the jar");
            }
            List<String> lines = new ArrayList<>();
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    lines.add(line);
                }
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
