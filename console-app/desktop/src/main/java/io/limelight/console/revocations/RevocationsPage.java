package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.label;
import static io.limelight.console.revocations.Bits.show;

import io.limelight.console.advice.AdviceWays;
import io.limelight.console.kit.Ageing;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.problem.Problem;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.geometry.Side;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ListView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.controlsfx.control.MasterDetailPane;

/** The revocation board: the ways by which failures are made known, what the brake holds, and every notice with what came of it. */
public final class RevocationsPage implements Page {
    private final Words words;
    private final RevocationsViewModel model;
    private final NoticeWords said;
    private final InstantSource clock;
    private final BoardDialogs dialogs;
    private final Label counts = label("", "muted");
    private final ObservableDoubleValue scale = TextScale.of(counts);
    private final ChannelCards cards;
    private final BrakeBanner brake;
    private final HBox stale = new HBox();
    private final Label staleText = Bits.wrapped("");
    private final HBox decided = new HBox();
    private final Label decidedText = Bits.wrapped("");
    private final ProblemView problem;
    private final ProblemView boardProblem;
    private final ListView<Notice> list = new ListView<>();
    private final Button more = new Button();
    private final StackPane body = new StackPane();
    private final StackPane receiver = new StackPane();
    private final DetailView detail;
    private final MasterDetailPane split = new MasterDetailPane(Side.RIGHT);
    private final BorderPane content = new BorderPane();
    private final Button test;
    private final FlowPane acts = new FlowPane();
    /** Held here, as the pulse holds nothing. */
    private final Runnable ticking;

    private boolean restoring;

    /**
     * Parts, wired.
     *
     * @param machines who can be told a test
     */
    public RevocationsPage(
            Words words,
            RevocationsViewModel model,
            Supplier<VerifyViewModel> verifying,
            Supplier<List<AgentId>> machines,
            NoticeWords said,
            InstantSource clock,
            DialogHost host) {
        this.words = words;
        this.model = model;
        this.said = said;
        this.clock = clock;
        this.dialogs = new BoardDialogs(model, verifying, machines, said, words, host);
        this.cards = new ChannelCards(words, clock, scale);
        this.brake = new BrakeBanner(words, clock, dialogs::decide);
        this.problem = new ProblemView(words);
        this.boardProblem = new ProblemView(words);
        this.detail = new DetailView(model, said, words, clock, scale);
        this.test = new Button(words.of("revocations.test.title"), Glyph.SEND.icon("button-size"));
        this.ticking = this::tick;
        content.getStyleClass().addAll("revocations-page", "machines-page");
        content.getStylesheets().add(Bits.sheet());
        content.setTop(top());
        split.setMasterNode(master());
        split.setDetailNode(detail.node());
        split.setDividerPosition(0.34);
        split.setAnimated(false);
        split.setFocusTraversable(false);
        split.setShowDetailNode(false);
        content.setCenter(body);
        bind();
    }

    private Node top() {
        Label title = label(words.of("revocations.title"), "title-4");
        title.setMinWidth(Region.USE_PREF_SIZE);
        counts.setMinWidth(Region.USE_PREF_SIZE);
        Button refresh = new Button(null, Glyph.REFRESH.icon());
        refresh.getStyleClass().addAll("flat", "icon-only");
        refresh.setAccessibleText(words.of("revocations.refresh"));
        refresh.setTooltip(new Tooltip(words.of("revocations.refresh")));
        refresh.setOnAction(_ -> model.refresh());
        Button verify = new Button(words.of("revocations.verify.title"), Glyph.CHECK.icon("button-size"));
        verify.setId("revocations-verify");
        verify.setMinWidth(Region.USE_PREF_SIZE);
        verify.setOnAction(_ -> dialogs.verify(verify, clock));
        test.setId("revocations-test");
        test.setMinWidth(Region.USE_PREF_SIZE);
        test.setOnAction(_ -> dialogs.test(test));
        acts.getStyleClass().add("verbs");
        acts.setAlignment(Pos.CENTER_RIGHT);
        acts.getChildren().addAll(refresh, verify, test);
        HBox.setHgrow(acts, Priority.ALWAYS);
        HBox head = new HBox(title, counts, acts);
        head.getStyleClass().add("page-head");
        stale.getStyleClass().add("page-notice");
        stale.setId("revocations-stale");
        HBox.setHgrow(staleText, Priority.ALWAYS);
        stale.getChildren().addAll(Shapes.TRIANGLE.boxed("warning"), staleText);
        decided.getStyleClass().addAll("message", "success");
        decided.setId("revocations-decided");
        HBox.setHgrow(decidedText, Priority.ALWAYS);
        decided.getChildren().addAll(Shapes.DISC_TICK.boxed("success"), decidedText);
        show(stale, false);
        show(decided, false);
        show(receiver, false);
        VBox top = new VBox(head, stale, brake, decided, problem, receiver, cards);
        top.getStyleClass().add("page-top");
        return top;
    }

    private Node master() {
        list.setId("revocations-list");
        list.setAccessibleText(words.of("revocations.list"));
        list.setItems(model.rows());
        list.setCellFactory(_ -> new NoticeCell(words, said, clock));
        list.getStyleClass().add("notice-list");
        more.setText(words.of("revocations.more"));
        more.setId("revocations-more");
        more.setMaxWidth(Double.MAX_VALUE);
        more.getStyleClass().add("flat");
        more.setOnAction(_ -> model.readOlder());
        show(more, false);
        VBox box = new VBox(list, more);
        box.setMinWidth(240);
        VBox.setVgrow(list, Priority.ALWAYS);
        return box;
    }

    private void bind() {
        list.getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && !restoring) {
                model.selectedProperty().set(row);
            }
        });
        model.selectedProperty().subscribe(_ -> restore());
        model.rows().addListener((ListChangeListener<Notice>) _ -> {
            restore();
            draw();
        });
        model.boardProperty().subscribe(this::draw);
        model.crlProperty().subscribe(_ -> draw());
        model.mayActProperty().subscribe(_ -> draw());
        model.busyProperty().subscribe(_ -> draw());
        model.decidedProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(why -> why.ifPresentOrElse(problem::show, problem::clear));
        detail.onClose(() -> model.selectedProperty().set(null));
        Ageing.whileInScene(content, ticking);
    }

    private void tick() {
        model.tick();
        cards.draw();
        drawStale();
    }

    private void restore() {
        Notice wanted = model.selectedProperty().get();
        split.setShowDetailNode(wanted != null);
        if (Objects.equals(wanted, list.getSelectionModel().getSelectedItem())) {
            return;
        }
        restoring = true;
        try {
            if (wanted == null) {
                list.getSelectionModel().clearSelection();
            } else {
                list.getSelectionModel().select(wanted);
            }
        } finally {
            restoring = false;
        }
    }

    private void draw() {
        Loaded<Board> state = model.boardProperty().get();
        Board now = state.value();
        boolean mayAct = model.mayActProperty().get();
        show(test, mayAct && now != null && !now.recordedHere());
        show(receiver, now != null && now.recordedHere());
        brake.show(model.brake(), mayAct, model.busyProperty().get());
        if (now != null) {
            cards.show(now.channels(), model.crlProperty().get());
        }
        counts.setText(
                model.rows().isEmpty()
                        ? ""
                        : words.of("revocations.counts", model.rows().size()));
        show(more, model.more());
        Optional<RevocationsViewModel.Decided> what = model.decidedProperty().get();
        show(decided, what.isPresent());
        what.ifPresent(known -> decidedText.setText(words.of(
                known.released() ? "revocations.brake.released" : "revocations.brake.discarded", known.notices())));
        drawStale();
        body.getChildren().setAll(body(state));
    }

    /** What is shown is old, and why. */
    private void drawStale() {
        Loaded<Board> state = model.boardProperty().get();
        Problem why = state.problem();
        Instant at = state.at();
        show(stale, why != null && at != null);
        if (why != null && at != null) {
            staleText.setText(words.of(
                    "revocations.stale", Ages.ago(words, Duration.between(at, clock.instant())), why.whatHappened()));
        }
    }

    private Node body(Loaded<Board> state) {
        if (state.value() == null && state.problem() != null) {
            boardProblem.show(state.problem());
            VBox box = new VBox(boardProblem);
            box.getStyleClass().add("page");
            return box;
        }
        if (state.value() == null) {
            return new EmptyState(words, Glyph.RADIO, words.of("revocations.loading"), null, null);
        }
        if (model.rows().isEmpty()) {
            EmptyState empty = state.value().mayAct() && !state.value().recordedHere()
                    ? new EmptyState(
                            words,
                            Glyph.RADIO,
                            words.of("revocations.empty"),
                            words.of("revocations.test.title"),
                            () -> dialogs.test(test))
                    : new EmptyState(
                            words,
                            Glyph.RADIO,
                            words.of(state.value().recordedHere() ? "revocations.empty.receiver" : "revocations.empty"),
                            null,
                            null);
            empty.setId("revocations-empty");
            return empty;
        }
        return split;
    }

    /** Ways on from a notice, by the machine's id. */
    public void ways(Consumer<String> reenrol, Consumer<String> openMachine) {
        detail.ways(reenrol, openMachine);
    }

    /** Opens a notice. */
    public void look(Notice notice) {
        model.selectedProperty().set(notice);
        list.scrollTo(notice);
        detail.tab("crl");
    }

    /** The way to certificates. */
    public void certificates(CertificateDoor door) {
        detail.certificates(door);
    }

    /** Where what is advised about a failure is done. */
    public void advice(AdviceWays open) {
        detail.advice(open);
    }

    /** What stands between head and list where a verifier keeps none. */
    public void receiver(Node node) {
        receiver.getChildren().setAll(node);
    }

    /** For pictures. */
    BoardDialogs dialogs() {
        return dialogs;
    }

    /** For pictures: a tab of the detail. */
    void tab(String id) {
        detail.tab(id);
    }

    @Override
    public String key() {
        return "revocations";
    }

    @Override
    public Glyph glyph() {
        return Glyph.RADIO;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        model.shown();
    }

    @Override
    public void hidden() {
        model.hidden();
    }

    @Override
    public Optional<Sheet> sheet() {
        ZoneId zone = ZoneId.systemDefault();
        return Optional.of(new Sheet(
                words.of("revocations.title"),
                List.of(
                        words.of("revocations.sheet.machine"),
                        words.of("revocations.sheet.id"),
                        words.of("revocations.sheet.issued"),
                        words.of("revocations.sheet.reason"),
                        words.of("revocations.sheet.event"),
                        words.of("revocations.sheet.state"),
                        words.of("revocations.sheet.told"),
                        words.of("revocations.sheet.acted"),
                        words.of("revocations.sheet.failed"),
                        words.of("revocations.sheet.unknown")),
                model.rows().stream()
                        .map(row -> List.of(
                                said.name(row.machine()),
                                row.machine(),
                                row.issued() == null ? "" : Ages.exact(words, row.issued(), zone),
                                said.reason(row),
                                row.eventId(),
                                words.of("revocations.state." + row.state().key()),
                                said.told(row),
                                Long.toString(row.said().acted()),
                                Long.toString(row.said().failed()),
                                Long.toString(row.said().unknown())))
                        .toList()));
    }
}
