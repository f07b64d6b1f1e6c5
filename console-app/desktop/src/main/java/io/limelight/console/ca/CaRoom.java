package io.limelight.console.ca;

import io.limelight.console.activity.ActLog;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.ca.CaBackup;
import io.limelight.core.ca.CaExamination;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CaUpkeep;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.ExpiryCalendar;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.ca.MachineIdentity;
import io.limelight.core.ca.NotifierRotation;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.listen.CrlAddress;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** CA folders for the console: the acts of {@code core.ca}, told in the console's words. Everything blocks. */
public final class CaRoom implements AutoCloseable {
    /** A person waits no longer before she is told that another program is at work. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CertificateSubject subject;
    private final CaListening listening;
    private final CaFolders folders;
    private final Teller teller;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Words words;
    private final ActLog acts;

    /**
     * A room.
     *
     * @param settings what {@code ca.conf} says
     * @param folders which there are
     * @param teller tells machines
     */
    public CaRoom(
            CaSettings settings,
            CaFolders folders,
            Teller teller,
            SecureRandom random,
            InstantSource clock,
            Words words) {
        this(settings, folders, teller, random, clock, words, ActLog.NONE);
    }

    /** Parts, and who keeps what is done. */
    public CaRoom(
            CaSettings settings,
            CaFolders folders,
            Teller teller,
            SecureRandom random,
            InstantSource clock,
            Words words,
            ActLog acts) {
        this.acts = acts;
        this.subject = settings.subject();
        this.listening = new CaListening(settings.listen(), clock);
        this.folders = folders;
        this.teller = teller;
        this.random = random;
        this.clock = clock;
        this.words = words;
    }

    /** What {@code ca.conf} says about new certificates. */
    public CertificateSubject subject() {
        return subject;
    }

    /** Which folders there are. */
    public CaFolders folders() {
        return folders;
    }

    /** Why machines cannot be told: key of words; empty: they can. */
    public String tellHindrance() {
        return teller.hindrance();
    }

    /** The time. */
    public InstantSource clock() {
        return clock;
    }

    /** The CA of a folder, which tells soon when another program holds it. */
    public CertificateAuthority authority(Path folder) {
        return new CertificateAuthority(folder, subject(folder), random, clock).waitingAtMost(PATIENCE);
    }

    private CertificateSubject subject(Path folder) {
        return folders.crlAddress(folder).map(this::withAddress).orElse(subject);
    }

    private CertificateSubject withAddress(String address) {
        return new CertificateSubject(
                subject.country(),
                subject.state(),
                subject.locality(),
                subject.organization(),
                subject.unit(),
                subject.caName(),
                subject.caDays(),
                subject.keyBits(),
                address,
                subject.ocspUrl());
    }

    /** Whether a folder holds a CA, or what is left of one. */
    public boolean holdsCa(Path folder) {
        ScreenThread.refuse("looking for a CA");
        return authority(folder).exists();
    }

    /** Reads a folder. What is wrong with it is said in its findings; only a folder without a CA is a problem. */
    public CaContents open(Path folder) throws ProblemException {
        ScreenThread.refuse("reading a CA folder");
        CertificateAuthority ca = authority(folder);
        if (Files.exists(folder) && !Files.isReadable(folder)) {
            throw Problems.thrown(words, "ca.unreadable", null, folder.toString());
        }
        if (!ca.exists()) {
            throw Problems.thrown(words, "ca.none", null, folder.toString());
        }
        CaExamination examination = new CaExamination(ca);
        // A folder that was left half written is shown as such; a person decides to have it finished.
        Optional<CaListing> listing = Optional.empty();
        List<CaExamination.Finding> findings;
        try {
            listing = Optional.of(ca.listing());
            // What is weak is looked for behind it, since trying known passwords takes a moment.
            findings = List.of();
        } catch (CaException e) {
            findings = examination.findings();
        }
        folders.opened(folder.toAbsolutePath().normalize());
        return new CaContents(folder, listing, findings, subject(folder).crlUrl(), clock.instant());
    }

    /** What is weak about a folder that was read. */
    public List<CaExamination.Finding> examine(Path folder, CaListing listing) {
        ScreenThread.refuse("examining a CA folder");
        return new CaExamination(authority(folder)).findings(listing);
    }

    /** Something went wrong in core, told here. */
    private ProblemException told(CaException e) {
        String said = String.valueOf(e.getMessage());
        String code = said.startsWith("wrong password")
                ? "ca.wrong-password"
                : said.startsWith("another program") ? "ca.locked" : "ca.failed";
        String sentence = said.isEmpty() ? said : Character.toUpperCase(said.charAt(0)) + said.substring(1) + ".";
        return Problems.thrown(words, code, e, sentence);
    }

    /**
     * Does something.
     *
     * @param password of the keystore; closed by the caller; null where the act needs none
     * @param second the next password, or that of a file; null where the act needs none
     * @return what came of it, a sentence
     */
    public String run(
            CaAct act,
            Path folder,
            @Nullable SecretBytes password,
            @Nullable SecretBytes second,
            Cancellation cancellation)
            throws ProblemException {
        ScreenThread.refuse("changing a CA folder");
        try {
            String done = perform(act, folder, password, second, cancellation);
            acts.did(CaActs.of(act, folder, ActLog.Outcome.DONE, Map.of()));
            return done;
        } catch (ProblemException e) {
            acts.did(CaActs.of(
                    act,
                    folder,
                    cancellation.cancelled() ? ActLog.Outcome.CANCELLED : ActLog.Outcome.FAILED,
                    Map.of(
                            "problem",
                            e.problem().code(),
                            "sentence",
                            e.problem().whatHappened())));
            throw e;
        }
    }

    private String perform(
            CaAct act,
            Path folder,
            @Nullable SecretBytes password,
            @Nullable SecretBytes second,
            Cancellation cancellation)
            throws ProblemException {
        CertificateAuthority ca = authority(folder);
        try {
            return switch (act) {
                case CaAct.Create create -> create(create, ca, required(second));
                case CaAct.Issue issue -> issue(ca, issue, required(password));
                case CaAct.Renew renew -> renew(ca, renew, required(password));
                case CaAct.Revoke revoke -> revoke(ca, revoke, required(password), cancellation);
                case CaAct.ReissueCrl _ -> {
                    CertificateAuthority.CrlIssued issued = ca.reissueCrl(required(password));
                    yield words.of("ca.done.crl", issued.number().toString(), issued.entries());
                }
                case CaAct.ChangePassword _ -> {
                    new CaUpkeep(ca).changePassword(required(password), required(second));
                    yield words.of("ca.done.password");
                }
                case CaAct.RotateNotifier rotate -> {
                    NotifierRotation.Rotated rotated =
                            new NotifierRotation(ca).run(rotate.reason(), required(password));
                    yield words.of(
                            "ca.done.rotate", rotated.made().getSerialNumber().toString(), rotated.machines());
                }
                case CaAct.RemoveKeys _ ->
                    words.of("ca.done.keys", new CaUpkeep(ca).removeClearKeys(required(password)));
                case CaAct.Tighten _ -> words.of("ca.done.tighten", new CaUpkeep(ca).tighten());
                case CaAct.Finish _ -> {
                    new CaUpkeep(ca).finishInterrupted();
                    yield words.of("ca.done.finish");
                }
                case CaAct.Backup backup ->
                    words.of(
                            "ca.done.backup",
                            new CaBackup(ca)
                                    .write(backup.file(), backup.replace())
                                    .files(),
                            backup.file().toString());
                case CaAct.Restore restore -> restore(ca, restore, required(password));
                case CaAct.Export export -> export(ca, export, password, second);
                case CaAct.Calendar calendar -> calendar(ca, calendar);
                case CaAct.Listen _ -> {
                    CaListening.Running now = listening.start(ca, required(password));
                    yield words.of("ca.done.listen", now.ip() + ":" + now.port(), now.ip() + ":" + now.noticesPort());
                }
                case CaAct.Address address -> {
                    folders.crlAddress(folder, address.address());
                    yield words.of("ca.done.address", address.address());
                }
            };
        } catch (CaException e) {
            throw told(e);
        } catch (IOException e) {
            throw Problems.thrown(words, "ca.port", e, String.valueOf(e.getMessage()));
        }
    }

    /** What is published by this console; never blocks. */
    Optional<CaListening.Running> listening() {
        return listening.running();
    }

    /** Publishes no longer. */
    public void stopListening() {
        ScreenThread.refuse("ending a listener");
        listening.close();
    }

    @Override
    public void close() {
        stopListening();
    }

    private static SecretBytes required(@Nullable SecretBytes secret) {
        if (secret == null) {
            throw new IllegalStateException("this act needs a secret");
        }
        return secret;
    }

    private String create(CaAct.Create create, CertificateAuthority ca, SecretBytes password) throws CaException {
        X509Certificate made = ca.with(create.subject())
                .init(
                        password,
                        false,
                        switch (create.keys()) {
                            case RSA2048 -> new KeyKind.Rsa(2048);
                            case RSA3072 -> new KeyKind.Rsa(3072);
                            case P256 -> KeyKind.Curve.P256;
                            case P384 -> KeyKind.Curve.P384;
                        });
        folders.crlAddress(ca.path(), create.subject().crlUrl());
        return words.of(
                "ca.done.create",
                made.getSubjectX500Principal().getName(),
                ca.path().toString());
    }

    private String issue(CertificateAuthority ca, CaAct.Issue issue, SecretBytes password) throws CaException {
        X509Certificate made = ca.create(CaName.fresh(issue.name()), password, false);
        return words.of("ca.done.issue", issue.name(), made.getSerialNumber().toString());
    }

    private String renew(CertificateAuthority ca, CaAct.Renew renew, SecretBytes password) throws CaException {
        for (String name : renew.names()) {
            X509Certificate made = new Identities(ca).renew(CaName.existing(name), password);
            if (renew.names().size() == 1) {
                return words.of("ca.done.renew", name, made.getSerialNumber().toString());
            }
        }
        return words.of("ca.done.renewed", renew.names().size());
    }

    private String revoke(CertificateAuthority ca, CaAct.Revoke revoke, SecretBytes password, Cancellation cancellation)
            throws CaException, ProblemException {
        CertificateAuthority.CrlIssued issued = ca.revokeAll(revoke.serials(), revoke.reason(), password);
        String done = words.of(
                "ca.done.revoke", revoke.names().size(), issued.number().toString(), issued.entries());
        if (!revoke.tell()) {
            return done;
        }
        boolean held = false;
        for (int i = 0; i < revoke.names().size(); i++) {
            OwnNotice.Signed notice = OwnNotice.of(
                    ca, CaName.existing(revoke.names().get(i)), revoke.serials().get(i), password, random);
            held |= teller.tell(notice, cancellation);
        }
        return done + " " + words.of(held ? "ca.done.held" : "ca.done.told");
    }

    private String restore(CertificateAuthority ca, CaAct.Restore restore, SecretBytes password) throws CaException {
        CaBackup backup = new CaBackup(ca);
        CaBackup.Restored restored = Files.isDirectory(restore.source())
                ? backup.copy(restore.source(), password, restore.replace())
                : backup.restore(restore.source(), password, restore.replace());
        return words.of(
                "ca.done.restore",
                restored.files(),
                restored.nextSerial().toString(),
                restored.revokedSince().size());
    }

    private String export(
            CertificateAuthority ca, CaAct.Export export, @Nullable SecretBytes password, @Nullable SecretBytes second)
            throws CaException {
        CertificateFile files = new CertificateFile(ca);
        if (export.form() == CertificateFile.Form.P12) {
            try (MachineIdentity identity =
                    new Identities(ca).existing(CaName.existing(export.name()), Optional.of(required(password)))) {
                files.writeWithKey(identity, required(second), export.file(), export.replace());
            }
        } else if (export.name().isEmpty()) {
            files.writeAuthority(export.form(), export.file(), export.replace());
        } else {
            files.write(CaName.existing(export.name()), export.form(), export.file(), export.replace());
        }
        return words.of("ca.done.export", export.file().toString());
    }

    private String calendar(CertificateAuthority ca, CaAct.Calendar calendar) throws CaException, ProblemException {
        try {
            if (Files.exists(calendar.file()) && !calendar.replace()) {
                throw Problems.thrown(words, "ca.exists", null, calendar.file().toString());
            }
            PrivateFiles.write(
                    calendar.file(),
                    ExpiryCalendar.of(ca.listing(), clock.instant()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Problems.thrown(words, "ca.failed", e, FileTrouble.sentence(e));
        }
        return words.of("ca.done.export", calendar.file().toString());
    }

    /** Asks an address for the CRL. */
    public CrlAddress.Found test(Path folder, String address, Cancellation cancellation) throws ProblemException {
        ScreenThread.refuse("asking for a CRL");
        try {
            return CrlAddress.test(authority(folder), address, cancellation);
        } catch (CaException e) {
            throw told(e);
        }
    }

    /** What is said after an act whose password could not be kept. */
    String notKept(Problem problem) {
        return words.of("ca.done.not-kept", problem.whatHappened());
    }
}
