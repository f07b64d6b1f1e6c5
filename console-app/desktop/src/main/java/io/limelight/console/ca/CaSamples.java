package io.limelight.console.ca;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.pictures.Picture;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.ca.BulkIssue;
import io.limelight.core.ca.CaException;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.Identities;
import io.limelight.core.ca.KeyKind;
import io.limelight.core.ca.RevocationReason;
import io.limelight.core.endorsement.VendorCertificates;
import io.limelight.core.endorsement.VendorStore;
import io.limelight.core.listen.ListenSettings;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of the CA room: a real CA in a folder that is gone when the program ends. */
public final class CaSamples {
    private static final Map<Instant, Path> MADE = new ConcurrentHashMap<>();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Map<String, String> ALIASES = Map.of(
            id(1),
            "build-04",
            id(2),
            "cache-02",
            id(3),
            "db-01",
            id(4),
            "db-02",
            id(5),
            "edge-07",
            id(6),
            "web-01",
            id(7),
            "web-07");

    private final Words words;
    private final InstantSource clock;

    /** Nothing is made before a picture is. */
    public CaSamples(Words words, InstantSource clock) {
        Instant now = clock.instant();
        this.words = words;
        // All pictures of one album are of one moment.
        this.clock = () -> now;
    }

    private static String id(int number) {
        return "2d5f6bee-4a64-5be9-b837-1f08172186%02d".formatted(number);
    }

    /** All of them. */
    public List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        pictures.add(page("ca", _ -> {}));
        pictures.add(page("ca-certificate", shown -> shown.page().showCertificate(id(6))));
        pictures.add(page("ca-revoked", shown -> {
            shown.page().causes((_, _) -> new RevocationCauses.Cause.Known(() -> {}));
            shown.page().showCertificate(id(5));
        }));
        pictures.add(page("ca-revoke", shown -> {
            shown.page().showCertificate(id(7));
            CaRow row = shown.model().selectedProperty().get();
            if (row != null) {
                shown.page().dialogs().revoke(List.of(row), shown.page().content());
            }
        }));
        pictures.add(page(
                "ca-issue", shown -> shown.page().dialogs().issue(shown.page().content())));
        pictures.add(page(
                "ca-renew",
                shown -> shown.page()
                        .dialogs()
                        .renew(shown.model().dueNames(), shown.page().content())));
        pictures.add(page(
                "ca-password",
                shown -> shown.page().dialogs().changePassword(shown.page().content())));
        pictures.add(page(
                "ca-rotate",
                shown -> shown.page().dialogs().rotateNotifier(shown.page().content())));
        pictures.add(page(
                "ca-backup", shown -> shown.page().dialogs().backup(shown.page().content())));
        pictures.add(page("ca-vendors", shown -> {
            shown.page().showVendors();
            shown.trust().check();
        }));
        pictures.add(page("ca-none", shown -> shown.model().open(folder().resolveSibling("nothing"))));
        pictures.add(page("ca-create", shown -> {
            shown.model().open(folder().resolveSibling("nothing"));
            shown.page().dialogs().create(shown.page().content());
        }));
        pictures.add(page("ca-damaged", shown -> shown.model().open(folder().resolveSibling("damaged"))));
        return pictures;
    }

    private record Shown(CaPage page, CaViewModel model, EkTrustViewModel trust) {}

    /** Does at once what a program does behind its window: a picture waits for nothing. */
    private static final class Inline {
        private final Queue<Runnable> due = new ArrayDeque<>();

        void work(Runnable task) {
            Thread thread = Thread.ofVirtual().start(task);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            for (Runnable next = poll(); next != null; next = poll()) {
                next.run();
            }
        }

        private synchronized Runnable poll() {
            return due.poll();
        }

        synchronized void screen(Runnable task) {
            due.add(task);
        }
    }

    private Picture page(String name, Consumer<Shown> arrange) {
        AtomicReference<CaViewModel> model = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    Inline inline = new Inline();
                    Executor work = inline::work;
                    Executor screen = inline::screen;
                    CaFolders folders = new CaFolders(Remembered.inMemory(), "ca.0.", List.of(folder()));
                    CaRoom room =
                            new CaRoom(new CaSettings(subject(), LISTEN), folders, Teller.none(), RANDOM, clock, words);
                    CaViewModel made = new CaViewModel(room, id -> ALIASES.getOrDefault(id, ""), work, screen);
                    model.set(made);
                    EkTrustViewModel trust = new EkTrustViewModel(
                            Optional.of(new VendorCertificates(
                                    VendorStore.shippedAnd(Path.of("/var/lib/keylime/tpm_cert_store")))),
                            Path.of("/var/lib/keylime/tpm_cert_store"),
                            () -> List.of(
                                    new EkTrustViewModel.Subject(id(6), "web-01"),
                                    new EkTrustViewModel.Subject(id(7), "web-07"),
                                    new EkTrustViewModel.Subject(id(1), "build-04")),
                            id -> id.equals(id(7))
                                    ? new EkTrustViewModel.Verdict(
                                            false,
                                            "No TPM vendor of the store issued the machine's EK certificate: it names"
                                                    + " \"CN=swtpm-localca\" as its issuer.")
                                    : new EkTrustViewModel.Verdict(
                                            true,
                                            "RSA EK good: its certificate is of CN=Infineon OPTIGA(TM) RSA CA 042"),
                            words,
                            clock,
                            work,
                            screen);
                    Overlay overlay = new Overlay(words);
                    DialogHost host = new DialogHost() {
                        @Override
                        public void show(String title, Node content, Node focus, Node opener) {
                            overlay.show(title, content, focus, opener);
                        }

                        @Override
                        public void hide() {
                            overlay.hide();
                        }
                    };
                    CaPage page = new CaPage(words, made, trust, CaPasswords.none(), host, work, screen);
                    page.shown();
                    arrange.accept(new Shown(page, made, trust));
                    return (Parent) new StackPane(page.content(), overlay);
                },
                () -> true,
                () -> model.get().close());
    }

    private static final ListenSettings LISTEN = new ListenSettings(
            "127.0.0.1",
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            CaName.NOTIFIER,
            List.of("info", "emergency"),
            Optional.empty());

    private static CertificateSubject subject() {
        return new CertificateSubject(
                "US",
                "MA",
                "Lexington",
                "Example",
                "Operations",
                "dc-east CA",
                3650,
                2048,
                "http://crl.dc-east.example/crl");
    }

    // --- the folder ---

    private Path folder() {
        return MADE.computeIfAbsent(clock.instant(), CaSamples::make);
    }

    private static Path make(Instant now) {
        try (SecretBytes password =
                SecretBytes.adopt("a sentence nobody else knows".getBytes(StandardCharsets.UTF_8))) {
            Path root = Files.createTempDirectory("limelight-pictures-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
            Path folder = root.resolve("ca");
            at(folder, now.minus(Duration.ofDays(420))).init(password, false, KeyKind.Curve.P256);
            issue(folder, now.minus(Duration.ofDays(400)), password, 3);
            issue(folder, now.minus(Duration.ofDays(354)), password, 1, 2);
            issue(folder, now.minus(Duration.ofDays(90)), password, 4, 5, 6, 7);
            CertificateAuthority lately = at(folder, now.minus(Duration.ofDays(37)));
            new Identities(lately)
                    .provision(CaName.fresh(id(4)), _ -> password.copy())
                    .close();
            BigInteger revoked = lately.serialOf(CaName.existing(id(5)));
            lately.revoke(revoked, RevocationReason.KEY_COMPROMISE, password);
            new Identities(at(folder, now.minus(Duration.ofDays(9)))).renew(CaName.existing(id(4)), password);
            Path damaged = Files.createDirectory(root.resolve("damaged"));
            Files.copy(folder.resolve("private.yml"), damaged.resolve("private.yml"));
            return folder;
        } catch (IOException | CaException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CertificateAuthority at(Path folder, Instant instant) {
        return new CertificateAuthority(folder, subject(), RANDOM, () -> instant);
    }

    private static void issue(Path folder, Instant when, SecretBytes password, int... numbers) throws CaException {
        List<CaName> names = new ArrayList<>();
        for (int number : numbers) {
            names.add(CaName.fresh(id(number)));
        }
        new BulkIssue(at(folder, when), 2).run(names, password, _ -> {});
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
