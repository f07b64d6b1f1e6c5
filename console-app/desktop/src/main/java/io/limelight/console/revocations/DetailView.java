package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.checked;
import static io.limelight.console.revocations.Bits.label;
import static io.limelight.console.revocations.Bits.show;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.advice.Advice;
import io.limelight.console.advice.AdviceList;
import io.limelight.console.advice.AdviceWays;
import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.DetailPane;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import io.limelight.core.ca.OwnNotice;
import io.limelight.core.revocation.RevocationNotice;
import java.math.BigInteger;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.TextArea;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** One notice, seen closely: who was told and did what, what it changed about the CRL, what happened when, the notice itself. */
final class DetailView {
    private static final int SHOWN_ENTRIES = 6;

    private final RevocationsViewModel model;
    private final NoticeWords said;
    private final Words words;
    private final InstantSource clock;
    private final ExaminationView examination;
    private final DetailPane pane;
    private final VBox summary = new VBox();
    private final ToldTable table;
    private final VBox crl = new VBox();
    private final VBox advised = new VBox();
    private final VBox happened = new VBox();
    private final VBox notice = new VBox();
    private final TextArea text = new TextArea();
    private final ProblemView problem;
    private final Label sentence = wrapped("", "data");
    private final Label cut = wrapped("", "caption", "muted");
    private @Nullable Consumer<String> reenrol;
    private @Nullable Consumer<String> openMachine;
    private AdviceWays advice = AdviceWays.NONE;
    private CertificateDoor certificates = CertificateDoor.NONE;

    DetailView(
            RevocationsViewModel model,
            NoticeWords said,
            Words words,
            InstantSource clock,
            ObservableDoubleValue scale) {
        this.model = model;
        this.said = said;
        this.words = words;
        this.clock = clock;
        this.examination = new ExaminationView(words, said);
        this.pane = new DetailPane(words);
        this.table = new ToldTable(words, scale);
        this.problem = new ProblemView(words);
        pane.setId("revocation-detail");
        summary.getStyleClass().add("notice-summary");
        VBox told = new VBox(summary, table);
        VBox.setVgrow(table, Priority.ALWAYS);
        pane.addFullTab("told", words.of("revocations.tab.told"), told);
        crl.getStyleClass().add("notice-tab");
        pane.addTab("crl", words.of("revocations.tab.crl"), crl);
        advised.getStyleClass().add("notice-tab");
        pane.addTab("advice", words.of("advice.title"), advised);
        happened.getStyleClass().add("notice-tab");
        pane.addTab("happened", words.of("revocations.tab.happened"), happened);
        notice.getStyleClass().add("notice-tab");
        pane.addTab("notice", words.of("revocations.tab.notice"), notice);
        text.setEditable(false);
        text.setWrapText(true);
        text.setPrefRowCount(12);
        text.getStyleClass().addAll("mono", "well");
        text.setAccessibleText(words.of("revocations.notice.text"));
        sentence.setId("revocation-sentence");
        model.selectedProperty().subscribe(_ -> draw());
        model.detailProperty().subscribe(_ -> draw());
        model.crlProperty().subscribe(_ -> draw());
        model.mayActProperty().subscribe(_ -> draw());
    }

    Region node() {
        return pane;
    }

    void onClose(Runnable action) {
        pane.onClose(action);
    }

    /** Ways on from here, by the machine's id. */
    void ways(Consumer<String> reenrolling, Consumer<String> opening) {
        reenrol = reenrolling;
        openMachine = opening;
        draw();
    }

    /** The way to certificates. */
    void certificates(CertificateDoor door) {
        certificates = door;
        draw();
    }

    /** Where what is advised is done. */
    void advice(AdviceWays open) {
        advice = open;
        draw();
    }

    /** For pictures. */
    void tab(String id) {
        pane.selectTab(id);
    }

    private void draw() {
        Notice now = model.selectedProperty().get();
        if (now == null) {
            return;
        }
        Loaded<NoticeDetail> state = model.detailProperty().get();
        Optional<NoticeDetail> detail = state.got();
        pane.titleProperty().set(said.name(now.machine()));
        pane.subtitleProperty().set(now.machine());
        pane.setBesideSubtitle(Clip.button(words, words.of("revocations.machine-id"), now::machine));
        pane.setBadges(stateBadge(now));
        drawVerbs(now);
        boolean received = now.state() == Notice.State.RECEIVED || now.state() == Notice.State.UNVERIFIED;
        table.setPlaceholder(
                label(words.of(received ? "revocations.told.not-known" : "revocations.told.nobody"), "muted"));
        Optional<CrlFacts.Change> change = change(detail);
        drawSummary(now, detail, change);
        table.getItems()
                .setAll(detail.map(known -> ToldRow.of(known, said::name, model::hasPackage))
                        .orElse(List.of()));
        drawCrl(now, detail, change);
        drawAdvice(now);
        drawHappened(detail, change);
        drawNotice(detail);
        if (state.problem() != null && detail.isEmpty()) {
            problem.show(state.problem());
        } else {
            problem.clear();
        }
    }

    private Node stateBadge(Notice now) {
        Shapes shape = switch (now.state()) {
            case NEW, OPEN -> Shapes.RING_HANDS;
            case HELD, UNVERIFIED -> Shapes.TRIANGLE;
            case DISCARDED -> Shapes.DASH;
            case DONE, RECEIVED -> Shapes.DISC_TICK;
        };
        String styleClass = switch (now.state()) {
            case NEW, OPEN, HELD, UNVERIFIED -> "state-stale";
            case DISCARDED -> "state-waiting";
            case DONE, RECEIVED -> "state-trusted";
        };
        return Bits.badge(
                shape, styleClass, words.of("revocations.state." + now.state().key()), true);
    }

    private void drawVerbs(Notice now) {
        List<Node> verbs = new ArrayList<>();
        Consumer<String> again = reenrol;
        Consumer<String> open = openMachine;
        boolean known = NoticeWords.id(now.machine()).isPresent();
        if (again != null
                && known
                && now.type().equals(RevocationNotice.REVOCATION)
                && model.mayActProperty().get()) {
            Button button = new Button(words.of("revocations.reenrol"), Glyph.REFRESH.icon("button-size"));
            button.setId("revocation-reenrol");
            button.setOnAction(_ -> again.accept(now.machine()));
            verbs.add(button);
        }
        if (open != null && known) {
            Button button = new Button(words.of("revocations.open-machine"), Glyph.SERVER.icon("button-size"));
            button.setId("revocation-machine");
            button.setOnAction(_ -> open.accept(now.machine()));
            verbs.add(button);
        }
        pane.setVerbs(verbs);
    }

    private static Optional<CrlFacts.Change> change(Optional<NoticeDetail> detail, Optional<CrlFacts> facts) {
        return detail.flatMap(NoticeDetail::examination)
                .flatMap(known -> known.notice().certifiedAs())
                .flatMap(certificate -> facts.flatMap(list -> list.change(BigInteger.valueOf(certificate.serial()))));
    }

    private Optional<CrlFacts.Change> change(Optional<NoticeDetail> detail) {
        return change(detail, model.crlProperty().get());
    }

    // --- who was told ---

    private void drawSummary(Notice now, Optional<NoticeDetail> detail, Optional<CrlFacts.Change> change) {
        sentence.setText(said.reason(now, detail.flatMap(NoticeDetail::examination)));
        FlowPane facts = new FlowPane();
        facts.getStyleClass().add("legend");
        if (now.issued() != null) {
            facts.getChildren().add(label(Ages.exact(words, now.issued(), ZoneId.systemDefault()), "muted"));
        }
        detail.flatMap(NoticeDetail::examination)
                .ifPresent(known -> facts.getChildren().add(examination.brief(known)));
        change.ifPresent(list -> facts.getChildren()
                .add(checked(
                        Shapes.RING_BAR, "revoked", words.of("revocations.crl.grew", list.before(), list.after()))));
        List<Node> all = new ArrayList<>(List.of(sentence, facts));
        if (now.receivers() > 0) {
            all.add(new TellBar(now).node());
            all.add(legend(now));
        }
        detail.filter(NoticeDetail::cut).ifPresent(known -> {
            cut.setText(words.of("revocations.cut", known.deliveries().size()));
            all.add(cut);
        });
        all.add(problem);
        summary.getChildren().setAll(all);
    }

    private Node legend(Notice now) {
        FlowPane legend = new FlowPane();
        legend.getStyleClass().add("legend");
        Notice.Said claims = now.said();
        legend(legend, Shapes.TICK, "success", "revocations.legend.acted", claims.acted());
        legend(legend, Shapes.OCTAGON_CROSS, "danger", "revocations.legend.failed", claims.failed());
        legend(legend, Shapes.DASH, "", "revocations.legend.nothing", claims.nothing());
        legend(legend, Shapes.RING, "", "revocations.legend.unknown", claims.unknown());
        legend(
                legend,
                Shapes.RING_HANDS,
                "warning",
                "revocations.legend.waiting",
                now.count(Outcome.WAITING) + now.count(Outcome.SENDING));
        legend(
                legend,
                Shapes.TRIANGLE,
                "warning",
                "revocations.legend.lost",
                now.count(Outcome.UNKNOWN) + now.count(Outcome.EXPIRED) + now.count(Outcome.REFUSED));
        return legend;
    }

    private void legend(FlowPane legend, Shapes shape, String styleClass, String key, long count) {
        if (count > 0) {
            HBox item = new HBox(
                    styleClass.isEmpty() ? shape.boxed("small") : shape.boxed("small", styleClass),
                    Bits.whole(words.of(key, count), "caption"));
            item.getStyleClass().add("told-cell");
            legend.getChildren().add(item);
        }
    }

    // --- the CRL ---

    private void drawCrl(Notice now, Optional<NoticeDetail> detail, Optional<CrlFacts.Change> change) {
        drawList(now, detail, change);
        serial(detail).ifPresent(serial -> crl.getChildren().add(certificate(serial)));
    }

    private static Optional<BigInteger> serial(Optional<NoticeDetail> detail) {
        return detail.flatMap(NoticeDetail::examination)
                .flatMap(known -> known.notice().certifiedAs())
                .map(certificate -> BigInteger.valueOf(certificate.serial()));
    }

    /** Only the fleet's CA, where it is open, has it. */
    private Node certificate(BigInteger serial) {
        if (!certificates.has(serial)) {
            return wrapped(words.of("revocations.crl.no-certificate", hex(serial)), "caption", "muted");
        }
        Hyperlink link = new Hyperlink(words.of("revocations.crl.certificate", hex(serial)));
        link.setId("revocation-certificate");
        link.setWrapText(true);
        link.setOnAction(_ -> {
            link.setVisited(false);
            certificates.open(serial);
        });
        return link;
    }

    private void drawList(Notice now, Optional<NoticeDetail> detail, Optional<CrlFacts.Change> change) {
        Optional<CrlFacts> facts = model.crlProperty().get();
        if (facts.isEmpty()) {
            crl.getChildren().setAll(wrapped(words.of("revocations.crl.none"), "muted"));
            return;
        }
        if (change.isEmpty()) {
            boolean names = detail.flatMap(NoticeDetail::examination)
                    .flatMap(known -> known.notice().certifiedAs())
                    .isPresent();
            crl.getChildren()
                    .setAll(
                            wrapped(
                                    names
                                            ? words.of(
                                                    "revocations.crl.not-on-it",
                                                    said.name(now.machine()),
                                                    words.of("ca.act.listen.title"))
                                            : words.of("revocations.crl.names-none"),
                                    "muted"),
                            wrapped(words.of(
                                    "revocations.crl.now",
                                    facts.get().number().toString(),
                                    facts.get().entries().size())));
            return;
        }
        CrlFacts.Change list = change.get();
        HBox cards = new HBox(
                card("revocations.crl.before", words.of("revocations.crl.entries", list.before()), false),
                Glyph.CHEVRON_RIGHT.icon(),
                card("revocations.crl.after", words.of("revocations.crl.entries", list.after()), true));
        cards.getStyleClass().add("crl-change");
        VBox entries = new VBox();
        entries.getStyleClass().addAll("crl-entries");
        int from = Math.max(0, list.older().size() - SHOWN_ENTRIES);
        if (from > 0) {
            entries.getChildren().add(label(words.of("revocations.crl.older", from), "mono", "muted"));
        }
        list.older()
                .subList(from, list.older().size())
                .forEach(entry -> entries.getChildren().add(entry(entry, false)));
        entries.getChildren().add(entry(list.entry(), true));
        crl.getChildren()
                .setAll(
                        cards,
                        entries,
                        checked(
                                Shapes.TICK,
                                "success",
                                words.of(
                                        "revocations.crl.since",
                                        Ages.exact(words, list.entry().at(), ZoneId.systemDefault()),
                                        facts.get().number().toString())));
        if (!facts.get().published()) {
            crl.getChildren().add(wrapped(words.of("revocations.crl.elsewhere"), "caption", "muted"));
        }
    }

    private VBox card(String key, String text, boolean after) {
        VBox card = new VBox(label(words.of(key), "caption", "muted"), Bits.whole(text, "medium"));
        card.getStyleClass().add("crl-card");
        if (after) {
            card.getStyleClass().add("after");
        }
        HBox.setHgrow(card, Priority.ALWAYS);
        return card;
    }

    private Node entry(CrlFacts.Entry entry, boolean added) {
        Label label =
                label((added ? "+ " : "  ") + hex(entry.serial()) + "  " + entry.name(), "mono", "data", "may-cut");
        label.setMaxWidth(Double.MAX_VALUE);
        label.getStyleClass().add(added ? "crl-added" : "crl-kept");
        return label;
    }

    private static String hex(BigInteger serial) {
        String digits = serial.toString(16).toUpperCase(java.util.Locale.ROOT);
        return (digits.length() % 2 == 0 ? digits : "0" + digits).replaceAll("(..)(?=.)", "$1 ");
    }

    // --- what to do ---

    /** What failed is named by the notice, so this is known even if the machine is not any more. */
    private void drawAdvice(Notice now) {
        Optional<AgentId> id = NoticeWords.id(now.machine());
        if (id.isEmpty() || now.eventId().isEmpty() || now.eventId().equals(OwnNotice.EVENT)) {
            advised.getChildren().setAll(wrapped(words.of("advice.none"), "muted"));
            return;
        }
        FailureSummary failure = said.failure(now);
        advised.getChildren()
                .setAll(new AdviceList(
                        words, Advice.of(failure.actions(), id.get(), words), advice.of(id.get(), failure)));
    }

    // --- what happened ---

    private void drawHappened(Optional<NoticeDetail> detail, Optional<CrlFacts.Change> change) {
        List<Happening> all = detail.map(known -> Happening.of(known, change)).orElse(List.of());
        happened.getChildren().clear();
        if (all.isEmpty()) {
            happened.getChildren().add(wrapped(words.of("revocations.happened.none"), "muted"));
            return;
        }
        GridPane grid = new GridPane();
        grid.getStyleClass().add("happened");
        for (Happening each : all) {
            Label what = wrapped(words.of("revocations.happened." + each.kind().key(), each.count()));
            GridPane.setHgrow(what, Priority.ALWAYS);
            grid.addRow(
                    grid.getRowCount(),
                    each.good() ? Shapes.TICK.boxed("success") : Shapes.TRIANGLE.boxed("warning"),
                    what,
                    Bits.whole(
                            each.since() == null
                                    ? Ages.exact(words, each.at(), ZoneId.systemDefault())
                                    : words.of(
                                            "revocations.happened.after",
                                            Math.max(0, each.since().toMillis())),
                            "mono",
                            "data",
                            "muted"));
        }
        happened.getChildren().addAll(grid, wrapped(words.of("revocations.happened.clocks"), "caption", "muted"));
    }

    // --- the notice itself ---

    private void drawNotice(Optional<NoticeDetail> detail) {
        if (detail.isEmpty()) {
            notice.getChildren().setAll(wrapped(words.of("revocations.loading"), "muted"));
            return;
        }
        NoticeDetail known = detail.get();
        String shown = known.msg().length() > 20_000 ? known.msg().substring(0, 20_000) : known.msg();
        if (!text.getText().equals(shown)) {
            text.setText(shown);
        }
        Node judged = known.examination().isPresent()
                ? examination.node(known.examination().get(), clock.instant())
                : checked(Shapes.OCTAGON_CROSS, "danger", words.of("revocations.verify.no-notice", known.fault()));
        notice.getChildren().setAll(judged, text);
        show(text, !known.msg().isEmpty());
    }
}
