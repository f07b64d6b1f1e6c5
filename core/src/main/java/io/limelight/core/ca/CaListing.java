package io.limelight.core.ca;

import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a CA folder shows without its password.
 *
 * @param certificate of the CA
 * @param crl state of the CRL; empty if there is none that the CA signed
 * @param issued certificates in the folder, by serial number
 * @param unreadable files that are called like certificates and are none of this CA's
 * @param revoked every entry of the CRL
 */
public record CaListing(
        X509Certificate certificate,
        Optional<Crl> crl,
        List<Issued> issued,
        List<String> unreadable,
        Collection<Revocation> revoked) {

    /** The CRL's frame. */
    public record Crl(BigInteger number, Instant nextUpdate, boolean overdue) {}

    /** Whether a certificate can be trusted. */
    public enum State {
        VALID,
        EXPIRED,
        REVOKED,
        /** There is no list of revoked certificates that could tell. */
        UNKNOWN
    }

    /** One certificate; {@code revocation} is there in state REVOKED. */
    public record Issued(String name, X509Certificate certificate, State state, Optional<Revocation> revocation) {}

    static CaListing read(CaFolder folder, X509Certificate ca, Instant now) throws CaException {
        Optional<CrlFile> crl = CrlFile.read(folder, ca);
        Map<BigInteger, Revocation> revoked = crl.map(CrlFile::entries).orElse(Map.of());
        List<Issued> issued = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        IssuerCheck check = new IssuerCheck(ca.getPublicKey());
        // Checking signatures is nearly all of the work, and there may be tens of thousands of them.
        certificates(folder).parallelStream()
                .map(file -> one(file, check, revoked, crl.isPresent(), now))
                .toList()
                .forEach(one -> one.issued().ifPresentOrElse(issued::add, () -> unreadable.add(one.fileName())));
        issued.sort(Comparator.comparing((Issued one) -> one.certificate().getSerialNumber()));
        return new CaListing(
                ca,
                crl.map(file -> new Crl(file.number(), file.nextUpdate(), !now.isBefore(file.nextUpdate()))),
                List.copyOf(issued),
                List.copyOf(unreadable),
                List.copyOf(revoked.values()));
    }

    private record One(String fileName, Optional<Issued> issued) {}

    private static One one(
            Path file, IssuerCheck check, Map<BigInteger, Revocation> revoked, boolean told, Instant now) {
        String fileName = String.valueOf(file.getFileName());
        String name = fileName.substring(0, fileName.length() - CaFiles.CERTIFICATE_SUFFIX.length());
        try {
            X509Certificate certificate = PemFiles.readCertificates(file).getFirst();
            check.require(certificate);
            Optional<Revocation> revocation = Optional.ofNullable(revoked.get(certificate.getSerialNumber()));
            State state = revocation.isPresent() ? State.REVOKED : unrevoked(certificate, told, now);
            return new One(fileName, Optional.of(new Issued(name, certificate, state, revocation)));
        } catch (TlsSetupException | GeneralSecurityException e) {
            return new One(fileName, Optional.empty());
        }
    }

    private static State unrevoked(X509Certificate certificate, boolean told, Instant now) {
        if (!now.isBefore(certificate.getNotAfter().toInstant())) {
            return State.EXPIRED;
        }
        return told ? State.VALID : State.UNKNOWN;
    }

    private static List<Path> certificates(CaFolder folder) throws CaException {
        try (Stream<Path> files = Files.list(folder.path())) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(CaFiles.CERTIFICATE_SUFFIX)
                            && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CaException("the CA folder " + folder.path() + " cannot be listed: " + e, e);
        }
    }

    /** The certificate of that name. */
    public Optional<Issued> named(CaName name) {
        return issued.stream().filter(one -> one.name().equals(name.value())).findFirst();
    }
}
