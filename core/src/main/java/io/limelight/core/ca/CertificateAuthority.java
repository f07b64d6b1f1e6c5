package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * A CA in a folder of Keylime's layout, the one that {@code keylime_ca} makes and uses: certificates for machines, their
 * revocation, the CRL. Every act changes all of its files or none, also when it is interrupted.
 */
public final class CertificateAuthority {
    /** Keylime's verifier and agents check notices of keys up to this size, and an issued key is as large as the CA's. */
    static final int MAX_KEY_BITS = 3072;

    /** Keylime's, whatever {@code cert_lifetime} says. */
    static final int DAYS = 365;

    private final CaFolder folder;
    private final CertificateSubject subject;
    private final SecureRandom random;
    private final InstantSource clock;

    /**
     * The CA of a folder, whether it is there or not.
     *
     * @param subject what {@code ca.conf} says about new certificates
     */
    public CertificateAuthority(Path folder, CertificateSubject subject, SecureRandom random, InstantSource clock) {
        this(folder, subject, random, clock, _ -> {});
    }

    CertificateAuthority(
            Path folder, CertificateSubject subject, SecureRandom random, InstantSource clock, Consumer<String> step) {
        this(new CaFolder(folder.toAbsolutePath().normalize(), step), subject, random, clock);
    }

    private CertificateAuthority(
            CaFolder folder, CertificateSubject subject, SecureRandom random, InstantSource clock) {
        this.folder = folder;
        this.subject = subject;
        this.random = random;
        this.clock = clock;
    }

    /** The same, which says that another program is at work after so long, where others wait for minutes. */
    public CertificateAuthority waitingAtMost(Duration patience) {
        return new CertificateAuthority(folder.waitingAtMost(patience), subject, random, clock);
    }

    /** The same with other words for new certificates. */
    public CertificateAuthority with(CertificateSubject other) {
        return new CertificateAuthority(folder, other, random, clock);
    }

    /** Its folder. */
    public Path path() {
        return folder.path();
    }

    /** Whether there is a CA in it, or what is left of one. */
    public boolean exists() {
        return folder.holdsCa();
    }

    CaFolder folder() {
        return folder;
    }

    CertificateSubject subject() {
        return subject;
    }

    SecureRandom random() {
        return random;
    }

    Instant now() {
        return clock.instant();
    }

    /** What {@link #revoke} did. */
    public record Revoked(Revocation revocation, boolean already) {}

    /** A CRL that was issued. */
    public record CrlIssued(BigInteger number, int entries, Instant nextUpdate) {}

    /**
     * Checks what can be checked before anybody is asked for a password.
     *
     * @throws CaException if there is no CA
     */
    public void requireExisting() throws CaException {
        folder.require();
    }

    /**
     * Checks that a new CA may be made here.
     *
     * @param force whether an existing one may be replaced
     */
    public void requireRoom(boolean force) throws CaException {
        new NewCa(this).requireRoom(force);
    }

    /**
     * Makes a new CA.
     *
     * @param force replaces the one that is there, with everything it issued
     */
    public X509Certificate init(SecretBytes password, boolean force) throws CaException {
        return init(password, force, new KeyKind.Rsa(subject.keyBits()));
    }

    /**
     * Makes a new CA with a key of some kind; machines get keys of the same kind.
     *
     * @param force replaces the one that is there, with everything it issued
     */
    public X509Certificate init(SecretBytes password, boolean force, KeyKind kind) throws CaException {
        return new NewCa(this).make(password, force, kind);
    }

    /** Makes the CA unless there is one by now. */
    void ensure(SecretBytes password) throws CaException {
        new NewCa(this).ensure(password, new KeyKind.Rsa(subject.keyBits()));
    }

    /**
     * Issues a certificate with a key of its own.
     *
     * @param replace revokes a valid certificate of that name as superseded; otherwise there being one is an error
     */
    public X509Certificate create(CaName name, SecretBytes password, boolean replace) throws CaException {
        requirePassword(password);
        requireKeySize();
        return opened(password, (keystore, issuer) -> {
            Instant now = clock.instant();
            requireValid(issuer, now);
            List<Revocation> revoked = revocations(keystore, issuer, now);
            Optional<BigInteger> former = validSerial(name, now, serials(revoked));
            if (former.isPresent() && !replace) {
                throw new CaException(name + " has a valid certificate already (serial " + former.get()
                        + "); revoke it first with -c revoke -n " + name
                        + ", or let --force revoke it and issue another");
            }
            KeyPair keys = machineKeys(issuer).make(random);
            try (FolderChange change = folder.change()) {
                List<GeneralName> names = List.of(new GeneralName(GeneralName.dNSName, name.value()));
                X509Certificate certificate = leaf(keystore, issuer, name, names, keys, DAYS, now, change);
                if (former.isPresent()) {
                    revoked.add(new Revocation(former.get(), seconds(now), RevocationReason.SUPERSEDED));
                    crl(keystore, issuer, revoked, now, change);
                }
                change.put(CaFiles.KEYSTORE, keystore.sealed(random)).commit();
                return certificate;
            }
        });
    }

    /** Issues, and adds certificate and key to the change and to the keystore, which the caller seals. */
    X509Certificate leaf(
            Keystore keystore,
            Issuer issuer,
            CaName name,
            List<GeneralName> names,
            KeyPair keys,
            int days,
            Instant now,
            FolderChange change)
            throws CaException {
        BigInteger serial = keystore.lastSerial().add(BigInteger.ONE);
        return kept(
                issuer.issue(keys.getPublic(), name.value(), names, serial, days, now), keystore, name, keys, change);
    }

    /** Adds an issued certificate and its key to the change and to the keystore, which the caller seals. */
    X509Certificate kept(
            X509Certificate certificate, Keystore keystore, CaName name, KeyPair keys, FolderChange change) {
        change.put(name.certificateFile(), ascii(PemFiles.certificate(certificate)))
                .put(name.publicFile(), ascii(PemFiles.publicKey(keys.getPublic())));
        byte[] key = PemFiles.privateKey(keys.getPrivate(), new char[0]);
        // First of all it is the change's, which clears it however this ends.
        change.putSecret(name.privateFile(), key);
        keystore.lastSerial(certificate.getSerialNumber());
        keystore.key(name, key);
        return certificate;
    }

    /** What kind of keys the machines of this CA get. */
    KeyKind machineKeys(Issuer issuer) {
        return KeyKind.ofMachines(issuer.certificate().getPublicKey(), subject.keyBits());
    }

    void requireValid(Issuer issuer, Instant now) throws CaException {
        Instant end = issuer.certificate().getNotAfter().toInstant();
        if (!now.isBefore(end)) {
            throw new CaException("the CA in " + folder.path() + " expired on " + end
                    + " and issues nothing any more; make a new CA in another folder");
        }
    }

    /** The serial number of the certificate of that name. */
    public BigInteger serialOf(CaName name) throws CaException {
        folder.settle();
        return certificate(name).getSerialNumber();
    }

    /** Revokes a certificate and issues the CRL that says so. */
    public Revoked revoke(BigInteger serial, RevocationReason reason, SecretBytes password) throws CaException {
        requirePassword(password);
        return opened(password, (keystore, issuer) -> {
            requireIssued(serial, keystore, issuer);
            Instant now = clock.instant();
            List<Revocation> revoked = revocations(keystore, issuer, now);
            Optional<Revocation> before = revoked.stream()
                    .filter(entry -> entry.serial().equals(serial))
                    .findFirst();
            Revocation revocation = before.orElseGet(() -> new Revocation(serial, seconds(now), reason));
            if (before.isEmpty()) {
                revoked.add(revocation);
            }
            issue(keystore, issuer, revoked, now);
            return new Revoked(revocation, before.isPresent());
        });
    }

    /** Revokes many certificates in one CRL; those that are revoked already stay as they are. */
    public CrlIssued revokeAll(Collection<BigInteger> serials, RevocationReason reason, SecretBytes password)
            throws CaException {
        requirePassword(password);
        return opened(password, (keystore, issuer) -> {
            Instant now = clock.instant();
            List<Revocation> revoked = revocations(keystore, issuer, now);
            Set<BigInteger> known = serials(revoked);
            for (BigInteger serial : serials) {
                requireIssued(serial, keystore, issuer);
                if (known.add(serial)) {
                    revoked.add(new Revocation(serial, seconds(now), reason));
                }
            }
            return issue(keystore, issuer, revoked, now);
        });
    }

    private void requireIssued(BigInteger serial, Keystore keystore, Issuer issuer) throws CaException {
        if (serial.equals(issuer.certificate().getSerialNumber())) {
            throw new CaException(
                    "serial number " + serial + " is the CA's own certificate, which its own CRL cannot revoke");
        }
        if (serial.signum() <= 0 || serial.compareTo(keystore.lastSerial()) > 0) {
            throw new CaException("serial number " + serial + " was never issued by the CA in " + folder.path()
                    + " (its last one is " + keystore.lastSerial() + "); -c list shows what was");
        }
    }

    /** Keeps a package under the name that Keylime gives it, readable by the owner only. */
    public Path keepPackage(CaName name, SecretBytes zip) throws CaException {
        folder.require();
        return folder.exclusively(() -> {
            try (FolderChange change = folder.change()) {
                change.putSecret(name.packageFile(), zip.apply(byte[]::clone)).commit();
            }
            return folder.file(name.packageFile());
        });
    }

    /** Issues the CRL anew: a later number, a later nextUpdate, the same entries. */
    public CrlIssued reissueCrl(SecretBytes password) throws CaException {
        requirePassword(password);
        return opened(password, (keystore, issuer) -> {
            Instant now = clock.instant();
            return issue(keystore, issuer, revocations(keystore, issuer, now), now);
        });
    }

    /** The CA's own certificate. */
    public X509Certificate authority() throws CaException {
        folder.require();
        folder.settle();
        return caCertificate();
    }

    /** The certificate of that name, if there is one; issued by this CA and to that name, or it is an error. */
    public Optional<X509Certificate> certificateOf(CaName name) throws CaException {
        folder.require();
        folder.settle();
        Path file = folder.file(name.certificateFile());
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        X509Certificate certificate = certificate(name);
        Issuer.requireCommonName(certificate, name, file);
        return Optional.of(certificate);
    }

    /** The CRL as it is to be published; empty if there is none that this CA signed. */
    public Optional<PublishedCrl> publishedCrl() throws CaException {
        folder.require();
        folder.settle();
        return CrlFile.read(folder, caCertificate()).map(PublishedCrl::new);
    }

    /** A CRL that came from elsewhere, if this CA signed it. */
    public Optional<PublishedCrl> crlOf(byte[] der) throws CaException {
        folder.require();
        return CrlReader.read(der, caCertificate().getPublicKey()).map(PublishedCrl::new);
    }

    /** Differs from what it was whenever the CRL has been written since; costs a look at the file. */
    public Object crlStamp() throws CaException {
        folder.settle();
        return CrlFile.stamp(folder, CaFiles.CRL_DER);
    }

    /** Differs from what it was whenever the keystore has been written since; costs a look at the file. */
    public Object keystoreStamp() throws CaException {
        folder.settle();
        return CrlFile.stamp(folder, CaFiles.KEYSTORE);
    }

    /** The last serial number that was given; the numbers from 1 to this one are of certificates of this CA. */
    public BigInteger lastSerial(SecretBytes password) throws CaException {
        requirePassword(password);
        return opened(password, (keystore, _) -> keystore.lastSerial());
    }

    /** What stands in the folder; asks for no password. */
    public CaListing listing() throws CaException {
        folder.require();
        folder.settle();
        return CaListing.read(folder, caCertificate(), clock.instant());
    }

    private CrlIssued issue(Keystore keystore, Issuer issuer, List<Revocation> revoked, Instant now)
            throws IOException, CaException {
        FolderChange change = folder.change();
        CrlIssued issued = crl(keystore, issuer, revoked, now, change);
        change.put(CaFiles.KEYSTORE, keystore.sealed(random)).commit();
        return issued;
    }

    /** Adds the CRL to the change and its number to the keystore. */
    CrlIssued crl(Keystore keystore, Issuer issuer, List<Revocation> revoked, Instant now, FolderChange change) {
        return new CrlIssue(folder).into(change, keystore, issuer, revoked, now);
    }

    /** What the keystore says is revoked. */
    List<Revocation> revocations(Keystore keystore, Issuer issuer, Instant now) throws CaException {
        return new CrlIssue(folder).revocations(keystore, issuer, now);
    }

    /** Their serial numbers, to be asked many times. */
    static Set<BigInteger> serials(Collection<Revocation> revoked) {
        Set<BigInteger> serials = HashSet.newHashSet(revoked.size());
        revoked.forEach(revocation -> serials.add(revocation.serial()));
        return serials;
    }

    Optional<BigInteger> validSerial(CaName name, Instant now, Set<BigInteger> revoked) throws CaException {
        if (!Files.exists(folder.file(name.certificateFile()))) {
            return Optional.empty();
        }
        X509Certificate certificate = certificate(name);
        BigInteger serial = certificate.getSerialNumber();
        boolean over = !now.isBefore(certificate.getNotAfter().toInstant()) || revoked.contains(serial);
        return over ? Optional.empty() : Optional.of(serial);
    }

    /** Something done with the keystore open, while nobody else writes. */
    interface Act<T> {
        T run(Keystore keystore, Issuer issuer) throws CaException, IOException;
    }

    <T> T opened(SecretBytes password, Act<T> act) throws CaException {
        folder.require();
        return folder.exclusively(() -> {
            X509Certificate certificate = caCertificate();
            try (Keystore keystore = Keystore.open(folder.file(CaFiles.KEYSTORE), password)) {
                PrivateKey key = keystore.caKey();
                if (!KeyPairs.match(key, certificate.getPublicKey())) {
                    throw new CaException(folder.file(CaFiles.CERTIFICATE) + " and " + folder.file(CaFiles.KEYSTORE)
                            + " are not of the same CA; restore both from one backup");
                }
                return act.run(keystore, Issuer.of(certificate, key, subject));
            }
        });
    }

    X509Certificate caCertificate() throws CaException {
        return certificate(folder.file(CaFiles.CERTIFICATE));
    }

    X509Certificate certificate(CaName name) throws CaException {
        Path file = folder.file(name.certificateFile());
        if (!Files.exists(file)) {
            throw new CaException("the CA in " + folder.path() + " has no certificate " + name + " (no "
                    + name.certificateFile() + "); -c list shows what it has");
        }
        X509Certificate certificate = certificate(file);
        X509Certificate ca = caCertificate();
        try {
            certificate.verify(ca.getPublicKey());
        } catch (java.security.GeneralSecurityException e) {
            throw new CaException(
                    file + " was not issued by the CA in " + folder.path()
                            + "; its serial number says nothing about this CA, move the file away",
                    e);
        }
        return certificate;
    }

    static X509Certificate certificate(Path file) throws CaException {
        try {
            return PemFiles.readCertificates(file).getFirst();
        } catch (TlsSetupException e) {
            throw new CaException(e.getMessage() + "; restore it from a backup", e);
        }
    }

    static void requirePassword(SecretBytes password) throws CaException {
        if (password.length() == 0) {
            throw new CaException("You must specify a password! The keystore of the CA is never without one");
        }
    }

    void requireKeySize() throws CaException {
        if (subject.keyBits() > MAX_KEY_BITS) {
            throw new CaException("cert_bits = " + subject.keyBits() + " in ca.conf is more than the " + MAX_KEY_BITS
                    + " bits that revocation notices can be signed with; set it to 2048 or " + MAX_KEY_BITS);
        }
    }

    /** X.509 times have no fractions. */
    static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
