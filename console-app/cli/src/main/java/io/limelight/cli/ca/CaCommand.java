package io.limelight.cli.ca;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateAuthority.CrlIssued;
import io.limelight.core.ca.CertificateAuthority.Revoked;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.config.ConfigException;
import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code limelight ca}, what {@code keylime_ca} does. */
@Command(
        name = "ca",
        description = {
            "The certificate authority for machines: a folder in Keylime's layout, which keylime_ca can use too.",
            "Commands: init, create -n NAME, list, show [-n NAME], revoke -n NAME | -s SERIAL, crl."
        },
        footer = {
            "",
            "The password is asked for, unless --password-file, KEYLIME_CA_PASSWORD or ca.conf have one.",
            "create writes the private key in clear text into NAME-private.pem, as keylime_ca does.",
            "Exit status: 0 done; 1 an error, said on standard error; 2 wrong usage; 255 an unknown command, or a",
            "missing -n or -s."
        })
public final class CaCommand implements Callable<Integer> {
    /** Of keylime_ca for a command it does not know and for a missing name. */
    private static final int INCOMPLETE = 255;

    private final CliContext context;
    private final PasswordPrompt prompt;

    @Option(
            names = {"-c", "--command"},
            paramLabel = "COMMAND",
            description = "What to do: init, create, list, show, revoke or crl.")
    private String command = "";

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "Common name of the certificate, also the stem of its file names.")
    private @Nullable String name;

    @Option(
            names = {"-d", "--dir"},
            paramLabel = "DIR",
            description = "Folder of the CA (default: ca in the work directory, /var/lib/keylime/ca).")
    private @Nullable Path folder;

    @Option(
            names = {"-s", "--serial"},
            paramLabel = "SERIAL",
            description = "revoke: serial number of the certificate, decimal, or hexadecimal after 0x.")
    private @Nullable String serial;

    @Option(names = "--reason", paramLabel = "REASON", description = "revoke: why, in the words of RFC 5280.")
    private String reason = RevocationReason.UNSPECIFIED.word();

    @Option(
            names = "--force",
            description = "init: delete the CA that is there. create: revoke the certificate that is there.")
    private boolean force;

    @Option(names = "--password-file", paramLabel = "FILE", description = "The first line is the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = {"-i", "--insecure"},
            description = "pkg: understood, and not yet used.")
    private boolean insecure;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "import-priv: understood, and not yet used.")
    private @Nullable Path file;

    /** The command. */
    public CaCommand(CliContext context) {
        this(context, PasswordPrompt.terminal());
    }

    CaCommand(CliContext context, PasswordPrompt prompt) {
        this.context = context;
        this.prompt = prompt;
    }

    @Override
    public Integer call() throws CommandFailure, ConfigException, CaException {
        CaWord word = word();
        if (!word.here()) {
            throw new CommandFailure(
                    1,
                    word.word() + " is not yet part of limelight ca; nothing was changed. There are: "
                            + CaWord.words());
        }
        if (insecure || file != null) {
            context.err()
                    .println("limelight ca: note: " + (insecure ? "-i" : "-f") + " has no effect on " + word.word());
        }
        ComponentConfig config = context.configuration().load(Component.CA);
        Path path = folder == null
                ? context.workingDirectory().resolve(config.workDir()).resolve("ca")
                : context.workingDirectory().resolve(folder);
        CertificateAuthority ca = new CertificateAuthority(
                path, CertificateSubject.of(config), new SecureRandom(), InstantSource.system());
        KeystorePassword password = new KeystorePassword(config, prompt);
        switch (word) {
            case INIT -> init(ca, path, password);
            case CREATE -> create(ca, path, password);
            case LIST -> new CaOutput(context.out()).list(ca.listing());
            case SHOW -> show(ca, path);
            case REVOKE -> revoke(ca, path, password);
            case CRL -> crl(ca, path, password);
            case PKG, LISTEN, IMPORT_PRIV, RENEW, EXPORT -> throw new IllegalStateException("refused above");
        }
        return 0;
    }

    private CaWord word() throws CommandFailure {
        if (command.isEmpty()) {
            // The seeds' spelling "keylime_ca -d listen": a folder of that name without a command means nothing else.
            if (folder != null && folder.equals(Path.of("listen"))) {
                return CaWord.LISTEN;
            }
            throw new CommandFailure(2, "no command; give one with -c: " + CaWord.words());
        }
        return CaWord.named(command)
                .orElseThrow(() -> new CommandFailure(
                        INCOMPLETE, "Invalid command: " + printable(command) + "; there are " + CaWord.words()));
    }

    private void init(CertificateAuthority ca, Path path, KeystorePassword source) throws CommandFailure, CaException {
        ca.requireRoom(force);
        try (SecretBytes password = password(source, true)) {
            X509Certificate made = ca.init(password, force);
            context.out().println("CA made in " + path + ": " + CaOutput.subject(made));
        }
    }

    private void create(CertificateAuthority ca, Path path, KeystorePassword source)
            throws CommandFailure, CaException {
        CaName wanted = CaName.fresh(requireName("create"));
        ca.requireExisting();
        try (SecretBytes password = password(source, false)) {
            X509Certificate made = ca.create(wanted, password, force);
            context.out()
                    .println("Certificate " + made.getSerialNumber() + " for " + wanted + ", valid until "
                            + made.getNotAfter().toInstant() + ", in " + path.resolve(wanted + "-cert.crt"));
        }
    }

    private void show(CertificateAuthority ca, Path path) throws CommandFailure, CaException {
        CaOutput output = new CaOutput(context.out());
        if (name == null) {
            output.authority(ca.listing());
            return;
        }
        CaName wanted = CaName.existing(name);
        output.certificate(ca.listing()
                .named(wanted)
                .orElseThrow(() -> new CommandFailure(
                        1, "the CA in " + path + " has no certificate " + wanted + "; -c list shows what it has")));
    }

    private void revoke(CertificateAuthority ca, Path path, KeystorePassword source)
            throws CommandFailure, CaException {
        if ((name == null) == (serial == null)) {
            throw new CommandFailure(
                    INCOMPLETE, "revoke needs either -n NAME or -s SERIAL" + (name == null ? "" : ", not both"));
        }
        RevocationReason why = RevocationReason.named(reason)
                .orElseThrow(() -> new CommandFailure(
                        2, "\"" + printable(reason) + "\" is no reason; write one of " + RevocationReason.words()));
        Optional<CaName> named = name == null ? Optional.empty() : Optional.of(CaName.existing(name));
        Optional<BigInteger> numbered = serial == null ? Optional.empty() : Optional.of(number(serial));
        ca.requireExisting();
        BigInteger number = numbered.isPresent() ? numbered.get() : ca.serialOf(named.orElseThrow());
        try (SecretBytes password = password(source, false)) {
            Revoked revoked = ca.revoke(number, why, password);
            context.out()
                    .println("Certificate " + number + " "
                            + (revoked.already() ? "was revoked already, on " : "revoked on ")
                            + revoked.revocation().at() + " ("
                            + revoked.revocation().reason().word() + "); new CRL in "
                            + path.resolve("cacrl.der"));
        }
    }

    private void crl(CertificateAuthority ca, Path path, KeystorePassword source) throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes password = password(source, false)) {
            CrlIssued issued = ca.reissueCrl(password);
            context.out()
                    .println("CRL " + issued.number() + " with " + issued.entries() + " entries, valid until "
                            + issued.nextUpdate() + ", in " + path.resolve("cacrl.der"));
        }
    }

    private SecretBytes password(KeystorePassword source, boolean fresh) throws CommandFailure {
        return source.get(Optional.ofNullable(passwordFile).map(context.workingDirectory()::resolve), fresh);
    }

    private String requireName(String word) throws CommandFailure {
        if (name == null) {
            throw new CommandFailure(INCOMPLETE, word + " needs a name: limelight ca -c " + word + " -n NAME");
        }
        return name;
    }

    private static BigInteger number(String text) throws CommandFailure {
        if (text.matches("[0-9]{1,60}")) {
            return new BigInteger(text);
        }
        if (text.matches("0[xX][0-9A-Fa-f]{1,50}")) {
            return new BigInteger(text.substring(2), 16);
        }
        throw new CommandFailure(
                1, "\"" + printable(text) + "\" is no serial number; write it decimal, or hexadecimal after 0x");
    }

    private static String printable(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
    }
}
