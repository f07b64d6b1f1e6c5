package io.limelight.core.ca;

import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A CA folder in one file, and back. A backup is as secret as the folder: private keys that stand there in clear text stand in it in
 * clear text. Whatever is put back is checked as a whole first, with its password, and then takes its place at once.
 *
 * <p>Of the same CA, nothing is forgotten: what was revoked since the backup stays revoked, and numbers that were given since are
 * not given again, as far as the folder that is replaced shows them.
 */
public final class CaBackup {
    private static final int MOST_FILES = 200_000;
    private static final long MOST_BYTES = 512L << 20;

    private final CertificateAuthority ca;

    /** Of this CA. */
    public CaBackup(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** What was written. */
    public record Written(int files, long bytes) {}

    /**
     * What was put back.
     *
     * @param authority certificate of the CA
     * @param files how many
     * @param revokedSince serial numbers that were revoked after the backup, and are revoked still
     * @param nextSerial the first number that will be given
     */
    public record Restored(X509Certificate authority, int files, List<BigInteger> revokedSince, BigInteger nextSerial) {
        /** Copies. */
        public Restored {
            revokedSince = List.copyOf(revokedSince);
        }
    }

    /**
     * Writes the backup, mode 0600, complete or not at all.
     *
     * @param replace a file that is there
     */
    public Written write(Path file, boolean replace) throws CaException {
        ca.requireExisting();
        if (file.toAbsolutePath().normalize().startsWith(ca.path())) {
            throw new CaException("a backup inside of " + ca.path() + " is lost with it; name a file elsewhere");
        }
        return ca.folder().exclusively(() -> {
            Map<String, byte[]> files = ofFolder(ca.path());
            try {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (ZipOutputStream zip = new ZipOutputStream(out)) {
                    for (Map.Entry<String, byte[]> each : files.entrySet()) {
                        zip.putNextEntry(new ZipEntry(each.getKey()));
                        zip.write(each.getValue());
                        zip.closeEntry();
                    }
                }
                byte[] content = out.toByteArray();
                try {
                    CertificateFile.write(file, content, replace);
                } finally {
                    Arrays.fill(content, (byte) 0);
                }
                return new Written(files.size(), content.length);
            } finally {
                clear(files);
            }
        });
    }

    /**
     * Puts a backup into the folder of this CA.
     *
     * @param password the backup's, which was that of the keystore
     * @param replace a CA that is there
     */
    public Restored restore(Path file, SecretBytes password, boolean replace) throws CaException {
        CertificateAuthority.requirePassword(password);
        return put(ofZip(file), file, password, replace);
    }

    /**
     * Copies another CA folder, Keylime's for instance, into the folder of this CA; the other one stays as it is.
     *
     * @param password of its keystore
     * @param replace a CA that is there
     */
    public Restored copy(Path folder, SecretBytes password, boolean replace) throws CaException {
        CertificateAuthority.requirePassword(password);
        CaFolder other = new CaFolder(folder.toAbsolutePath().normalize(), _ -> {});
        other.require();
        if (other.path().equals(ca.path())) {
            throw new CaException(folder + " is the very folder; name another one as the target");
        }
        other.settle();
        try {
            return put(ofFolder(folder), folder, password, replace);
        } catch (IOException e) {
            throw new CaException(folder + " cannot be read: " + FileTrouble.whyUnread(e), e);
        }
    }

    private Restored put(Map<String, byte[]> files, Path source, SecretBytes password, boolean replace)
            throws CaException {
        try {
            X509Certificate authority = authority(files, source);
            try (Keystore keystore = Keystore.parse(
                    Objects.requireNonNull(files.get(CaFiles.KEYSTORE)).clone(),
                    source.resolve(CaFiles.KEYSTORE),
                    password)) {
                if (!KeyPairs.match(keystore.caKey(), authority.getPublicKey())) {
                    throw new CaException(
                            source + " holds a keystore and a certificate of different CAs; nothing was" + " changed");
                }
                new NewCa(ca).requireRoom(replace);
                ca.folder().create();
                return ca.folder().exclusively(() -> {
                    new NewCa(ca).checkRoom(replace);
                    return replace(files, authority, keystore);
                });
            }
        } finally {
            clear(files);
        }
    }

    private static X509Certificate authority(Map<String, byte[]> files, Path source) throws CaException {
        byte[] certificate = files.get(CaFiles.CERTIFICATE);
        if (certificate == null || !files.containsKey(CaFiles.KEYSTORE)) {
            throw new CaException(source + " is no backup of a CA: it has no "
                    + (certificate == null ? CaFiles.CERTIFICATE : CaFiles.KEYSTORE) + "; nothing was changed");
        }
        try {
            return io.limelight.core.tls.PemFiles.parseCertificates(
                            new String(certificate, java.nio.charset.StandardCharsets.ISO_8859_1),
                            source.resolve(CaFiles.CERTIFICATE).toString())
                    .stream()
                    .findFirst()
                    .orElseThrow(() -> new CaException(
                            source + ": " + CaFiles.CERTIFICATE + " holds no certificate; nothing was changed"));
        } catch (io.limelight.core.tls.TlsSetupException e) {
            throw new CaException(e.getMessage() + "; nothing was changed", e);
        }
    }

    private Restored replace(Map<String, byte[]> files, X509Certificate authority, Keystore keystore)
            throws CaException, IOException {
        Instant now = ca.now();
        Issuer issuer = Issuer.of(authority, keystore.caKey(), ca.subject());
        // Dates that only a CRL knows stand in that of the backup, not in that of the folder.
        List<Revocation> revoked = new CrlIssue(ca.folder()).revocations(keystore, issuer, now);
        Optional<CaListing> before = sameAuthority(authority, now);
        Set<BigInteger> known = new HashSet<>(CertificateAuthority.serials(revoked));
        List<Revocation> since = before.stream()
                .flatMap(listing -> listing.revoked().stream())
                .filter(revocation -> known.add(revocation.serial()))
                .toList();
        BigInteger last = keystore.lastSerial();
        if (before.isPresent()) {
            last = Stream.concat(
                            before.get().issued().stream()
                                    .map(one -> one.certificate().getSerialNumber()),
                            before.get().revoked().stream().map(Revocation::serial))
                    .reduce(last, BigInteger::max);
            keystore.lastSerial(last);
        }
        try (FolderChange change = ca.folder().change().wiping()) {
            files.forEach((name, content) -> change.putSecret(name, content.clone()));
            if (!since.isEmpty() || before.isPresent()) {
                revoked.addAll(since);
                ca.crl(keystore, issuer, revoked, now, change);
            }
            change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
        }
        return new Restored(
                authority, files.size(), since.stream().map(Revocation::serial).toList(), last.add(BigInteger.ONE));
    }

    /** What the folder shows, if it is of the very CA that comes back. */
    private Optional<CaListing> sameAuthority(X509Certificate authority, Instant now) {
        try {
            return Files.isRegularFile(ca.folder().file(CaFiles.CERTIFICATE))
                            && CertificateAuthority.certificate(ca.folder().file(CaFiles.CERTIFICATE))
                                    .equals(authority)
                    ? Optional.of(CaListing.read(ca.folder(), authority, now))
                    : Optional.empty();
        } catch (CaException e) {
            // Too damaged to tell: that is what backups are for.
            return Optional.empty();
        }
    }

    // --- reading ---

    private static Map<String, byte[]> ofFolder(Path folder) throws CaException, IOException {
        Map<String, byte[]> files = new TreeMap<>();
        long total = 0;
        try (Stream<Path> listed = Files.list(folder)) {
            for (Path file : listed.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(file.getFileName());
                if (CaFiles.belongsToCa(name)) {
                    total += Files.size(file);
                    requireRoom(folder, files.size(), total);
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return files;
    }

    private static Map<String, byte[]> ofZip(Path file) throws CaException {
        Map<String, byte[]> files = new TreeMap<>();
        boolean whole = false;
        try (InputStream in = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(in)) {
            long total = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                if (entry.isDirectory() || !name.matches("[A-Za-z0-9._-]{1,120}") || !CaFiles.belongsToCa(name)) {
                    throw new CaException(file + " is no backup of a CA: it holds "
                            + name.replaceAll("[^\\x20-\\x7e]", "?") + "; nothing was changed");
                }
                byte[] content = zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, MOST_BYTES - total + 1));
                total += content.length;
                if (files.put(name, content) != null) {
                    throw new CaException(file + " holds " + name + " twice; nothing was changed");
                }
                requireRoom(file, files.size(), total);
            }
            whole = true;
            return files;
        } catch (ZipException e) {
            throw new CaException(file + " is damaged (" + e.getMessage() + "); nothing was changed", e);
        } catch (IOException e) {
            throw new CaException(file + " cannot be read: " + FileTrouble.whyUnread(e) + "; nothing was changed", e);
        } catch (IllegalArgumentException e) {
            throw new CaException(file + " cannot be read: " + e.getMessage() + "; nothing was changed", e);
        } finally {
            if (!whole) {
                clear(files);
            }
        }
    }

    private static void requireRoom(Path source, int files, long bytes) throws CaException {
        if (files > MOST_FILES || bytes > MOST_BYTES) {
            throw new CaException(source + " is larger than any CA: more than " + MOST_FILES + " files or "
                    + (MOST_BYTES >> 20) + " MiB; nothing was changed");
        }
    }

    private static void clear(Map<String, byte[]> files) {
        files.values().forEach(content -> Arrays.fill(content, (byte) 0));
    }
}
