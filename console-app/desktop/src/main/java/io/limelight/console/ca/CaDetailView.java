package io.limelight.console.ca;

import static io.limelight.console.ca.Parts.grid;
import static io.limelight.console.ca.Parts.label;
import static io.limelight.console.ca.Parts.printable;
import static io.limelight.console.ca.Parts.row;
import static io.limelight.console.ca.Parts.wrapped;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.ca.CaExamination.Finding;
import io.limelight.core.ca.CaExamination.Fix;
import io.limelight.core.ca.CaExamination.Kind;
import io.limelight.core.ca.CaExamination.Weight;
import io.limelight.core.ca.CaListing;
import io.limelight.core.ca.CertificateFacts;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.listen.CrlAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Beside the tree: the CA with its CRL and what is weak about it, or one certificate. */
final class CaDetailView {
    private final CaViewModel model;
    private final CaDialogs dialogs;
    private final Words words;
    private final InstantSource clock;
    private final Executor work;
    private final Executor screen;
    private final BorderPane root = new BorderPane();
    private final VBox body = new VBox();
    private final VBox head = new VBox();
    private final FlowPane verbs = new FlowPane();
    private RevocationCauses causes = RevocationCauses.NONE;

    CaDetailView(
            CaViewModel model, CaDialogs dialogs, Words words, InstantSource clock, Executor work, Executor screen) {
        this.model = model;
        this.dialogs = dialogs;
        this.words = words;
        this.clock = clock;
        this.work = work;
        this.screen = screen;
        root.getStyleClass().add("detail-pane");
        root.setMinWidth(360);
        head.getStyleClass().add("detail-header");
        body.getStyleClass().addAll("tab-page", "ca-detail");
        verbs.getStyleClass().addAll("verbs", "detail-foot");
        ScrollPane scroll = new ScrollPane(body);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        root.setTop(head);
        root.setCenter(scroll);
        root.setBottom(verbs);
        model.selectedProperty().subscribe(_ -> draw());
        model.addressTestProperty().subscribe(_ -> draw());
        model.examinationProperty().subscribe(_ -> draw());
    }

    void causes(RevocationCauses from) {
        causes = from;
        draw();
    }

    Node node() {
        return root;
    }

    /** Draws what is looked at. */
    void draw() {
        CaRow row = model.selectedProperty().get();
        CaContents contents = model.contentsProperty().get().value();
        if (row == null || contents == null || contents.listing().isEmpty()) {
            head.getChildren().clear();
            body.getChildren().setAll(contents == null ? List.of() : findings(model.findings()));
            verbs.getChildren().clear();
            Parts.show(verbs, false);
            return;
        }
        HBox title = new HBox(title(row), Parts.badge(words, row, clock.instant(), true));
        title.getStyleClass().add("detail-first");
        head.getChildren().setAll(title);
        if (row.kind() == CaRow.Kind.MACHINE && !row.alias().isEmpty()) {
            head.getChildren().add(label(row.name(), "mono", "muted", "may-cut"));
        }
        List<Node> parts = new ArrayList<>();
        List<Node> acts = new ArrayList<>();
        if (row.kind() == CaRow.Kind.AUTHORITY) {
            parts.addAll(findings(model.findings()));
            parts.addAll(crl(contents, contents.listing().get()));
            parts.addAll(listener());
            row.certificate().ifPresent(certificate -> parts.addAll(certificate(certificate, "ca.section.signing")));
        } else {
            row.certificate().ifPresent(certificate -> parts.addAll(certificate(certificate, "")));
            if (row.certificate().isEmpty()) {
                parts.add(wrapped(words.of("ca.gone.explain"), "muted"));
            }
            acts.addAll(acts(row));
        }
        row.revocation().ifPresent(revocation -> {
            GridPane grid = grid();
            row(grid, words.of("ca.revoked.at"), wrapped(Parts.time(words, revocation.at()), "data"));
            row(
                    grid,
                    words.of("ca.reason"),
                    wrapped(words.of("ca.reason." + revocation.reason().word().toLowerCase(Locale.ROOT))));
            parts.add(section("ca.section.revocation"));
            parts.add(grid);
            if (row.kind() == CaRow.Kind.MACHINE) {
                parts.add(cause(causes.of(row.name(), revocation.at())));
            }
        });
        body.getChildren().setAll(parts);
        verbs.getChildren().setAll(acts);
        Parts.show(verbs, !acts.isEmpty());
    }

    private Node cause(RevocationCauses.Cause cause) {
        return switch (cause) {
            case RevocationCauses.Cause.Known(Runnable open) -> {
                Hyperlink link = new Hyperlink(words.of("ca.revoked.notice"), Glyph.RADIO.icon("small"));
                link.setId("ca-cause");
                link.setWrapText(true);
                link.setOnAction(_ -> {
                    link.setVisited(false);
                    open.run();
                });
                yield link;
            }
            case RevocationCauses.Cause.NotListed() -> wrapped(words.of("ca.revoked.no-notice"), "muted", "text-small");
            case RevocationCauses.Cause.Unknown() -> wrapped(words.of("ca.revoked.no-board"), "muted", "text-small");
        };
    }

    private Label title(CaRow row) {
        Label title = label(
                row.kind() == CaRow.Kind.GONE ? words.of("ca.gone", row.serial().toString()) : printable(row.shown()),
                "detail-title",
                "may-cut",
                "data");
        title.setMinWidth(0);
        return title;
    }

    private Label section(String key) {
        return label(words.of(key), "section-title");
    }

    // --- one certificate ---

    private List<Node> acts(CaRow row) {
        List<Node> acts = new ArrayList<>();
        if (row.renewable()) {
            Button renew = new Button(words.of("ca.renew"), Glyph.REFRESH.icon("button-size"));
            renew.setId("ca-renew");
            renew.setOnAction(_ -> dialogs.renew(List.of(row.name()), renew));
            acts.add(renew);
        }
        if (row.certificate().isPresent()) {
            acts.add(exports(row));
        }
        if (row.revocable()) {
            Button revoke = new Button(words.of("ca.revoke"));
            revoke.setId("ca-revoke");
            revoke.getStyleClass().addAll("danger", "button-outlined");
            revoke.setOnAction(_ -> dialogs.revoke(List.of(row), revoke));
            acts.add(revoke);
        }
        return acts;
    }

    private MenuButton exports(CaRow row) {
        MenuButton export = new MenuButton(words.of("ca.export"), Glyph.DOWNLOAD.icon("button-size"));
        for (CertificateFile.Form form : CertificateFile.Form.values()) {
            if (form == CertificateFile.Form.P12 && (row.kind() == CaRow.Kind.AUTHORITY || !row.revocable())) {
                continue;
            }
            MenuItem item = new MenuItem(words.of("ca.export." + form.word()));
            item.setOnAction(_ -> dialogs.export(row, form, export));
            export.getItems().add(item);
        }
        return export;
    }

    private List<Node> certificate(X509Certificate certificate, String sectionKey) {
        GridPane grid = grid();
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        row(
                grid,
                words.of("ca.subject"),
                mono(printable(certificate.getSubjectX500Principal().getName())));
        String serial = certificate.getSerialNumber().toString();
        String hex = certificate.getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
        row(grid, words.of("ca.serial"), mono(serial + "  (0x" + hex + ")"));
        row(
                grid,
                words.of("ca.valid"),
                wrapped(words.of(
                        "ca.valid.from-to",
                        Parts.date(words, from),
                        Parts.date(words, to),
                        Ages.text(words, Duration.between(from, clock.instant())))));
        row(
                grid,
                words.of("ca.key"),
                wrapped(words.of(
                        "ca.key.signed",
                        CertificateFacts.key(certificate.getPublicKey()),
                        certificate.getSigAlgName())));
        List<String> names = CertificateFacts.names(certificate);
        if (!names.isEmpty()) {
            row(grid, words.of("ca.names"), mono(printable(String.join(", ", names))));
        }
        List<String> addresses = CertificateFacts.crlAddresses(certificate);
        row(
                grid,
                words.of("ca.crl.address"),
                addresses.isEmpty()
                        ? wrapped(words.of("ca.crl.no-address"))
                        : mono(printable(String.join(", ", addresses))));
        row(
                grid,
                words.of("ca.authority-flag"),
                wrapped(words.of(certificate.getBasicConstraints() >= 0 ? "ca.flag.authority" : "ca.flag.leaf")));
        String fingerprint = CertificateFile.fingerprint(certificate);
        HBox print = new HBox(
                mono(fingerprint.replace(":", " ")), Clip.button(words, words.of("ca.fingerprint"), () -> fingerprint));
        print.getStyleClass().add("field-row");
        HBox.setHgrow(print.getChildren().getFirst(), Priority.ALWAYS);
        row(grid, words.of("ca.fingerprint"), print);
        return sectionKey.isEmpty() ? List.of(grid) : List.of(section(sectionKey), grid);
    }

    private static Label mono(String text) {
        return wrapped(text, "mono");
    }

    // --- the CA ---

    private List<Node> crl(CaContents contents, CaListing listing) {
        List<Node> parts = new ArrayList<>();
        parts.add(section("ca.section.crl"));
        GridPane grid = grid();
        if (listing.crl().isPresent()) {
            CaListing.Crl crl = listing.crl().get();
            row(grid, words.of("ca.crl.label.number"), wrapped(crl.number().toString(), "data"));
            Label next = wrapped(Parts.time(words, crl.nextUpdate()), "data");
            if (crl.overdue()) {
                next.getStyleClass().add("danger-text");
            }
            row(grid, words.of("ca.crl.label.next"), next);
            row(
                    grid,
                    words.of("ca.crl.label.entries"),
                    wrapped(words.of("ca.count", listing.revoked().size())));
        } else {
            row(grid, words.of("ca.crl.label.number"), wrapped(words.of("ca.crl.none"), "danger-text"));
        }
        List<String> addresses = CertificateFacts.crlAddresses(listing.certificate());
        String address = addresses.isEmpty() ? contents.crlAddress() : addresses.getFirst();
        row(grid, words.of("ca.crl.address"), mono(printable(address)));
        if (!address.equals(contents.crlAddress())) {
            row(grid, words.of("ca.crl.address-new"), mono(printable(contents.crlAddress())));
        }
        parts.add(grid);
        tested().ifPresent(parts::add);
        Button reissue = new Button(words.of("ca.crl.reissue"));
        reissue.setId("ca-reissue");
        reissue.setOnAction(_ -> dialogs.simple(new CaAct.ReissueCrl(), reissue));
        Button test = new Button(words.of("ca.crl.test"));
        test.setId("ca-test-address");
        test.setDisable(model.addressTestProperty().get().loading());
        test.setOnAction(_ -> model.testAddress(contents.crlAddress()));
        FlowPane acts = new FlowPane(reissue, test);
        acts.getStyleClass().add("verbs");
        parts.add(acts);
        return parts;
    }

    private Optional<Node> tested() {
        Loaded<CrlAddress.Found> state = model.addressTestProperty().get();
        if (state.problem() != null) {
            return Optional.of(ProblemView.of(words, state.problem()));
        }
        CrlAddress.Found found = state.value();
        if (found == null || state.loading()) {
            return Optional.empty();
        }
        boolean good = found.outcome() == CrlAddress.Outcome.SAME;
        Label sentence = wrapped(words.of(
                "ca.test." + found.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                found.took().toMillis(),
                found.number().map(Object::toString).orElse(""),
                printable(found.detail())));
        HBox.setHgrow(sentence, Priority.ALWAYS);
        HBox box = new HBox(
                (good ? Shapes.DISC_TICK : Shapes.TRIANGLE).boxed("large", good ? "success" : "warning"), sentence);
        box.getStyleClass().addAll("message", good ? "success" : "warning");
        box.setId("ca-tested");
        return Optional.of(box);
    }

    private List<Node> listener() {
        List<Node> parts = new ArrayList<>();
        parts.add(section("ca.section.listener"));
        Optional<CaListening.Running> running = model.room().listening();
        if (running.isPresent()) {
            GridPane grid = grid();
            CaListening.Running now = running.get();
            HBox state = new HBox(
                    Shapes.DISC_TICK.boxed("success"),
                    wrapped(words.of("ca.listen.since", Parts.time(words, now.since()))));
            state.getStyleClass().add("state-badge");
            row(grid, words.of("ca.listen.state"), state);
            row(grid, words.of("ca.listen.crl"), mono(now.ip() + ":" + now.port()));
            row(grid, words.of("ca.listen.notices"), mono(now.ip() + ":" + now.noticesPort()));
            row(grid, words.of("ca.folder"), mono(now.folder().toString()));
            parts.add(grid);
            parts.add(wrapped(words.of("ca.listen.ends"), "muted"));
            Button stop = new Button(words.of("ca.listen.stop"), Glyph.STOP.icon("button-size"));
            stop.setId("ca-stop");
            stop.setOnAction(_ -> work.execute(() -> {
                model.room().stopListening();
                screen.execute(this::draw);
            }));
            parts.add(flow(stop));
        } else {
            parts.add(wrapped(words.of("ca.listen.off"), "muted"));
            Button start = new Button(words.of("ca.listen.start"), Glyph.PLAY.icon("button-size"));
            start.setId("ca-listen");
            start.setOnAction(_ -> dialogs.simple(new CaAct.Listen(), start));
            parts.add(flow(start));
        }
        return parts;
    }

    private static FlowPane flow(Node... nodes) {
        FlowPane row = new FlowPane(nodes);
        row.getStyleClass().add("verbs");
        return row;
    }

    // --- what is weak ---

    private List<Node> findings(List<Finding> found) {
        List<Node> cards = new ArrayList<>();
        for (Finding finding : found) {
            cards.add(finding(finding));
        }
        return cards;
    }

    private Node finding(Finding finding) {
        Weight weight = finding.kind().weight();
        String tone = switch (weight) {
            case SERIOUS -> "danger";
            case WARNING -> "warning";
            case NOTE -> "info";
        };
        Shapes shape = switch (weight) {
            case SERIOUS -> Shapes.OCTAGON_CROSS;
            case WARNING -> Shapes.TRIANGLE;
            case NOTE -> Shapes.DISC_I;
        };
        String key =
                "ca.finding." + finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        Label what = wrapped(words.of(key, finding.count(), detail(finding)), "medium");
        Label why = wrapped(words.of(key + ".why", finding.count(), detail(finding)), "caption");
        VBox text = new VBox(what, why);
        text.getStyleClass().add("finding-text");
        HBox.setHgrow(text, Priority.ALWAYS);
        if (finding.kind().fix() != Fix.NONE) {
            Button fix = new Button(words.of("ca.fix."
                    + finding.kind().fix().name().toLowerCase(Locale.ROOT).replace('_', '-')));
            fix.setId("ca-fix-" + finding.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
            fix.getStyleClass().add("small");
            fix.setOnAction(_ -> fix(finding.kind().fix(), fix));
            text.getChildren().add(fix);
        }
        HBox card = new HBox(shape.boxed("large", tone), text);
        card.getStyleClass().addAll("message", tone, "finding");
        return card;
    }

    /** Times come as ISO texts, which nobody reads. */
    private String detail(Finding finding) {
        boolean time = switch (finding.kind()) {
            case CA_EXPIRED, CA_ENDS_SOON, CRL_OVERDUE, CRL_ENDS_SOON, NOTIFIER_EXPIRED -> true;
            default -> false;
        };
        if (time) {
            try {
                return Parts.time(words, Instant.parse(finding.detail()));
            } catch (DateTimeParseException e) {
                return printable(finding.detail());
            }
        }
        String text = printable(finding.detail());
        return finding.kind() == Kind.DAMAGED && !text.isEmpty()
                ? Character.toUpperCase(text.charAt(0)) + text.substring(1)
                : text;
    }

    private void fix(Fix fix, @Nullable Button from) {
        Node opener = from == null ? root : from;
        switch (fix) {
            case FINISH -> dialogs.simple(new CaAct.Finish(), opener);
            case RESTORE -> dialogs.restore(false, opener);
            case NEW_CA -> dialogs.openFolder(opener);
            case REISSUE_CRL -> dialogs.simple(new CaAct.ReissueCrl(), opener);
            case CRL_ADDRESS -> dialogs.address(opener);
            case CHANGE_PASSWORD -> dialogs.changePassword(opener);
            case REMOVE_CLEAR_KEYS -> dialogs.simple(new CaAct.RemoveKeys(), opener);
            case TIGHTEN -> dialogs.simple(new CaAct.Tighten(), opener);
            case RENEW -> dialogs.renew(model.dueNames(), opener);
            case RENEW_NOTIFIER -> dialogs.renew(List.of("RevocationNotifier"), opener);
            case ROTATE_NOTIFIER -> dialogs.rotateNotifier(opener);
            case NONE -> root.requestFocus();
        }
    }
}
