package io.limelight.console.overview;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Ageing;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.StateBadge;
import io.limelight.console.kit.StateShape;
import io.limelight.console.overview.OverviewViewModel.Facts;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The overview: six counts that are links, what needs attention, the last day. */
public final class OverviewPage implements Page {
    /** The verb of what the brake holds. */
    public static final String HELD = "overview.verb.held";
    /** The verb of an update window that is over; what it is about is a policy's name. */
    public static final String WINDOW = "overview.verb.window";

    /** Most urgent first, then what is well. */
    private static final List<MachineState> CARDS = List.of(
            MachineState.FAILED,
            MachineState.STALE,
            MachineState.REVOKED,
            MachineState.WAITING,
            MachineState.PROVING,
            MachineState.TRUSTED);

    private final OverviewViewModel model;
    private final Words words;
    private final InstantSource clock;
    private final Consumer<String> showMachines;
    private final Runnable diagnose;
    private Runnable held = () -> {};
    private Consumer<String> window = _ -> {};
    private final BorderPane content = new BorderPane();
    private final Label count = new Label();
    private final AgeLabel told;
    private final HBox cards = new HBox();
    private final Map<MachineState, IntConsumer> numbers = new EnumMap<>(MachineState.class);
    private Facts drawn = new Facts(Map.of(), 0, List.of(), Optional.empty());
    private final Label attentionCount = new Label();
    private final VBox attention = new VBox();
    private final HistoryCard history;
    private final Runnable tick;

    /**
     * Parts, wired.
     *
     * @param showMachines opens the machines with a filter
     * @param diagnose opens the connection's doctor
     */
    public OverviewPage(
            OverviewViewModel model,
            Words words,
            InstantSource clock,
            Consumer<String> showMachines,
            Runnable diagnose) {
        this.model = model;
        this.words = words;
        this.clock = clock;
        this.showMachines = showMachines;
        this.diagnose = diagnose;
        this.told = new AgeLabel(clock, words).ago();
        this.history = new HistoryCard(words, model.rangeProperty());
        this.tick = model::tick;
        build();
        model.factsProperty().subscribe(this::draw);
        model.history().stateProperty().subscribe(history::draw);
        Ageing.whileInScene(content, tick);
    }

    private void build() {
        content.getStyleClass().add("overview-page");
        content.getStylesheets()
                .add(Objects.requireNonNull(OverviewPage.class.getResource("overview.css"))
                        .toExternalForm());
        Label title = new Label(words.of("overview.title"));
        title.getStyleClass().add("title-4");
        count.getStyleClass().add("muted");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Label asOf = new Label(words.of("overview.told"));
        asOf.getStyleClass().add("muted");
        HBox head = new HBox(title, count, gap, asOf, told);
        head.getStyleClass().add("page-head");
        cards.getStyleClass().add("state-cards");
        CARDS.forEach(state -> cards.getChildren().add(card(state)));

        Label attentionTitle = new Label(words.of("overview.attention"));
        attentionTitle.getStyleClass().add("card-title");
        attentionCount.getStyleClass().add("muted");
        HBox attentionHead = new HBox(attentionTitle, attentionCount);
        attentionHead.getStyleClass().add("card-head");
        VBox attentionCard = new VBox(attentionHead, attention);
        attentionCard.getStyleClass().addAll("card", "attention-card");
        attentionCard.setMinWidth(0);
        HBox.setHgrow(attentionCard, Priority.ALWAYS);
        // In the size of the text: where it is large, one stands below the other sooner.
        count.fontProperty().subscribe(font -> {
            attentionCard.setPrefWidth(49 * font.getSize());
            history.node().setPrefWidth(30 * font.getSize());
        });
        FlowOrRow lower = new FlowOrRow(attentionCard, history.node());
        VBox all = new VBox(head, cards, lower);
        all.getStyleClass().add("overview");
        ScrollPane scroll = new ScrollPane(all);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        content.setCenter(scroll);
    }

    private void draw(Facts facts) {
        count.setText(words.of("overview.machines", facts.machines()));
        told.setInstant(facts.told().orElse(null));
        numbers.forEach((state, number) -> number.accept(facts.counts().getOrDefault(state, 0)));
        if (facts.attention().equals(drawn.attention())
                && facts.machines() == drawn.machines()
                && facts.told().isPresent() == drawn.told().isPresent()
                && !attention.getChildren().isEmpty()) {
            return;
        }
        drawn = facts;
        Node focused = content.getScene() == null ? null : content.getScene().getFocusOwner();
        String id = focused == null ? null : focused.getId();
        boolean within = id != null && Objects.equals(attention.lookup("#" + id), focused);
        List<Node> entries = new ArrayList<>();
        facts.attention().forEach(entry -> entries.add(row(entry, entries.size() + 1)));
        attentionCount.setText(entries.isEmpty() ? "" : words.of("overview.attention.count", entries.size()));
        if (entries.isEmpty()) {
            String key = facts.told().isEmpty()
                    ? "overview.attention.loading"
                    : facts.machines() == 0 ? "overview.attention.no-machines" : "overview.attention.none";
            entries.add(new EmptyState(words, Glyph.CHECK, words.of(key), null, null));
        }
        attention.getChildren().setAll(entries);
        // Who was about to press something there still is.
        Node again = within ? attention.lookup("#" + id) : null;
        if (again != null) {
            again.requestFocus();
        }
    }

    /** Made once and kept: a card that is replaced with every answer would lose the keyboard. */
    private Node card(MachineState state) {
        StateBadge badge = new StateBadge(words);
        badge.setState(state);
        Label count = new Label();
        count.getStyleClass().add("card-number");
        VBox texts = new VBox(badge, count);
        Button card = new Button();
        card.setId("card-" + state.key());
        card.setGraphic(texts);
        card.getStyleClass().addAll("state-card", "card-" + state.key());
        numbers.put(state, number -> {
            count.setText(words.of("machines.count", number));
            card.setAccessibleText(words.of("overview.card", words.of("kit.state." + state.key()), number));
        });
        // All alike, however wide their numbers are.
        card.setPrefWidth(10);
        card.setMaxWidth(Double.MAX_VALUE);
        card.setOnAction(_ -> showMachines.accept("state:" + state.key()));
        HBox.setHgrow(card, Priority.ALWAYS);
        return card;
    }

    private Node row(Attention entry, int place) {
        Node shape = shape(entry.look());
        Label title = new Label(words.of(entry.title(), entry.titleArguments().toArray()));
        title.getStyleClass().add("attention-title");
        title.setWrapText(true);
        VBox texts = new VBox(title);
        if (!entry.detail().isEmpty()) {
            Label detail =
                    new Label(words.of(entry.detail(), entry.detailArguments().toArray()));
            detail.getStyleClass().add("muted");
            detail.setWrapText(true);
            texts.getChildren().add(detail);
        }
        HBox.setHgrow(texts, Priority.ALWAYS);
        texts.setMinWidth(0);
        HBox row = new HBox(shape, texts);
        row.getStyleClass().add("attention-row");
        if (entry.since() != null) {
            AgeLabel since = new AgeLabel(clock, words).ago();
            since.setInstant(entry.since());
            since.setMinWidth(Region.USE_PREF_SIZE);
            row.getChildren().add(since);
        }
        if (!entry.verb().isEmpty()) {
            Button verb = new Button(words.of(entry.verb()));
            verb.setMinWidth(Region.USE_PREF_SIZE);
            verb.setId((entry.look() == Attention.Look.FAILED ? "explain-" : "show-") + place);
            verb.setAccessibleText(verb.getText() + ": " + title.getText());
            verb.setOnAction(_ -> {
                if (entry.verb().equals(HELD)) {
                    held.run();
                } else if (entry.verb().equals(WINDOW)) {
                    window.accept(entry.filter());
                } else if (entry.filter().isEmpty()) {
                    diagnose.run();
                } else {
                    showMachines.accept(entry.filter());
                }
            });
            row.getChildren().add(verb);
        }
        return row;
    }

    private Node shape(Attention.Look look) {
        MachineState state = switch (look) {
            case FAILED -> MachineState.FAILED;
            case REVOKED -> MachineState.REVOKED;
            case STALE, WARNING -> MachineState.STALE;
            case WAITING -> MachineState.WAITING;
        };
        return look == Attention.Look.WARNING ? StateShape.warning("large") : StateShape.of(state, "large");
    }

    /** Side by side where there is room, else one below the other. */
    private static final class FlowOrRow extends FlowPane {
        private static final double ROOM = 900;

        private final Region first;
        private final Region second;

        FlowOrRow(Region first, Region second) {
            super(16, 16, first, second);
            this.first = first;
            this.second = second;
            // Its own least width is that of the widest part, and then nothing would ever be narrow.
            setMinWidth(0);
            widthProperty().subscribe(this::share);
        }

        private void share(Number width) {
            double all = width.doubleValue();
            if (all <= 0) {
                return;
            }
            boolean beside = all >= ROOM;
            double narrow = Math.floor((all - 16) * 0.36);
            first.setPrefWidth(beside ? Math.floor(all - 16 - narrow) : all);
            second.setPrefWidth(beside ? narrow : all);
            setPrefWrapLength(all);
        }
    }

    /** Opens a policy whose update window is over. */
    public void onWindow(Consumer<String> open) {
        window = open;
    }

    /** Opens what the brake holds. */
    public void onHeld(Runnable open) {
        held = open;
    }

    @Override
    public String key() {
        return "overview";
    }

    @Override
    public Glyph glyph() {
        return Glyph.ACTIVITY;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        model.open();
    }

    @Override
    public void hidden() {
        model.close();
    }

    @Override
    public Optional<Sheet> sheet() {
        return Optional.of(new Sheet(
                words.of("overview.title"),
                List.of(
                        words.of("overview.sheet.what"),
                        words.of("overview.sheet.detail"),
                        words.of("overview.sheet.since")),
                model.factsProperty().get().attention().stream()
                        .map(entry -> List.of(
                                words.of(entry.title(), entry.titleArguments().toArray()),
                                entry.detail().isEmpty()
                                        ? ""
                                        : words.of(
                                                entry.detail(),
                                                entry.detailArguments().toArray()),
                                java.util.Objects.toString(entry.since(), "")))
                        .toList()));
    }
}
