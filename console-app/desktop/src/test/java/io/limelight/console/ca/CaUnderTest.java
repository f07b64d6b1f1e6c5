package io.limelight.console.ca;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A CA room over a temporary folder, everything on the test's own thread. */
final class CaUnderTest implements AutoCloseable {
    static final Words WORDS = Words.english();
    static final String PASSWORD = "a sentence nobody knows";

    final List<OwnNotice.Signed> told = new ArrayList<>();
    String hindrance = "";
    Instant now = Instant.now();
    final Path folder;
    final CaFolders folders;
    final CaRoom room;

    CaUnderTest(Path folder) {
        this.folder = folder;
        this.folders = new CaFolders(Remembered.inMemory(), "ca.1.", List.of(folder));
        this.room = new CaRoom(
                new CaSettings(
                        new CertificateSubject(
                                "US",
                                "MA",
                                "Lexington",
                                "Example",
                                "53",
                                "Test CA",
                                3650,
                                2048,
                                "http://localhost:38080/crl"),
                        new ListenSettings(
                                "127.0.0.1",
                                0,
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                false,
                                CaName.NOTIFIER,
                                List.of("info", "emergency"),
                                Optional.empty())),
                folders,
                new Teller() {
                    @Override
                    public String hindrance() {
                        return hindrance;
                    }

                    @Override
                    public boolean tell(OwnNotice.Signed notice, Cancellation cancellation) {
                        told.add(notice);
                        return false;
                    }
                },
                new SecureRandom(),
                () -> now,
                WORDS);
    }

    CaViewModel model() {
        return new CaViewModel(room, name -> name.equals("web-07-id") ? "web-07" : "", Runnable::run, Runnable::run);
    }

    static SecretBytes secret(String text) {
        return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
    }

    String run(CaAct act) throws ProblemException {
        return run(act, PASSWORD, null);
    }

    String run(CaAct act, String password, @Nullable String second) throws ProblemException {
        try (SecretBytes one = secret(password);
                SecretBytes two = secret(second == null ? "" : second)) {
            return room.run(act, folder, one, two, new Cancellation());
        }
    }

    /** A CA on curves, since making RSA keys takes longer than the tests. */
    CaUnderTest made() throws ProblemException {
        run(new CaAct.Create(room.subject(), CaAct.Keys.P256), "", PASSWORD);
        return this;
    }

    @Override
    public void close() {
        room.close();
    }
}
