package io.limelight.console;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.payloads.BuilderViewModel;
import io.limelight.console.payloads.LibraryViewModel;
import io.limelight.console.payloads.PayloadDraft;
import io.limelight.console.payloads.PayloadFiles;
import io.limelight.console.payloads.PayloadMode;
import io.limelight.console.payloads.PayloadShelf;
import io.limelight.console.payloads.PayloadTemplate;
import io.limelight.console.payloads.PayloadsPage;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.ActionTrial;
import io.limelight.core.payload.PackageTreeReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import io.limelight.core.payload.ReadyAction;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;

/** Pictures of the page of payloads; what is in them is written here, nothing of it is on a disk. */
final class PayloadsAlbum {
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 made for the picture\n";

    private final Words words;
    private final InstantSource clock;
    private final Executor work = task -> Thread.ofVirtual().start(task);
    private final Executor screen = Platform::runLater;

    PayloadsAlbum(Words words, InstantSource clock) {
        this.words = words;
        this.clock = clock;
    }

    List<Picture> pictures() {
        return List.of(
                library("payloads-empty", List.of()),
                library("payloads", List.of(ssh(), PayloadTemplate.CA_ROOTS.draft("trust-ca"))),
                builder("payload-builder", ssh()),
                builder("payload-builder-clashes", clashing()),
                builder("payload-builder-file", PayloadDraft.empty("one-file")));
    }

    private static Part text(String name, String content) {
        return new Part(name, new Content.OfText(content));
    }

    private static PayloadDraft ssh() {
        PayloadDraft from = PayloadTemplate.SSH_KEYS.draft("ssh-access");
        ReadyAction crl = ReadyAction.all().get(1);
        List<Part> files = new ArrayList<>(from.files());
        files.add(text("payload_id_rsa", KEY));
        files.add(text("payload_id_rsa.pub", KEY));
        files.add(text(crl.fileName(), crl.text()));
        List<String> actions = new ArrayList<>(from.actions());
        actions.add(crl.fileName());
        return new PayloadDraft(
                from.name(), from.mode(), Optional.empty(), from.script(), files, actions, from.readers());
    }

    private static PayloadDraft clashing() {
        PayloadDraft good = ssh();
        List<Part> files = new ArrayList<>(good.files());
        files.add(text("cacert.crt", KEY));
        files.add(text("decrypted_payload", KEY));
        files.add(text("tls/trust.pem", KEY));
        files.add(text("known_hosts", KEY.repeat(16_000)));
        List<String> actions = new ArrayList<>(good.actions());
        actions.add("local_action_cut_ipsec.py");
        return new PayloadDraft(
                "ssh-access",
                PayloadMode.CERTIFICATE_PACKAGE,
                Optional.empty(),
                Optional.of("#!/bin/sh\n\nset -euo pipefail\ncp payload_id_rsa* /root/.ssh/\n"
                        + "cat known_hosts >>/root/.ssh/known_hosts\n\ncp tls/trusted.pem /etc/ssl/\nsleep 10m\n"),
                files,
                actions,
                Set.of(ActionReader.values()));
    }

    private PayloadsPage page(Records records) {
        PayloadShelf shelf = new PayloadShelf(records.drafts());
        PayloadFiles files = new PayloadFiles(words);
        return new PayloadsPage(
                words,
                clock,
                new LibraryViewModel(shelf, work, screen),
                new BuilderViewModel(shelf, files, new PackageTreeReader(0, clock), clock, work, screen),
                files,
                new ActionTrial(Duration.ofSeconds(1), ""),
                new Tasks(clock, work, words),
                new DialogHost() {
                    @Override
                    public void show(String title, Node content, Node focus, Node opener) {}

                    @Override
                    public void hide() {}
                },
                work,
                screen,
                _ -> {});
    }

    private Picture picture(String name, Records records, Consumer<PayloadsPage> arrange) {
        AtomicReference<PayloadsPage> shown = new AtomicReference<>();
        return new Picture(
                name,
                () -> {
                    PayloadsPage page = page(records);
                    shown.set(page);
                    page.shown();
                    arrange.accept(page);
                    StackPane root = new StackPane((Parent) page.content());
                    root.setMinSize(Region.USE_COMPUTED_SIZE, Region.USE_COMPUTED_SIZE);
                    return root;
                },
                () -> shown.get().library().loadedProperty().get()
                        && shown.get()
                                .builder()
                                .seenProperty()
                                .get()
                                .of()
                                .equals(shown.get().builder().draftProperty().get()),
                () -> {});
    }

    private Picture library(String name, List<PayloadDraft> drafts) {
        Records records = Records.inMemory(words, new SecureRandom(), clock);
        PayloadShelf shelf = new PayloadShelf(records.drafts());
        try {
            for (PayloadDraft draft : drafts) {
                PayloadShelf.Kept kept = PayloadShelf.fresh(
                        draft.name().equals("trust-ca") ? at(draft, Path.of("/home/you/payloads/trust-ca")) : draft);
                shelf.keep(new PayloadShelf.Kept(
                        kept.id(), 0, kept.draft(), draft.name().equals("ssh-access"), kept.changed()));
            }
        } catch (ProblemException e) {
            throw new IllegalStateException("memory keeps everything", e);
        }
        return picture(name, records, _ -> {});
    }

    private static PayloadDraft at(PayloadDraft draft, Path place) {
        return new PayloadDraft(
                draft.name(),
                draft.mode(),
                Optional.of(place),
                draft.script(),
                draft.files(),
                draft.actions(),
                draft.readers());
    }

    private Picture builder(String name, PayloadDraft draft) {
        return picture(name, Records.inMemory(words, new SecureRandom(), clock), page -> {
            page.builder()
                    .create(
                            draft.name().equals("one-file")
                                    ? new PayloadDraft(
                                            draft.name(),
                                            PayloadMode.SINGLE_FILE,
                                            Optional.of(Path.of("/home/you/keys/payload.txt")),
                                            Optional.empty(),
                                            List.of(),
                                            List.of(),
                                            draft.readers())
                                    : draft);
            page.showBuilder();
        });
    }
}
