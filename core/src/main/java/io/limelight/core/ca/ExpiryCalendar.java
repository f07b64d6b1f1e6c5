package io.limelight.core.ca;

import io.limelight.core.ca.CaListing.Issued;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * When what ends, for a calendar (RFC 5545): one entry for the CA, one for its CRL, one for each certificate that is valid. Entries
 * have stable names, so that a calendar that is imported again shows each once.
 */
public final class ExpiryCalendar {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** RFC 5545 §3.1, without the line break. */
    private static final int LINE_BYTES = 75;

    private final StringBuilder out = new StringBuilder();
    private final Instant now;
    private final String authority;

    private ExpiryCalendar(String authority, Instant now) {
        this.authority = authority;
        this.now = now;
    }

    /** The whole file. */
    public static String of(CaListing listing, Instant now) {
        String name = Issuer.commonName(listing.certificate());
        String authority = fingerprint(listing.certificate());
        ExpiryCalendar calendar = new ExpiryCalendar(authority, now);
        calendar.line("BEGIN:VCALENDAR");
        calendar.line("VERSION:2.0");
        calendar.line("PRODID:-//Limelight//CA expiry//EN");
        calendar.event("ca", listing.certificate().getNotAfter().toInstant(), "The CA " + name + " ends", "P90D");
        listing.crl()
                .ifPresent(crl -> calendar.event(
                        "crl", crl.nextUpdate(), "CRL " + crl.number() + " of " + name + " goes out of date", "P2D"));
        for (Issued one : listing.issued()) {
            if (one.state() == CaListing.State.VALID || one.state() == CaListing.State.UNKNOWN) {
                calendar.event(
                        one.certificate().getSerialNumber().toString(),
                        one.certificate().getNotAfter().toInstant(),
                        "The certificate of " + one.name() + " ends (serial "
                                + one.certificate().getSerialNumber() + ")",
                        "P14D");
            }
        }
        calendar.line("END:VCALENDAR");
        return calendar.out.toString();
    }

    private static String fingerprint(X509Certificate certificate) {
        return CertificateFile.fingerprint(certificate).replace(":", "").substring(0, 16);
    }

    private void event(String what, Instant when, String summary, String ahead) {
        line("BEGIN:VEVENT");
        line("UID:" + what + "-" + authority + "@limelight");
        line("DTSTAMP:" + UTC.format(now));
        line("DTSTART:" + UTC.format(when));
        line("SUMMARY:" + escaped(summary));
        line("BEGIN:VALARM");
        line("ACTION:DISPLAY");
        line("DESCRIPTION:" + escaped(summary));
        line("TRIGGER:-" + ahead);
        line("END:VALARM");
        line("END:VEVENT");
    }

    /** RFC 5545 §3.3.11; names come from a folder, so what could begin a line of its own goes. */
    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", "?")
                .replace("\\", "\\\\")
                .replace(";", "\\;")
                .replace(",", "\\,");
    }

    private void line(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            int size = Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
            if (bytes + size > LINE_BYTES) {
                out.append("\r\n ");
                bytes = 1;
            }
            out.appendCodePoint(point);
            bytes += size;
            i += Character.charCount(point);
        }
        out.append("\r\n");
    }
}
