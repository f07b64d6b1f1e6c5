package io.limelight.core.ca;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * The CRL that stands in the folder, if the CA signed it.
 *
 * @param der its encoding, read-only
 * @param number CRL number; 0 in those of Keylime, which have none
 * @param thisUpdate when it was issued
 * @param nextUpdate when it is no longer valid
 */
record CrlFile(
        ByteBuffer der,
        BigInteger number,
        Instant thisUpdate,
        Instant nextUpdate,
        Map<BigInteger, Revocation> entries) {
    /** Some hundred thousand entries. */
    private static final long MAX_SIZE = 64L << 20;

    /** Empty if there is none, or none of this CA: the keystore says what is revoked, a CRL is made anew. */
    static Optional<CrlFile> read(CaFolder folder, X509Certificate ca) {
        Path file = folder.file(CaFiles.CRL_DER);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) == 0 || Files.size(file) > MAX_SIZE) {
                return Optional.empty();
            }
            byte[] der = Files.readAllBytes(file);
            X509CRL crl = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
            crl.verify(ca.getPublicKey());
            Instant next = Optional.ofNullable(crl.getNextUpdate())
                    .map(Date::toInstant)
                    .orElse(Instant.MAX);
            return Optional.of(new CrlFile(
                    ByteBuffer.wrap(der).asReadOnlyBuffer(),
                    number(crl),
                    crl.getThisUpdate().toInstant(),
                    next,
                    entries(crl)));
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Which file it is: one that was renamed over it is another. */
    private record Stamp(Object key, FileTime written, long size) {}

    /** Equal as long as the file is the same. */
    static Object stamp(CaFolder folder) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(folder.file(CaFiles.CRL_DER), BasicFileAttributes.class);
            return new Stamp(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return "none";
        }
    }

    private static BigInteger number(X509CRL crl) throws IOException {
        byte[] value = crl.getExtensionValue(Extension.cRLNumber.getId());
        return value == null
                ? BigInteger.ZERO
                : ASN1Integer.getInstance(JcaX509ExtensionUtils.parseExtensionValue(value))
                        .getValue();
    }

    private static Map<BigInteger, Revocation> entries(X509CRL crl) {
        Map<BigInteger, Revocation> entries = new LinkedHashMap<>();
        Set<? extends X509CRLEntry> revoked = crl.getRevokedCertificates();
        if (revoked != null) {
            for (X509CRLEntry entry : revoked) {
                RevocationReason reason = entry.getRevocationReason() == null
                        ? RevocationReason.UNSPECIFIED
                        : RevocationReason.of(entry.getRevocationReason());
                entries.put(
                        entry.getSerialNumber(),
                        new Revocation(
                                entry.getSerialNumber(),
                                entry.getRevocationDate().toInstant(),
                                reason));
            }
        }
        return entries;
    }
}
