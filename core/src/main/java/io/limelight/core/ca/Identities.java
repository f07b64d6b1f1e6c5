package io.limelight.core.ca;

import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * The identities that machines get from a CA folder, and the one that signs notices about them.
 *
 * <p>A machine keeps its certificate as long as it is valid; one whose certificate was revoked or has expired gets another,
 * under a new serial number: whoever adds a machine again wants it to be trusted again. The notifier is made once. All of it
 * is one change of the folder, and of two programs that begin at once the second finds what the first has made.
 */
public final class Identities {
    /** What ends within this time is said, or renewed where that is nobody's decision. */
    public static final Duration SOON = Duration.ofDays(30);

    /** Ended by the end of the CA's own certificate. */
    private static final int TO_THE_END = 36_500;

    private final CertificateAuthority ca;

    /** Of this CA. */
    public Identities(CertificateAuthority ca) {
        this.ca = ca;
    }

    /** What the folder holds for a name. */
    private sealed interface Finding {
        /** Certificate and key, good for use; {@code lost} if the key had to be fetched from the keystore. */
        record Kept(X509Certificate certificate, SecretBytes key, boolean lost) implements Finding {}

        /** Something has to be issued; why, if there was something before, and which serial nobody can use any more. */
        record Needed(Optional<String> why, Optional<BigInteger> useless) implements Finding {}
    }

    /** Whether {@link #provision} would ask for no password: everything is there. */
    public boolean complete(CaName name) throws CaException {
        if (!ca.folder().holdsCa()) {
            return false;
        }
        Optional<Provisioned> present = present(name);
        present.ifPresent(Provisioned::close);
        return present.isPresent();
    }

    /**
     * The identity of a machine and the notifier's, made when they are not there; with them the CA itself.
     *
     * @param source asked only if something has to be written
     */
    public Provisioned provision(CaName name, PasswordSource source) throws CaException {
        if (!ca.folder().holdsCa()) {
            try (SecretBytes password = source.get(true)) {
                ca.ensure(password);
                return issue(name, password);
            }
        }
        Optional<Provisioned> present = present(name);
        if (present.isPresent()) {
            return present.get();
        }
        try (SecretBytes password = source.get(false)) {
            return issue(name, password);
        }
    }

    /**
     * An identity that is there and valid, for a package of its own or another format.
     *
     * @param password to take the key from the keystore; empty takes the file beside the certificate
     */
    public MachineIdentity existing(CaName name, Optional<SecretBytes> password) throws CaException {
        ca.requireExisting();
        if (password.isPresent()) {
            CertificateAuthority.requirePassword(password.get());
            return ca.opened(
                    password.get(),
                    (keystore, issuer) -> existing(
                            name,
                            keystore.key(name)
                                    .orElseThrow(() -> new CaException("the keystore of the CA in " + ca.path()
                                            + " holds no key of " + name + "; leave -i out if its file is there"))));
        }
        return ca.folder().exclusively(() -> {
            ca.certificate(name);
            Path file = ca.folder().file(name.privateFile());
            if (!Files.exists(file)) {
                throw new CaException(file + " is not there; -i takes the key from the keystore");
            }
            return existing(name, PrivateKeys.read(file));
        });
    }

    private MachineIdentity existing(CaName name, SecretBytes key) throws CaException, IOException {
        boolean accepted = false;
        try {
            X509Certificate certificate = ca.certificate(name);
            CrlFile crl = CrlFile.read(ca.folder(), ca.caCertificate())
                    .orElseThrow(() -> new CaException(
                            "the CA in " + ca.path() + " has no CRL of its own; issue one with -c crl"));
            if (crl.entries().containsKey(certificate.getSerialNumber())) {
                throw new CaException("the certificate of " + name + " (serial " + certificate.getSerialNumber()
                        + ") is revoked; issue another with -c renew -n " + name);
            }
            if (!ca.now().isBefore(certificate.getNotAfter().toInstant())) {
                throw new CaException("the certificate of " + name + " expired on "
                        + certificate.getNotAfter().toInstant() + "; issue another with -c renew -n " + name);
            }
            if (!belongs(key, certificate, name)) {
                throw new CaException("the private key of " + name + " in " + ca.path()
                        + " does not belong to its certificate; issue another with -c renew -n " + name);
            }
            accepted = true;
            return identity(name, certificate, key);
        } finally {
            if (!accepted) {
                key.close();
            }
        }
    }

    /**
     * Issues another certificate under the same name. A machine gets a new key, and its former certificate is revoked as
     * superseded if it is still valid. The notifier keeps its key, which machines have to go on knowing, and nothing of it is
     * revoked: what is renewed is only how long its certificate is valid.
     */
    public X509Certificate renew(CaName name, SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            ca.requireValid(issuer, now);
            X509Certificate former = ca.certificate(name);
            List<Revocation> revoked = ca.revocations(keystore, issuer, now);
            try (FolderChange change = ca.folder().change()) {
                X509Certificate made;
                if (name.equals(CaName.NOTIFIER)) {
                    requireNotRevoked(former, revoked.stream().map(Revocation::serial));
                    BigInteger serial = keystore.lastSerial().add(BigInteger.ONE);
                    made = issuer.issue(
                            former.getPublicKey(), name.value(), Issuer.namesOf(former), serial, TO_THE_END, now);
                    keystore.lastSerial(serial);
                    change.put(name.certificateFile(), CertificateAuthority.ascii(PemFiles.certificate(made)));
                } else {
                    KeyPair keys = KeyPairs.rsa(ca.subject().keyBits(), ca.random());
                    Optional<BigInteger> valid = ca.validSerial(name, now, revoked);
                    made = ca.leaf(
                            keystore,
                            issuer,
                            name,
                            Issuer.namesOf(former),
                            keys,
                            CertificateAuthority.DAYS,
                            now,
                            change);
                    if (valid.isPresent()) {
                        revoked.add(new Revocation(
                                valid.get(), CertificateAuthority.seconds(now), RevocationReason.SUPERSEDED));
                        ca.crl(keystore, issuer, revoked, now, change);
                    }
                }
                change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                return made;
            }
        });
    }

    /**
     * Key and certificate of the server that takes notices for this CA, issued when there is none or it ends soon.
     *
     * @param hostNames names and addresses it is reached under
     */
    public KeyMaterial listener(List<String> hostNames, SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        CaName name = CaName.LISTENER;
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            List<Revocation> revoked = ca.revocations(keystore, issuer, now);
            Finding finding =
                    machine(name, revoked.stream().map(Revocation::serial).toList(), Optional.of(keystore));
            if (finding instanceof Finding.Kept kept
                    && now.plus(SOON).isBefore(kept.certificate().getNotAfter().toInstant())) {
                try (SecretBytes key = kept.key()) {
                    return new KeyMaterial(PrivateKeys.parse(key, "the key of " + name), List.of(kept.certificate()));
                }
            }
            ca.requireValid(issuer, now);
            KeyPair keys = KeyPairs.rsa(ca.subject().keyBits(), ca.random());
            List<GeneralName> names =
                    hostNames.stream().map(SelfSignedCertificates::generalName).toList();
            try (FolderChange change = ca.folder().change()) {
                X509Certificate made =
                        ca.leaf(keystore, issuer, name, names, keys, CertificateAuthority.DAYS, now, change);
                change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                return new KeyMaterial(keys.getPrivate(), List.of(made));
            }
        });
    }

    /** When the certificate of {@link #listener} ends; the beginning of time if there is none. */
    public Instant listenerEnds() throws CaException {
        return ca.certificateOf(CaName.LISTENER)
                .map(certificate -> certificate.getNotAfter().toInstant())
                .orElse(Instant.EPOCH);
    }

    // --- without a password ---

    private Optional<Provisioned> present(CaName name) throws CaException {
        ca.requireExisting();
        return ca.folder().exclusively(() -> {
            Optional<CrlFile> crl = CrlFile.read(ca.folder(), ca.caCertificate())
                    .filter(file -> ca.now().isBefore(file.nextUpdate()));
            if (crl.isEmpty()) {
                return Optional.empty();
            }
            List<BigInteger> revoked = List.copyOf(crl.get().entries().keySet());
            Finding machine = machine(name, revoked, Optional.empty());
            if (!(machine instanceof Finding.Kept ofMachine)) {
                return Optional.empty();
            }
            if (!(notifier(revoked, Optional.empty()) instanceof Finding.Kept ofNotifier)) {
                ofMachine.key().close();
                return Optional.empty();
            }
            return Optional.of(new Provisioned(
                    identity(name, ofMachine.certificate(), ofMachine.key()),
                    identity(CaName.NOTIFIER, ofNotifier.certificate(), ofNotifier.key()),
                    false,
                    endsSoon(name, ofMachine.certificate(), ofNotifier.certificate())));
        });
    }

    private List<String> endsSoon(CaName name, X509Certificate machine, X509Certificate notifier) {
        List<String> notes = new ArrayList<>();
        Instant end = machine.getNotAfter().toInstant();
        if (!ca.now().plus(SOON).isBefore(end)) {
            notes.add("The certificate of " + name + " (serial " + machine.getSerialNumber() + ") ends on " + end
                    + "; limelight ca -c renew -n " + name + " issues another.");
        }
        Instant notifierEnd = notifier.getNotAfter().toInstant();
        if (!ca.now().isBefore(notifierEnd)) {
            notes.add("The certificate of " + CaName.NOTIFIER + " expired on " + notifierEnd
                    + "; its key is still used. limelight ca -c renew -n " + CaName.NOTIFIER
                    + " certifies the same key anew.");
        }
        return notes;
    }

    // --- with one ---

    private Provisioned issue(CaName name, SecretBytes password) throws CaException {
        CertificateAuthority.requirePassword(password);
        ca.requireKeySize();
        return ca.opened(password, (keystore, issuer) -> {
            Instant now = ca.now();
            List<Revocation> revoked = ca.revocations(keystore, issuer, now);
            List<BigInteger> serials = revoked.stream().map(Revocation::serial).toList();
            Finding machine = machine(name, serials, Optional.of(keystore));
            Finding notifier = notifier(serials, Optional.of(keystore));
            List<String> notes = new ArrayList<>();
            try (FolderChange change = ca.folder().change()) {
                List<KeyPair> keys = keys(machine, notifier);
                boolean crlDue = CrlFile.read(ca.folder(), issuer.certificate())
                        .filter(file -> now.isBefore(file.nextUpdate()))
                        .isEmpty();
                X509Certificate ofMachine = settle(machine, name, keystore, issuer, keys, now, change);
                X509Certificate ofNotifier = settle(notifier, CaName.NOTIFIER, keystore, issuer, keys, now, change);
                if (machine instanceof Finding.Needed(Optional<String> why, Optional<BigInteger> useless)) {
                    why.ifPresent(said -> notes.add("A new certificate (serial " + ofMachine.getSerialNumber()
                            + ") was issued for " + name + ": " + said + "."));
                    useless.ifPresent(serial -> revoked.add(
                            new Revocation(serial, CertificateAuthority.seconds(now), RevocationReason.SUPERSEDED)));
                    crlDue |= useless.isPresent();
                }
                if (notifier instanceof Finding.Needed(Optional<String> why, var _) && why.isPresent()) {
                    notes.add("A new " + CaName.NOTIFIER + " was made: " + why.get()
                            + ". Machines with an older package cannot check its notices; send them another with -c"
                            + " update.");
                }
                if (crlDue) {
                    ca.crl(keystore, issuer, revoked, now, change);
                }
                if (!change.isEmpty()) {
                    change.put(CaFiles.KEYSTORE, keystore.sealed(ca.random())).commit();
                }
                notes.addAll(endsSoon(name, ofMachine, ofNotifier));
                return new Provisioned(
                        identity(name, ofMachine, key(machine, name)),
                        identity(CaName.NOTIFIER, ofNotifier, key(notifier, CaName.NOTIFIER)),
                        machine instanceof Finding.Needed,
                        notes);
            }
        });
    }

    /** As many as are needed, side by side: in a program that has just started an RSA key takes a good part of a second. */
    private List<KeyPair> keys(Finding... findings) {
        long needed = Stream.of(findings)
                .filter(finding -> finding instanceof Finding.Needed)
                .count();
        if (needed == 0) {
            return new ArrayList<>();
        }
        try (ExecutorService makers = Executors.newFixedThreadPool((int) needed)) {
            List<CompletableFuture<KeyPair>> made = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> KeyPairs.rsa(ca.subject().keyBits(), ca.random()), makers))
                    .limit(needed)
                    .toList();
            return new ArrayList<>(made.stream().map(CompletableFuture::join).toList());
        }
    }

    private X509Certificate settle(
            Finding finding,
            CaName name,
            Keystore keystore,
            Issuer issuer,
            List<KeyPair> keys,
            Instant now,
            FolderChange change)
            throws CaException {
        return switch (finding) {
            case Finding.Kept kept -> {
                if (kept.lost()) {
                    change.putSecret(name.privateFile(), kept.key().apply(byte[]::clone));
                }
                yield kept.certificate();
            }
            case Finding.Needed _ -> {
                ca.requireValid(issuer, now);
                int days = name.equals(CaName.NOTIFIER) ? TO_THE_END : CertificateAuthority.DAYS;
                List<GeneralName> names = List.of(new GeneralName(GeneralName.dNSName, name.value()));
                yield ca.leaf(keystore, issuer, name, names, keys.removeFirst(), days, now, change);
            }
        };
    }

    private SecretBytes key(Finding finding, CaName name) throws CaException {
        return finding instanceof Finding.Kept kept
                ? kept.key()
                : PrivateKeys.read(ca.folder().file(name.privateFile()));
    }

    // --- what is there ---

    private Finding machine(CaName name, List<BigInteger> revoked, Optional<Keystore> keystore) throws CaException {
        if (!Files.exists(ca.folder().file(name.certificateFile()))) {
            return new Finding.Needed(Optional.empty(), Optional.empty());
        }
        X509Certificate certificate = ca.certificate(name);
        Issuer.requireCommonName(certificate, name, ca.folder().file(name.certificateFile()));
        BigInteger serial = certificate.getSerialNumber();
        if (revoked.contains(serial)) {
            return new Finding.Needed(
                    Optional.of("the former one (serial " + serial + ") is revoked"), Optional.empty());
        }
        if (!ca.now().isBefore(certificate.getNotAfter().toInstant())) {
            return new Finding.Needed(
                    Optional.of("the former one (serial " + serial + ") expired on "
                            + certificate.getNotAfter().toInstant()),
                    Optional.empty());
        }
        return kept(name, certificate, keystore)
                .orElseGet(() -> new Finding.Needed(
                        Optional.of("the private key of the former one (serial " + serial
                                + ", now revoked as superseded) is gone"),
                        Optional.of(serial)));
    }

    private Finding notifier(List<BigInteger> revoked, Optional<Keystore> keystore) throws CaException {
        CaName name = CaName.NOTIFIER;
        if (!Files.exists(ca.folder().file(name.certificateFile()))) {
            return new Finding.Needed(Optional.empty(), Optional.empty());
        }
        X509Certificate certificate = ca.certificate(name);
        requireNotRevoked(certificate, revoked.stream());
        if (!(certificate.getPublicKey() instanceof RSAPublicKey key)
                || key.getModulus().bitLength() > CertificateAuthority.MAX_KEY_BITS) {
            throw new CaException(ca.folder().file(name.certificateFile()) + " is not of an RSA key of at most "
                    + CertificateAuthority.MAX_KEY_BITS
                    + " bits, which notices have to be signed with; move it away with its key to have another made");
        }
        return kept(name, certificate, keystore)
                .orElseGet(
                        () -> new Finding.Needed(Optional.of("the key of the former one is gone"), Optional.empty()));
    }

    private void requireNotRevoked(X509Certificate notifier, Stream<BigInteger> revoked) throws CaException {
        if (revoked.anyMatch(notifier.getSerialNumber()::equals)) {
            throw new CaException("the certificate of " + CaName.NOTIFIER + " in " + ca.path() + " (serial "
                    + notifier.getSerialNumber()
                    + ") is revoked, so nobody should believe notices signed with it; make a new CA in another folder,"
                    + " or move " + CaName.NOTIFIER.certificateFile() + " and " + CaName.NOTIFIER.privateFile()
                    + " away to have another made, and send every machine a package anew");
        }
    }

    /** The certificate with its key, from its file or from the keystore. */
    private Optional<Finding> kept(CaName name, X509Certificate certificate, Optional<Keystore> keystore)
            throws CaException {
        Path file = ca.folder().file(name.privateFile());
        if (Files.exists(file)) {
            SecretBytes key = PrivateKeys.read(file);
            if (belongs(key, certificate, name)) {
                return Optional.of(new Finding.Kept(certificate, key, false));
            }
            key.close();
        }
        Optional<SecretBytes> stored = keystore.flatMap(store -> store.key(name));
        if (stored.isPresent()) {
            if (belongs(stored.get(), certificate, name)) {
                return Optional.of(new Finding.Kept(certificate, stored.get(), true));
            }
            stored.get().close();
        }
        return Optional.empty();
    }

    private static boolean belongs(SecretBytes key, X509Certificate certificate, CaName name) {
        try {
            return KeyPairs.match(PrivateKeys.parse(key, "the private key of " + name), certificate.getPublicKey());
        } catch (CaException e) {
            // Encrypted, cut off or no key at all: nothing that could be packed.
            return false;
        }
    }

    private MachineIdentity identity(CaName name, X509Certificate certificate, SecretBytes key)
            throws CaException, IOException {
        return new MachineIdentity(
                name,
                certificate,
                key,
                ca.caCertificate(),
                Files.readAllBytes(ca.folder().file(CaFiles.CRL_DER)));
    }
}
