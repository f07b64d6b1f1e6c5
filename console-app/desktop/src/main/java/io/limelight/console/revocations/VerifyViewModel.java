package io.limelight.console.revocations;

import io.limelight.console.activity.ActLog;
import io.limelight.console.machines.evidence.Printable;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.console.work.Loader;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.ca.CaName;
import io.limelight.core.revocation.NoticeExamination;
import io.limelight.core.revocation.NoticeException;
import io.limelight.core.revocation.SignedNotice;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** A notice that somebody pasted or saved, checked. Nothing about it is believed, its length least. Used on the screen's thread. */
public final class VerifyViewModel implements AutoCloseable {
    private static final int LARGEST_CERTIFICATE = 1 << 20;

    private final ActLog acts;
    private final Words words;
    private final InstantSource clock;
    private final Loader<NoticeExamination> result;
    private final Loader<String> file;
    private final StringProperty text = new SimpleStringProperty(this, "text", "");
    private final StringProperty signers = new SimpleStringProperty(this, "signers", "");
    private final ReadOnlyObjectWrapper<Loaded<NoticeExamination>> shown =
            new ReadOnlyObjectWrapper<>(Loaded.nothing());

    /**
     * Nothing is checked yet.
     *
     * @param ca folder of the CA that is likeliest to have signed
     */
    public VerifyViewModel(Path ca, ActLog acts, Words words, InstantSource clock, Executor work, Executor screen) {
        this.acts = acts;
        this.words = words;
        this.clock = clock;
        this.result = new Loader<>(work, screen, clock);
        this.file = new Loader<>(work, screen, clock);
        signers.set(ca.toString());
        result.stateProperty().subscribe(shown::set);
        file.stateProperty().subscribe(state -> {
            if (state.value() != null && !state.loading() && state.problem() == null) {
                text.set(state.value());
                verify();
            } else if (state.problem() != null) {
                shown.set(Loaded.<NoticeExamination>nothing().failed(state.problem()));
            }
        });
        text.subscribe(_ -> result.clear());
        signers.subscribe(_ -> result.clear());
    }

    /** What was pasted. */
    public StringProperty textProperty() {
        return text;
    }

    /** Folder of a CA, or a file with certificates; may be empty. */
    public StringProperty signersProperty() {
        return signers;
    }

    /** What came of it; its problem is why it is no notice, or cannot be checked. */
    public ReadOnlyObjectProperty<Loaded<NoticeExamination>> resultProperty() {
        return shown.getReadOnlyProperty();
    }

    /** Whether there is something to check. */
    public boolean ready() {
        return !text.get().isBlank();
    }

    /** Reads a saved notice and checks it. */
    public void open(Path saved) {
        file.load(_ -> read(saved));
    }

    private String read(Path saved) throws ProblemException {
        ScreenThread.refuse("reading a notice");
        try (InputStream in = Files.newInputStream(saved)) {
            byte[] bytes = in.readNBytes(SignedNotice.LONGEST + 1);
            if (bytes.length > SignedNotice.LONGEST) {
                throw Problems.thrown(
                        words, "revocations.too-long", null, saved.toString(), SignedNotice.LONGEST >> 20);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Problems.thrown(words, "revocations.unreadable", e, saved.toString(), FileTrouble.sentence(e));
        }
    }

    /** Checks what is there. */
    public void verify() {
        String typed = text.get();
        String by = signers.get().strip();
        result.load(_ -> examine(typed, by));
    }

    private NoticeExamination examine(String typed, String by) throws ProblemException {
        ScreenThread.refuse("checking a notice");
        List<X509Certificate> notifiers = by.isEmpty() ? List.of() : notifiers(by);
        try {
            NoticeExamination known = NoticeExamination.of(SignedNotice.read(typed), notifiers, clock.instant());
            acts.did(new ActLog.Act(
                    "notice.verify",
                    List.of(Printable.text(known.notice().agentId(), 80)),
                    ActLog.Outcome.DONE,
                    Map.of(
                            "signature", known.signature().name().toLowerCase(Locale.ROOT),
                            "age", known.age().name().toLowerCase(Locale.ROOT))));
            return known;
        } catch (NoticeException e) {
            Problem problem = Problems.of(words, "revocations.no-notice", "", String.valueOf(e.getMessage()));
            acts.did(new ActLog.Act(
                    "notice.verify", List.of(), ActLog.Outcome.FAILED, Map.of("problem", problem.code())));
            throw new ProblemException(problem, e);
        }
    }

    private List<X509Certificate> notifiers(String by) throws ProblemException {
        Path place;
        try {
            place = Path.of(by);
        } catch (InvalidPathException e) {
            throw Problems.thrown(words, "revocations.no-certificate", e, Printable.text(by, 200));
        }
        Path file = Files.isDirectory(place) ? place.resolve(CaName.NOTIFIER.value() + "-cert.crt") : place;
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST_CERTIFICATE) {
                throw Problems.thrown(words, "revocations.no-certificate", null, file.toString());
            }
            List<X509Certificate> certificates = PemFiles.readCertificates(file);
            if (certificates.stream().noneMatch(each -> each.getPublicKey() instanceof RSAPublicKey)) {
                throw Problems.thrown(words, "revocations.no-rsa", null, file.toString());
            }
            return certificates;
        } catch (IOException | TlsSetupException e) {
            throw Problems.thrown(words, "revocations.no-certificate", e, file.toString());
        }
    }

    @Override
    public void close() {
        result.close();
        file.close();
    }
}
