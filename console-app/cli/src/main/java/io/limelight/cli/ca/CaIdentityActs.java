package io.limelight.cli.ca;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.KeyImport;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.ca.Pkcs12;
import io.limelight.core.payload.CertificatePackage;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;

/** The acts of {@code limelight ca} on identities that exist, and on the key of the CA itself. */
final class CaIdentityActs {
    /** An update replaces the enrolment, and with it the policies. */
    static final String UPDATE =
            "limelight tenant -c update --cert, with the policy options of its enrolment: what is not"
                    + " given again is not judged any more";

    private final CliContext context;
    private final CertificateAuthority ca;

    CaIdentityActs(CliContext context, CertificateAuthority ca) {
        this.context = context;
        this.ca = ca;
    }

    /** Gives a password when it is needed. */
    interface Password {
        SecretBytes ask() throws CommandFailure;
    }

    void pkg(CaName name, boolean fromKeystore, Password password) throws CommandFailure, CaException {
        ca.requireExisting();
        try (MachineIdentity identity = existing(name, fromKeystore, password);
                SecretBytes zip = CertificatePackage.bare(identity)) {
            Path file = ca.keepPackage(name, zip);
            context.out()
                    .println("Package of " + name + " (certificate " + identity.serial() + ") in " + file
                            + "; the private key in it is in clear text");
        } catch (PayloadException e) {
            throw new CommandFailure(1, String.valueOf(e.getMessage()), e);
        }
    }

    private MachineIdentity existing(CaName name, boolean fromKeystore, Password password)
            throws CommandFailure, CaException {
        Identities identities = new Identities(ca);
        if (!fromKeystore) {
            return identities.existing(name, Optional.empty());
        }
        try (SecretBytes given = password.ask()) {
            return identities.existing(name, Optional.of(given));
        }
    }

    void renew(CaName name, Password password) throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes given = password.ask()) {
            X509Certificate made = new Identities(ca).renew(name, given);
            context.out()
                    .println("Certificate " + made.getSerialNumber() + " for " + name + ", valid until "
                            + made.getNotAfter().toInstant()
                            + (name.equals(CaName.NOTIFIER)
                                    ? "; the key is the same, machines go on checking notices with what they have"
                                    : "; the key is new, send it with " + UPDATE));
        }
    }

    void importKey(Path file, BigInteger lastSerial, boolean force, Password password)
            throws CommandFailure, CaException {
        try (SecretBytes given = password.ask()) {
            boolean complete = new KeyImport(ca).run(file, lastSerial, given, force);
            context.out()
                    .println("Key of " + file + " is in the keystore of " + ca.path() + "; the next certificate is "
                            + lastSerial.add(BigInteger.ONE)
                            + (complete
                                    ? ""
                                    : ". Put the CA's certificate into "
                                            + ca.path().resolve("cacert.crt") + ", then issue a CRL with -c crl"));
        }
    }

    void exportPublic(CaName name, CertificateFile.Form form, Path file, boolean force) throws CaException {
        ca.requireExisting();
        new CertificateFile(ca).write(name, form, file, force);
        context.out().println("Certificate of " + name + " in " + file + " (" + form.name() + ")");
    }

    void export(CaName name, Path file, boolean force, boolean fromKeystore, Password ofKeystore, Password ofFile)
            throws CommandFailure, CaException {
        if (Files.exists(file) && !force) {
            throw new CommandFailure(1, file + " is there already; --force replaces it, --out names another file");
        }
        ca.requireExisting();
        try (MachineIdentity identity = existing(name, fromKeystore, ofKeystore);
                SecretBytes password = ofFile.ask()) {
            byte[] encoded = Pkcs12.encode(identity, password);
            try {
                PrivateFiles.write(file, encoded);
            } finally {
                Arrays.fill(encoded, (byte) 0);
            }
            context.out()
                    .println("Certificate " + identity.serial() + " of " + name
                            + " with its key and the CA's certificate" + " in " + file + " (PKCS#12)");
        } catch (IOException e) {
            throw new CommandFailure(1, "cannot write " + file + ": " + e, e);
        }
    }
}
