package io.limelight.core.ca;

import io.limelight.core.ca.CaListing.Issued;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is weak about a CA folder, told without its password; each with the act that puts it right, where there is one. */
public final class CaExamination {
    static final String PRIVATE_SUFFIX = "-private.pem";
    private static final String PACKAGE_SUFFIX = "-pkg.zip";

    /** A CA's end takes preparation: every machine needs a package of the next one. */
    private static final Duration LONG_BEFORE = Duration.ofDays(180);

    private static final Duration DAYS_BEFORE = Duration.ofDays(3);

    /** Passwords that stand in manuals and shipped files. */
    private static final List<String> KNOWN = List.of("default", "keylime");

    private final CertificateAuthority ca;

    /** Of this CA. */
    public CaExamination(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** How much it matters. */
    public enum Weight {
        /** Something does not work, or anybody can use the CA. */
        SERIOUS,
        /** It should be put right. */
        WARNING,
        /** To know. */
        NOTE
    }

    /** The acts that put things right. */
    public enum Fix {
        FINISH,
        RESTORE,
        NEW_CA,
        REISSUE_CRL,
        CRL_ADDRESS,
        CHANGE_PASSWORD,
        REMOVE_CLEAR_KEYS,
        TIGHTEN,
        RENEW,
        RENEW_NOTIFIER,
        ROTATE_NOTIFIER,
        /** None of this program's. */
        NONE
    }

    /** What can be found. */
    public enum Kind {
        /** An act was interrupted after the moment it counts. */
        HALF_WRITTEN(Weight.SERIOUS, Fix.FINISH),
        /** A part is missing or cannot be read. */
        DAMAGED(Weight.SERIOUS, Fix.RESTORE),
        /** Of registrar and verifier: only to be looked at. */
        OF_SERVICES(Weight.NOTE, Fix.NONE),
        /** This user may not change it. */
        READ_ONLY(Weight.WARNING, Fix.NONE),
        CA_EXPIRED(Weight.SERIOUS, Fix.NEW_CA),
        CA_ENDS_SOON(Weight.WARNING, Fix.NONE),
        WEAK_KEY(Weight.SERIOUS, Fix.NEW_CA),
        CRL_MISSING(Weight.SERIOUS, Fix.REISSUE_CRL),
        CRL_OVERDUE(Weight.SERIOUS, Fix.REISSUE_CRL),
        CRL_ENDS_SOON(Weight.WARNING, Fix.REISSUE_CRL),
        /** The address in certificates is of each reader's own computer. */
        CRL_LOCAL(Weight.WARNING, Fix.CRL_ADDRESS),
        /** The password stands in manuals. */
        PASSWORD_KNOWN(Weight.SERIOUS, Fix.CHANGE_PASSWORD),
        /** Others of this computer can read keys. */
        READABLE(Weight.SERIOUS, Fix.TIGHTEN),
        /** Private keys beside the keystore, in clear text. */
        CLEAR_KEYS(Weight.WARNING, Fix.REMOVE_CLEAR_KEYS),
        EXPIRING(Weight.WARNING, Fix.RENEW),
        EXPIRED(Weight.NOTE, Fix.RENEW),
        NOTIFIER_EXPIRED(Weight.WARNING, Fix.RENEW_NOTIFIER),
        NOTIFIER_REVOKED(Weight.SERIOUS, Fix.ROTATE_NOTIFIER),
        /** Files called like certificates that this CA did not issue. */
        FOREIGN(Weight.NOTE, Fix.NONE);

        private final Weight weight;
        private final Fix fix;

        Kind(Weight weight, Fix fix) {
            this.weight = weight;
            this.fix = fix;
        }

        /** How much it matters. */
        public Weight weight() {
            return weight;
        }

        /** What puts it right. */
        public Fix fix() {
            return fix;
        }
    }

    /**
     * Something that was found.
     *
     * @param count of how many things
     * @param detail a name, a date or an address; may be empty
     */
    public record Finding(Kind kind, int count, String detail) {
        private static Finding of(Kind kind, String detail) {
            return new Finding(kind, 1, detail);
        }
    }

    /** Everything that is found, the serious first. Never fails: what cannot be read is found to be so. */
    public List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        if (FolderChange.interrupted(ca.path())) {
            found.add(Finding.of(Kind.HALF_WRITTEN, ca.path().toString()));
            return found;
        }
        try {
            found.addAll(findings(ca.listing()));
        } catch (CaException e) {
            found.add(
                    ServiceCa.made(ca.path())
                            ? Finding.of(Kind.OF_SERVICES, ca.path().toString())
                            : Finding.of(Kind.DAMAGED, String.valueOf(e.getMessage())));
        }
        return found;
    }

    /** Of a listing that was read already. */
    public List<Finding> findings(CaListing listing) {
        List<Finding> found = new ArrayList<>();
        authority(listing.certificate(), found);
        crl(listing, found);
        passwords(found);
        files(found);
        certificates(listing, found);
        found.sort(java.util.Comparator.comparing(finding -> finding.kind().weight()));
        return List.copyOf(found);
    }

    private void authority(X509Certificate certificate, List<Finding> found) {
        Instant end = certificate.getNotAfter().toInstant();
        if (!ca.now().isBefore(end)) {
            found.add(Finding.of(Kind.CA_EXPIRED, end.toString()));
        } else if (!ca.now().plus(LONG_BEFORE).isBefore(end)) {
            found.add(Finding.of(Kind.CA_ENDS_SOON, end.toString()));
        }
        if (CertificateFacts.weak(certificate.getPublicKey())
                || certificate.getSigAlgName().startsWith("SHA1")
                || certificate.getSigAlgName().startsWith("MD")) {
            found.add(Finding.of(
                    Kind.WEAK_KEY,
                    CertificateFacts.key(certificate.getPublicKey()) + ", " + certificate.getSigAlgName()));
        }
    }

    private void crl(CaListing listing, List<Finding> found) {
        if (listing.crl().isEmpty()) {
            found.add(Finding.of(Kind.CRL_MISSING, CaFiles.CRL_DER));
        } else {
            Instant next = listing.crl().get().nextUpdate();
            if (listing.crl().get().overdue()) {
                found.add(Finding.of(Kind.CRL_OVERDUE, next.toString()));
            } else if (!ca.now().plus(DAYS_BEFORE).isBefore(next)) {
                found.add(Finding.of(Kind.CRL_ENDS_SOON, next.toString()));
            }
        }
        CertificateFacts.crlAddresses(listing.certificate()).stream()
                .filter(CertificateFacts::local)
                .findFirst()
                .ifPresent(address -> found.add(Finding.of(Kind.CRL_LOCAL, address)));
    }

    private void passwords(List<Finding> found) {
        Path file = ca.folder().file(CaFiles.KEYSTORE);
        for (String known : KNOWN) {
            try (SecretBytes password = SecretBytes.adopt(known.getBytes(StandardCharsets.UTF_8));
                    Keystore _ = Keystore.open(file, password)) {
                found.add(Finding.of(Kind.PASSWORD_KNOWN, known));
                return;
            } catch (CaException e) {
                // Another password, as it should be; that the file is there and whole is seen elsewhere.
            }
        }
    }

    private void files(List<Finding> found) {
        if (!Files.isWritable(ca.path())) {
            found.add(Finding.of(Kind.READ_ONLY, ca.path().toString()));
        }
        try {
            int readable = 0;
            for (Path file : secrets(ca.folder())) {
                if (readableByOthers(file)) {
                    readable++;
                }
            }
            if (readable > 0) {
                found.add(new Finding(Kind.READABLE, readable, ca.path().toString()));
            }
            int clear = clearKeys(ca.folder()).size();
            if (clear > 0) {
                found.add(new Finding(Kind.CLEAR_KEYS, clear, ""));
            }
        } catch (IOException e) {
            found.add(Finding.of(Kind.DAMAGED, ca.path() + " cannot be listed: " + e.getMessage()));
        }
    }

    /** A file whose folder others may not enter is read by nobody, whatever its own mode says. */
    private boolean readableByOthers(Path file) {
        try {
            Set<PosixFilePermission> folder = Files.getPosixFilePermissions(ca.path());
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
            return (mode.contains(PosixFilePermission.OTHERS_READ)
                            && folder.contains(PosixFilePermission.OTHERS_EXECUTE))
                    || (mode.contains(PosixFilePermission.GROUP_READ)
                            && folder.contains(PosixFilePermission.GROUP_EXECUTE));
        } catch (IOException | UnsupportedOperationException e) {
            // No such owners here, or not ours to see.
            return false;
        }
    }

    private void certificates(CaListing listing, List<Finding> found) {
        int expiring = 0;
        int expired = 0;
        Instant soon = ca.now().plus(Identities.SOON);
        for (Issued one : listing.issued()) {
            Instant end = one.certificate().getNotAfter().toInstant();
            boolean notifier = one.name().equals(CaName.NOTIFIER.value());
            switch (one.state()) {
                case REVOKED -> {
                    if (notifier) {
                        found.add(Finding.of(Kind.NOTIFIER_REVOKED, one.name()));
                    }
                }
                case EXPIRED -> {
                    if (notifier) {
                        found.add(Finding.of(Kind.NOTIFIER_EXPIRED, end.toString()));
                    } else {
                        expired++;
                    }
                }
                case VALID, UNKNOWN -> {
                    if (!notifier && !soon.isBefore(end)) {
                        expiring++;
                    }
                }
            }
        }
        if (expiring > 0) {
            found.add(new Finding(Kind.EXPIRING, expiring, ""));
        }
        if (expired > 0) {
            found.add(new Finding(Kind.EXPIRED, expired, ""));
        }
        if (!listing.unreadable().isEmpty()) {
            found.add(new Finding(
                    Kind.FOREIGN,
                    listing.unreadable().size(),
                    listing.unreadable().getFirst()));
        }
    }

    /** Private keys in clear text beside the keystore. */
    static List<Path> clearKeys(CaFolder folder) throws IOException {
        List<Path> clear = new ArrayList<>();
        for (Path file : ending(folder, PRIVATE_SUFFIX)) {
            if (readable(file).filter(CaExamination::isClear).isPresent() && CaExamination.named(file)) {
                clear.add(file);
            }
        }
        return clear;
    }

    private static boolean named(Path file) {
        String name = String.valueOf(file.getFileName());
        try {
            CaName.existing(name.substring(0, name.length() - PRIVATE_SUFFIX.length()));
            return true;
        } catch (CaException e) {
            return false;
        }
    }

    private static Optional<String> readable(Path file) {
        byte[] head = new byte[64];
        try (java.io.InputStream in = Files.newInputStream(file)) {
            int length = in.readNBytes(head, 0, head.length);
            return Optional.of(new String(head, 0, length, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isClear(String head) {
        return head.startsWith("-----BEGIN ") && !head.startsWith("-----BEGIN ENCRYPTED");
    }

    /** Files that nobody but the owner should read. */
    static List<Path> secrets(CaFolder folder) throws IOException {
        List<Path> secrets = new ArrayList<>(ending(folder, PRIVATE_SUFFIX));
        secrets.addAll(ending(folder, PACKAGE_SUFFIX));
        if (Files.isRegularFile(folder.file(CaFiles.KEYSTORE))) {
            secrets.add(folder.file(CaFiles.KEYSTORE));
        }
        return secrets;
    }

    private static List<Path> ending(CaFolder folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder.path())) {
            return files.filter(file -> String.valueOf(file.getFileName()).endsWith(suffix))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }
}
