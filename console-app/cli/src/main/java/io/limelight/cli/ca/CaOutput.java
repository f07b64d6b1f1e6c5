package io.limelight.cli.ca;

import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaListing.Issued;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.Revocation;
import java.io.PrintStream;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A CA folder as text. */
final class CaOutput {
    private final PrintStream out;

    CaOutput(PrintStream out) {
        this.out = out;
    }

    void list(CaListing listing) {
        out.printf("%-8s %-8s %-20s %s%n", "SERIAL", "STATE", "VALID UNTIL", "NAME");
        for (Issued one : listing.issued()) {
            out.printf(
                    "%-8s %-8s %-20s %s%n",
                    one.certificate().getSerialNumber(),
                    word(one.state()),
                    one.certificate().getNotAfter().toInstant(),
                    printable(one.name()) + one.revocation().map(CaOutput::when).orElse(""));
        }
        Set<BigInteger> shown = listing.issued().stream()
                .map(one -> one.certificate().getSerialNumber())
                .collect(Collectors.toSet());
        for (Revocation revocation : listing.revoked()) {
            if (!shown.contains(revocation.serial())) {
                out.printf(
                        "%-8s %-8s %-20s %s%n",
                        revocation.serial(), "revoked", "-", "(no file of that serial)" + when(revocation));
            }
        }
        for (String file : listing.unreadable()) {
            out.println("not a certificate of this CA: " + printable(file));
        }
        crl(listing);
    }

    private static String when(Revocation revocation) {
        return "  revoked on " + revocation.at() + " (" + revocation.reason().word() + ")";
    }

    void authority(CaListing listing) {
        certificate(listing.certificate());
        crl(listing);
    }

    void certificate(Issued issued) {
        certificate(issued.certificate());
        out.println("State:       "
                + word(issued.state())
                + issued.revocation()
                        .map(revocation -> " on " + revocation.at() + " ("
                                + revocation.reason().word() + ")")
                        .orElse(""));
    }

    private void certificate(X509Certificate certificate) {
        out.println("Subject:     " + subject(certificate));
        out.println(
                "Issuer:      " + printable(certificate.getIssuerX500Principal().getName()));
        out.println("Serial:      " + certificate.getSerialNumber());
        out.println("Valid:       " + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant());
        out.println("SHA-256:     " + CertificateFile.fingerprint(certificate));
    }

    private void crl(CaListing listing) {
        out.println(listing.crl()
                .map(crl -> "CRL " + crl.number() + ": " + listing.revoked().size() + " revoked, "
                        + (crl.overdue() ? "OUT OF DATE since " : "valid until ") + crl.nextUpdate()
                        + (crl.overdue() ? "; issue it anew with -c crl" : ""))
                .orElse("CRL: none that this CA signed, so nobody can tell what is revoked; issue one with -c crl"));
    }

    static String subject(X509Certificate certificate) {
        return printable(certificate.getSubjectX500Principal().getName());
    }

    private static String word(CaListing.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** File names come from a folder, subjects from certificates: neither may drive the terminal. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
