package io.limelight.console.ca;

import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaListing.Issued;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateFacts;
import io.limelight.core.ca.Revocation;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A line of the tree: the CA itself, or a certificate below it.
 *
 * @param kind what it is
 * @param name common name; empty where only its serial number is known
 * @param alias what people call the machine; may be empty
 * @param serial its number
 * @param badge how it stands
 * @param ends when; empty where only its serial number is known
 * @param certificate itself, where its file is there
 * @param revocation where it is revoked
 */
public record CaRow(
        Kind kind,
        String name,
        String alias,
        BigInteger serial,
        Badge badge,
        Optional<Instant> ends,
        Optional<X509Certificate> certificate,
        Optional<Revocation> revocation) {
    /** What a certificate is for. */
    public enum Kind {
        AUTHORITY,
        NOTIFIER,
        SERVER,
        MACHINE,
        /** Revoked, and its file is gone. */
        GONE;

        /** Names keys of words: {@code authority}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For people: alias, name, or the number. */
    public String shown() {
        return !alias.isEmpty() ? alias : !name.isEmpty() ? name : serial.toString();
    }

    /** Hexadecimal in pairs, as certificates are usually shown. */
    public String hex() {
        String digits = serial.toString(16).toUpperCase(Locale.ROOT);
        String even = digits.length() % 2 == 0 ? digits : "0" + digits;
        return even.replaceAll("(..)(?=.)", "$1 ");
    }

    /** Whether its holder can get another one. */
    public boolean renewable() {
        return kind == Kind.MACHINE || kind == Kind.NOTIFIER || kind == Kind.SERVER;
    }

    /** Whether it can be revoked. */
    public boolean revocable() {
        return renewable() && badge != Badge.REVOKED && badge != Badge.SUPERSEDED && badge != Badge.EXPIRED;
    }

    /** The tree: the CA, then the notifier and servers, then machines by serial number, then those without a file. */
    public static List<CaRow> of(CaListing listing, UnaryOperator<String> aliases, Instant now) {
        X509Certificate authority = listing.certificate();
        List<CaRow> rows = new ArrayList<>(listing.issued().size() + 1);
        rows.add(new CaRow(
                Kind.AUTHORITY,
                CertificateFacts.commonName(authority),
                "",
                authority.getSerialNumber(),
                Badge.ofAuthority(listing, now),
                Optional.of(authority.getNotAfter().toInstant()),
                Optional.of(authority),
                Optional.empty()));
        Set<BigInteger> present = new HashSet<>();
        List<CaRow> machines = new ArrayList<>();
        for (Issued issued : listing.issued()) {
            present.add(issued.certificate().getSerialNumber());
            CaRow row = of(issued, aliases, now);
            (row.kind() == Kind.MACHINE ? machines : rows).add(row);
        }
        rows.addAll(machines);
        for (Revocation revocation : listing.revoked()) {
            if (!present.contains(revocation.serial())) {
                rows.add(new CaRow(
                        Kind.GONE,
                        "",
                        "",
                        revocation.serial(),
                        Badge.of(revocation.reason()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(revocation)));
            }
        }
        return List.copyOf(rows);
    }

    private static CaRow of(Issued issued, UnaryOperator<String> aliases, Instant now) {
        Kind kind = issued.name().equals(CaName.NOTIFIER.value())
                ? Kind.NOTIFIER
                : CaName.role(issued.name()) ? Kind.SERVER : Kind.MACHINE;
        return new CaRow(
                kind,
                issued.name(),
                kind == Kind.MACHINE ? aliases.apply(issued.name()) : "",
                issued.certificate().getSerialNumber(),
                Badge.of(issued, now),
                Optional.of(issued.certificate().getNotAfter().toInstant()),
                Optional.of(issued.certificate()),
                issued.revocation());
    }
}
