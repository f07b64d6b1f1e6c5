package io.limelight.core.ca;

import io.limelight.core.ca.Holdings.Finding;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    static final int TO_THE_END = 36_500;

    private final CertificateAuthority ca;
    private final Holdings holdings;

    /** Of this CA. */
    public Identities(CertificateAuthority ca) {
        this.ca = ca;
        this.holdings = new Holdings(ca);
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

    private MachineIdentity existing(CaName name, SecretBytes key) throws CaException {
        boolean accepted = false;
        try {
            X509Certificate certificate = ca.certificate(name);
            X509Certificate authority = ca.caCertificate();
            CrlFile crl = CrlFile.read(ca.folder(), authority)
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
            if (!Holdings.belongs(key, certificate, name)) {
                throw new CaException("the private key of " + name + " in " + ca.path()
                        + " does not belong to its certificate; issue another with -c renew -n " + name);
            }
            byte[] der = new byte[crl.der().remaining()];
            crl.der().duplicate().get(der);
            MachineIdentity identity = new MachineIdentity(name, certificate, key, authority, der);
            accepted = true;
            return identity;
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
                    holdings.requireNotRevoked(former, CertificateAuthority.serials(revoked));
                    BigInteger serial = keystore.lastSerial().add(BigInteger.ONE);
                    made = issuer.issue(
                            former.getPublicKey(), name.value(), Issuer.namesOf(former), serial, TO_THE_END, now);
                    keystore.lastSerial(serial);
                    change.put(name.certificateFile(), CertificateAuthority.ascii(PemFiles.certificate(made)));
                } else {
                    KeyPair keys = ca.machineKeys(issuer).make(ca.random());
                    Optional<BigInteger> valid = ca.validSerial(name, now, CertificateAuthority.serials(revoked));
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

    // --- without a password ---

    private Optional<Provisioned> present(CaName name) throws CaException {
        ca.requireExisting();
        return ca.folder().exclusively(() -> {
            Optional<CrlFile> crl = CrlFile.read(ca.folder(), ca.caCertificate())
                    .filter(file -> ca.now().isBefore(file.nextUpdate()));
            if (crl.isEmpty()) {
                return Optional.empty();
            }
            Set<BigInteger> revoked = crl.get().entries().keySet();
            try (Finding machine = holdings.machine(name, revoked, Optional.empty())) {
                if (!(machine instanceof Finding.Kept ofMachine)) {
                    return Optional.empty();
                }
                try (Finding notifier = holdings.notifier(revoked, Optional.empty())) {
                    return notifier instanceof Finding.Kept ofNotifier
                            ? Optional.of(provisioned(
                                    new Found(name, machine, ofMachine.certificate()),
                                    new Found(CaName.NOTIFIER, notifier, ofNotifier.certificate()),
                                    List.of()))
                            : Optional.empty();
                }
            }
        });
    }

    /** What is packed of a name: the certificate, of which the finding may have the key. */
    private record Found(CaName name, Finding finding, X509Certificate certificate) {}

    /** Gives the two a life of their own; what was found stays the caller's to clear. */
    private Provisioned provisioned(Found machine, Found notifier, List<String> notes) throws CaException, IOException {
        X509Certificate authority = ca.caCertificate();
        byte[] crl = Files.readAllBytes(ca.folder().file(CaFiles.CRL_DER));
        List<String> all = new ArrayList<>(notes);
        all.addAll(endsSoon(machine.name(), machine.certificate(), notifier.certificate()));
        SecretBytes ofMachine = key(machine);
        boolean complete = false;
        try {
            Provisioned provisioned = new Provisioned(
                    new MachineIdentity(machine.name(), machine.certificate(), ofMachine, authority, crl),
                    new MachineIdentity(notifier.name(), notifier.certificate(), key(notifier), authority, crl),
                    machine.finding() instanceof Finding.Needed,
                    all);
            complete = true;
            return provisioned;
        } finally {
            if (!complete) {
                ofMachine.close();
            }
        }
    }

    private SecretBytes key(Found found) throws CaException {
        return found.finding() instanceof Finding.Kept kept
                ? kept.key().copy()
                : PrivateKeys.read(ca.folder().file(found.name().privateFile()));
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
            Set<BigInteger> serials = CertificateAuthority.serials(revoked);
            try (Finding machine = holdings.machine(name, serials, Optional.of(keystore));
                    Finding notifier = holdings.notifier(serials, Optional.of(keystore));
                    FolderChange change = ca.folder().change()) {
                Keys keys = keys(machine, notifier, ca.machineKeys(issuer));
                boolean crlDue = CrlFile.read(ca.folder(), issuer.certificate())
                        .filter(file -> now.isBefore(file.nextUpdate()))
                        .isEmpty();
                X509Certificate ofMachine =
                        settle(machine, name, keystore, issuer, keys.machine(), CertificateAuthority.DAYS, now, change);
                X509Certificate ofNotifier =
                        settle(notifier, CaName.NOTIFIER, keystore, issuer, keys.notifier(), TO_THE_END, now, change);
                List<String> notes = new ArrayList<>();
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
                return provisioned(
                        new Found(name, machine, ofMachine), new Found(CaName.NOTIFIER, notifier, ofNotifier), notes);
            }
        });
    }

    /** Keys for what has to be issued. */
    private record Keys(Optional<KeyPair> machine, Optional<KeyPair> notifier) {}

    /** Side by side: in a program that has just started an RSA key takes a good part of a second. */
    private Keys keys(Finding machine, Finding notifier, KeyKind ofMachines) {
        try (ExecutorService makers = Executors.newFixedThreadPool(2)) {
            // Notices are signed with RSA whatever the CA is made of (certificate reference §3.3).
            CompletableFuture<Optional<KeyPair>> first = made(machine, ofMachines, makers);
            CompletableFuture<Optional<KeyPair>> second =
                    made(notifier, new KeyKind.Rsa(ca.subject().keyBits()), makers);
            return new Keys(first.join(), second.join());
        }
    }

    private CompletableFuture<Optional<KeyPair>> made(Finding finding, KeyKind kind, ExecutorService makers) {
        return finding instanceof Finding.Needed
                ? CompletableFuture.supplyAsync(() -> Optional.of(kind.make(ca.random())), makers)
                : CompletableFuture.completedFuture(Optional.empty());
    }

    private X509Certificate settle(
            Finding finding,
            CaName name,
            Keystore keystore,
            Issuer issuer,
            Optional<KeyPair> keys,
            int days,
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
                List<GeneralName> names = List.of(new GeneralName(GeneralName.dNSName, name.value()));
                yield ca.leaf(keystore, issuer, name, names, keys.orElseThrow(), days, now, change);
            }
        };
    }
}
