package io.limelight.cli.ca;

import io.limelight.cli.command.CliContext;
import io.limelight.cli.command.CommandFailure;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateAuthority.CrlIssued;
import io.limelight.core.ca.CertificateAuthority.Revoked;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.config.Component;
import io.limelight.core.config.ComponentConfig;
import io.limelight.core.secret.SecretBytes;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code limelight ca}, what {@code keylime_ca} does. */
@Command(
        name = "ca",
        description = {
            "The certificate authority for machines: a folder in Keylime's layout, which keylime_ca can use too.",
            "Commands: init, create -n NAME, list, show [-n NAME], revoke -n NAME | -s SERIAL, crl, pkg -n NAME,",
            "renew -n NAME, export -n NAME, import-priv -s SERIAL, listen, check, passwd, rotate-notifier, remove-keys,",
            "tighten, backup --out FILE, restore -f FILE|DIR, calendar."
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
            description = "What to do: one of the commands above.")
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
            description = {
                "revoke: serial number of the certificate, decimal, or hexadecimal after 0x.",
                "import-priv: the last serial number the CA has issued."
            })
    private @Nullable String serial;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "revoke, rotate-notifier: why, in the words of RFC 5280.")
    private String reason = RevocationReason.UNSPECIFIED.word();

    @Option(
            names = "--force",
            description = {
                "init: delete the CA that is there. create: revoke the certificate that is there.",
                "import-priv: replace the CA key that is there. export, backup, calendar: replace the file that is",
                "there. restore: replace the CA that is there."
            })
    private boolean force;

    @Option(
            names = "--key",
            paramLabel = "KIND",
            description = {
                "init: kind of the CA's key and of those it makes for machines: rsa2048, rsa3072, p256, p384",
                "(default: RSA with cert_bits of ca.conf). Keylime's own tools can use RSA only."
            })
    private @Nullable String keyKind;

    @Option(names = "--password-file", paramLabel = "FILE", description = "The first line is the keystore's password.")
    private @Nullable Path passwordFile;

    @Option(
            names = {"-i", "--insecure"},
            description = "pkg, export: take the private key from the keystore instead of from its file.")
    private boolean insecure;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = {
                "import-priv: private key of the CA, PEM (default: ca-private.pem).",
                "restore: a backup, or a CA folder to copy (default: ca-backup.zip)."
            })
    private @Nullable Path file;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "export, backup, calendar: the file to write (default: NAME.p12, ca-backup.zip, ca.ics).")
    private @Nullable Path out;

    @Option(
            names = "--export-password-file",
            paramLabel = "FILE",
            description = "export: the first line is the password of the file to write.")
    private @Nullable Path exportPasswordFile;

    @Option(
            names = "--format",
            paramLabel = "FORM",
            description = "export: p12 (with the private key, the default), pem or der (certificates alone).")
    private String form = "p12";

    @Option(
            names = "--new-password-file",
            paramLabel = "FILE",
            description = "passwd: the first line is the keystore's next password.")
    private @Nullable Path newPasswordFile;

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    /** The command. */
    public CaCommand(CliContext context) {
        this(context, PasswordPrompt.terminal());
    }

    CaCommand(CliContext context, PasswordPrompt prompt) {
        this.context = context;
        this.prompt = prompt;
    }

    @Override
    public Integer call() throws Exception {
        CaWord word = word();
        ComponentConfig config = context.configuration().load(Component.CA);
        Path path = folder == null || seedsListen()
                ? context.workingDirectory().resolve(config.workDir()).resolve("ca")
                : context.workingDirectory().resolve(folder);
        CertificateAuthority ca = new CertificateAuthority(
                path, CertificateSubject.of(config), new SecureRandom(), InstantSource.system());
        KeystorePassword password = new KeystorePassword(config, prompt);
        CaIdentityActs identities = new CaIdentityActs(context, ca);
        CaUpkeepActs upkeep = new CaUpkeepActs(context, ca);
        switch (word) {
            case INIT -> init(ca, path, password);
            case CREATE -> create(ca, path, password);
            case LIST -> new CaOutput(context.out()).list(ca.listing());
            case SHOW -> show(ca, path);
            case REVOKE -> revoke(ca, path, password);
            case CRL -> crl(ca, path, password);
            case PKG -> identities.pkg(existing("pkg"), insecure, () -> password(password, false));
            case RENEW -> identities.renew(existing("renew"), () -> password(password, false));
            case EXPORT -> export(identities, password);
            case IMPORT_PRIV -> importKey(identities, password, path);
            case LISTEN -> {
                return listen(ca, config, password);
            }
            case CHECK -> {
                return upkeep.check();
            }
            case PASSWD ->
                upkeep.changePassword(
                        () -> password(password, false),
                        () -> password.next(
                                Optional.ofNullable(newPasswordFile).map(context.workingDirectory()::resolve)));
            case ROTATE_NOTIFIER -> upkeep.rotateNotifier(reason(), () -> password(password, false));
            case REMOVE_KEYS -> upkeep.removeClearKeys(() -> password(password, false));
            case TIGHTEN -> upkeep.tighten();
            case BACKUP -> upkeep.backup(outOr("ca-backup.zip"), force);
            case RESTORE ->
                upkeep.restore(
                        context.workingDirectory().resolve(file == null ? Path.of("ca-backup.zip") : file),
                        force,
                        () -> password(password, false));
            case CALENDAR -> upkeep.calendar(outOr("ca.ics"), force, InstantSource.system());
        }
        return 0;
    }

    private Path outOr(String usual) {
        return context.workingDirectory().resolve(out == null ? Path.of(usual) : out);
    }

    private CaName existing(String word) throws CommandFailure, CaException {
        return CaName.existing(requireName(word));
    }

    private void export(CaIdentityActs identities, KeystorePassword source) throws CommandFailure, CaException {
        CaName wanted = existing("export");
        CertificateFile.Form wantedForm = CertificateFile.Form.named(form)
                .orElseThrow(
                        () -> new CommandFailure(2, "\"" + printable(form) + "\" is no form; write p12, pem or der"));
        Path target = outOr(wanted + "." + wantedForm.word());
        if (wantedForm != CertificateFile.Form.P12) {
            identities.exportPublic(wanted, wantedForm, target, force);
            return;
        }
        identities.export(
                wanted,
                target,
                force,
                insecure,
                () -> password(source, false),
                () -> source.forFile(
                        Optional.ofNullable(exportPasswordFile).map(context.workingDirectory()::resolve), target));
    }

    private void importKey(CaIdentityActs identities, KeystorePassword source, Path path)
            throws CommandFailure, CaException {
        if (serial == null) {
            throw new CommandFailure(
                    INCOMPLETE, "import-priv needs the last serial number that the CA has issued: -s SERIAL");
        }
        boolean fresh = !Files.exists(path.resolve("private.yml"));
        identities.importKey(
                context.workingDirectory().resolve(file == null ? Path.of("ca-private.pem") : file),
                number(serial),
                force,
                () -> password(source, fresh));
    }

    private int listen(CertificateAuthority ca, ComponentConfig config, KeystorePassword source) throws Exception {
        CaName notifier = name == null ? CaName.NOTIFIER : CaName.existing(name);
        ca.requireExisting();
        try (SecretBytes password = password(source, false)) {
            return new ListenAct(context, ca, config, notifier, listening).run(password);
        }
    }

    /** The spelling "keylime_ca -d listen": a folder of that name without a command means nothing else. */
    private boolean seedsListen() {
        return command.isEmpty() && folder != null && folder.equals(Path.of("listen"));
    }

    private CaWord word() throws CommandFailure {
        if (command.isEmpty()) {
            if (seedsListen()) {
                return CaWord.LISTEN;
            }
            throw new CommandFailure(2, "no command; give one with -c: " + CaWord.words());
        }
        return CaWord.named(command)
                .orElseThrow(() -> new CommandFailure(
                        INCOMPLETE, "Invalid command: " + printable(command) + "; there are " + CaWord.words()));
    }

    private void init(CertificateAuthority ca, Path path, KeystorePassword source) throws CommandFailure, CaException {
        Optional<KeyKind> kind = keyKind == null ? Optional.empty() : Optional.of(kind(keyKind));
        ca.requireRoom(force);
        try (SecretBytes password = password(source, true)) {
            X509Certificate made = kind.isPresent() ? ca.init(password, force, kind.get()) : ca.init(password, force);
            context.out().println("CA made in " + path + ": " + CaOutput.subject(made));
        }
        if (kind.filter(one -> !one.sharedWithKeylime()).isPresent()) {
            context.err()
                    .println("limelight ca: this CA is for Limelight alone: Keylime's tools (keylime_ca, keylime_tenant"
                            + " --cert) want an RSA key in a CA that they share. Notices are signed with an RSA key all"
                            + " the same.");
        }
    }

    private static KeyKind kind(String word) throws CommandFailure {
        return KeyKind.named(word)
                .orElseThrow(() -> new CommandFailure(
                        2, "\"" + printable(word) + "\" is no kind of key; write one of " + KeyKind.WORDS));
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
        RevocationReason why = reason();
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

    private RevocationReason reason() throws CommandFailure {
        return RevocationReason.named(reason)
                .orElseThrow(() -> new CommandFailure(
                        2, "\"" + printable(reason) + "\" is no reason; write one of " + RevocationReason.words()));
    }

    private void crl(CertificateAuthority ca, Path path, KeystorePassword source) throws CommandFailure, CaException {
        ca.requireExisting();
        try (SecretBytes password = password(source, false)) {
            CrlIssued issued = ca.reissueCrl(password);
            context.out()
                    .println("CRL " + issued.number() + " with " + issued.entries()
                            + (issued.entries() == 1 ? " entry" : " entries") + ", valid until " + issued.nextUpdate()
                            + ", in " + path.resolve("cacrl.der"));
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
