package io.limelight.core.ca;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The CRL that stands in the folder, if the CA signed it.
 *
 * @param der its encoding, read-only
 * @param number CRL number; 0 in those of Keylime, which have none
 * @param thisUpdate when it was issued
 * @param nextUpdate when it is no longer valid
 * @param entries by serial number, in the order in which they stand there
 */
record CrlFile(
        ByteBuffer der,
        BigInteger number,
        Instant thisUpdate,
        Instant nextUpdate,
        Map<BigInteger, Revocation> entries) {
    /** More than a million entries. */
    private static final long MAX_SIZE = 64L << 20;

    /** Empty if there is none, or none of this CA: the keystore says what is revoked, a CRL is made anew. */
    static Optional<CrlFile> read(CaFolder folder, X509Certificate ca) {
        Path file = folder.file(CaFiles.CRL_DER);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) == 0 || Files.size(file) > MAX_SIZE) {
                return Optional.empty();
            }
            return CrlReader.read(Files.readAllBytes(file), ca.getPublicKey());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Which file it is: one that was renamed over it is another. */
    private record Stamp(Object key, FileTime written, long size) {}

    /** Equal as long as the file of that name is the same. */
    static Object stamp(CaFolder folder, String name) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(folder.file(name), BasicFileAttributes.class);
            return new Stamp(String.valueOf(attributes.fileKey()), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return "none";
        }
    }
}
