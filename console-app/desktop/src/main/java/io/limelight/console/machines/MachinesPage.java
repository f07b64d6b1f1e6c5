package io.limelight.console.machines;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.FleetSnapshot.Light;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Chip;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.FilterBar;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Validity;
import io.limelight.console.machines.filter.MachineFilter;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Remembered;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.geometry.Side;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.controlsfx.control.MasterDetailPane;

/** The page of machines: filter, table, what can be done to the checked ones, and one machine's detail beside it. */
public final class MachinesPage implements Page {
    private final Words words;
    private final MachinesViewModel model;
    private final DetailViewModel detail;
    private final SavedViews savedViews;
    private final BulkDialogs bulk;
    private final FilterBar filter;
    private final MachineTable table;
    private final Label counts = new Label();
    private final HBox notice = new HBox();
    private final AgeLabel toldAge;
    private final ProblemView problem;
    private final FlowPane bulkBar = new FlowPane();
    private final Label bulkCount = new Label();
    private final MachineDetailView detailView;
    private final Button provision = new Button();
    private Consumer<List<AgentId>> provisioning = _ -> {};
    private Consumer<List<AgentId>> assigning = _ -> {};
    private final StackPane body = new StackPane();
    private final MasterDetailPane content = new MasterDetailPane(Side.RIGHT);

    /** Parts, wired. */
    public MachinesPage(
            Words words,
            InstantSource clock,
            MachinesViewModel model,
            DetailViewModel detail,
            MachineDetailView detailView,
            SavedViews savedViews,
            BulkDialogs bulk,
            ObservableDoubleValue scale,
            Remembered remembered) {
        this.words = words;
        this.model = model;
        this.detail = detail;
        this.savedViews = savedViews;
        this.bulk = bulk;
        this.detailView = detailView;
        this.filter = new FilterBar(words);
        this.table = new MachineTable(model, words, clock, java.time.ZoneId.systemDefault(), scale, remembered);
        this.toldAge = new AgeLabel(clock, words).ago();
        this.problem = new ProblemView(words);
        content.setMasterNode(list());
        content.setDetailNode(detailView.node());
        content.setDividerPosition(0.58);
        content.setAnimated(false);
        content.setFocusTraversable(false);
        content.getStyleClass().add("machines-page");
        content.getStylesheets()
                .add(Objects.requireNonNull(MachinesPage.class.getResource("machines.css"))
                        .toExternalForm());
        detailView.node().setMinWidth(360);
        detailView.onClose(() -> {
            model.lookedProperty().set(null);
            table.requestFocus();
        });
        bind();
    }

    private Node list() {
        Label title = new Label(words.of("machines.title"));
        title.getStyleClass().add("title-4");
        counts.getStyleClass().add("muted");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button refresh = new Button(null, Glyph.REFRESH.icon());
        refresh.getStyleClass().addAll("flat", "icon-only");
        refresh.setAccessibleText(words.of("machines.refresh"));
        refresh.setTooltip(new Tooltip(words.of("machines.refresh")));
        refresh.setOnAction(_ -> bulk.refreshSoon());
        Button copy = Clip.button(words, words.of("machines.filter.text"), this::wholeFilter);
        Button first = new Button(null, Glyph.CHEVRON_RIGHT.icon());
        first.setId("open-first");
        first.getStyleClass().addAll("flat", "icon-only");
        first.setAccessibleText(words.of("machines.open-first"));
        first.setTooltip(new Tooltip(words.of("machines.open-first")));
        first.setOnAction(_ -> {
            if (!model.rows().isEmpty()) {
                showMachine(model.rows().getFirst().machine().id());
            }
        });
        MenuButton columns = new MenuButton(null, Glyph.COLUMNS.icon());
        columns.setId("table-choices");
        columns.getStyleClass().addAll("flat", "icon-only");
        columns.setAccessibleText(words.of("machines.table.choices"));
        columns.setTooltip(new Tooltip(words.of("machines.table.choices")));
        columns.getItems().setAll(table.choices());
        HBox head = new HBox(title, counts, gap, copy, refresh, columns, first);
        head.getStyleClass().add("page-head");
        notice.getStyleClass().add("page-notice");
        VBox top = new VBox(head, filter, notice);
        top.getStyleClass().add("page-top");

        bulkCount.getStyleClass().add("bulk-count");
        MenuButton more = new MenuButton(words.of("machines.more"));
        for (MachineAct act : List.of(MachineAct.RESUME, MachineAct.DELETE, MachineAct.FORGET)) {
            MenuItem item = new MenuItem(words.of("machines.act." + act.key() + ".button"));
            item.setOnAction(_ -> openBulk(act));
            more.getItems().add(item);
        }
        MenuItem copyIds = new MenuItem(words.of("machines.copy-ids"));
        copyIds.setOnAction(_ -> Clip.copy(words, more, checkedIds()));
        more.getItems().add(copyIds);
        provision.setText(words.of("machines.provision.button"));
        provision.setGraphic(Glyph.UPLOAD.icon("button-size"));
        provision.setId("bulk-provision");
        provision.setOnAction(_ -> provisioning.accept(checked()));
        Button policies = new Button(words.of("machines.policies.button"), Glyph.POLICY.icon("button-size"));
        policies.setId("bulk-policies");
        policies.setOnAction(_ -> assigning.accept(checked()));
        bulkBar.getStyleClass().add("bulk-bar");
        bulkBar.getChildren()
                .addAll(
                        bulkCount,
                        provision,
                        policies,
                        bulkButton(MachineAct.ATTEST, Glyph.REFRESH),
                        bulkButton(MachineAct.REACTIVATE, Glyph.PLAY),
                        bulkButton(MachineAct.PAUSE, Glyph.PAUSE),
                        bulkButton(MachineAct.STOP, Glyph.STOP),
                        more);

        BorderPane page = new BorderPane(body, top, null, bulkBar, null);
        page.setMinWidth(420);
        body.getChildren().add(table);
        return page;
    }

    private Button bulkButton(MachineAct act, Glyph glyph) {
        Button button = new Button(words.of("machines.act." + act.key() + ".button"), glyph.icon("button-size"));
        button.setId("bulk-" + act.key());
        button.setOnAction(_ -> openBulk(act));
        return button;
    }

    private void openBulk(MachineAct act) {
        Map<AgentId, Machine> known = model.snapshotProperty().get().byId();
        List<Machine> machines = model.checkedProperty().get().stream()
                .map(known::get)
                .filter(Objects::nonNull)
                .sorted(java.util.Comparator.comparing(machine -> machine.id().value()))
                .toList();
        bulk.open(act, machines, content);
    }

    private List<AgentId> checked() {
        return model.checkedProperty().get().stream()
                .sorted(java.util.Comparator.comparing(AgentId::value))
                .toList();
    }

    private String checkedIds() {
        return String.join(
                "\n",
                model.checkedProperty().get().stream()
                        .map(AgentId::value)
                        .sorted()
                        .toList());
    }

    private String wholeFilter() {
        return filter.wholeText().getValue();
    }

    private void bind() {
        model.filterTextProperty().bind(filter.wholeText());
        filter.setCompletions(model::completions);
        filter.onEnter(this::typedToChips);
        filter.onSaveView(() -> savedViews.ask(content, wholeFilter(), this::drawViews));
        filter.onView(name -> showFilter(savedViews.filter(name)), name -> {
            savedViews.forget(name);
            drawViews();
        });
        drawViews();
        model.filterProperty().subscribe(this::drawFilter);
        model.rows().addListener((ListChangeListener<Object>) _ -> drawCounts());
        model.snapshotProperty().subscribe(snapshot -> {
            detail.told(snapshot);
            drawNotice(snapshot);
            drawCounts();
        });
        model.checkedProperty().subscribe(this::drawBulk);
        model.lookedProperty().subscribe(id -> {
            detail.look(id);
            content.setShowDetailNode(id != null);
        });
    }

    private void drawViews() {
        filter.savedViews().setAll(savedViews.names());
    }

    /** Shows what a filter finds; its words become chips. */
    public void showFilter(String text) {
        filter.chips().clear();
        filter.textProperty().set(text);
        typedToChips();
    }

    /** Opens a machine's detail and brings its row into view. */
    public void showMachine(AgentId id) {
        model.lookedProperty().set(id);
        table.scrollToLooked();
    }

    /** Opens the guided way back of a machine that failed or was revoked. */
    public void onReenrol(Consumer<AgentId> open) {
        detailView.onReenrol(open);
    }

    /** What opens the wizard, for checked machines and for the one looked at. */
    public void onProvision(Consumer<List<AgentId>> open) {
        provisioning = open;
        detailView.onProvision(id -> open.accept(List.of(id)));
    }

    /** What asks which policies checked machines shall be judged by. */
    public void onPolicies(Consumer<List<AgentId>> open) {
        assigning = open;
    }

    /** What is filtered by. */
    public String filterText() {
        return wholeFilter();
    }

    /** Puts the keyboard into the filter. */
    public void focusFilter() {
        filter.focusField();
    }

    private void typedToChips() {
        String typed = filter.textProperty().get();
        if (MachineFilter.parse(typed) instanceof MachineFilter.Valid valid && !valid.empty()) {
            List<Chip> chips = valid.terms().stream()
                    .map(term -> new Chip(term.text(), term.text()))
                    .toList();
            filter.textProperty().set("");
            filter.chips().addAll(chips);
        }
    }

    private void drawFilter(MachineFilter now) {
        switch (now) {
            case MachineFilter.Valid valid -> {
                filter.validityProperty().set(valid.empty() ? Validity.EMPTY : Validity.VALID);
                drawCounts();
            }
            case MachineFilter.Invalid invalid -> {
                filter.validityProperty().set(Validity.INVALID);
                filter.messageProperty().set(words.of(invalid.reason(), invalid.word(), invalid.expected()));
            }
        }
    }

    private void drawCounts() {
        int all = model.snapshotProperty().get().machines().size();
        int shown = model.rows().size();
        boolean filtered = model.filterProperty().get() instanceof MachineFilter.Valid valid && !valid.empty();
        counts.setText(filtered ? words.of("machines.counts.filtered", shown, all) : words.of("machines.counts", all));
        if (!(model.filterProperty().get() instanceof MachineFilter.Invalid)) {
            filter.messageProperty().set(filtered ? words.of("machines.filter.match", shown) : "");
        }
        drawBody(all, shown);
    }

    /** The table, or why there is nothing in it. */
    private void drawBody(int all, int shown) {
        FleetSnapshot snapshot = model.snapshotProperty().get();
        Node node;
        if (shown > 0) {
            node = table;
        } else if (snapshot.told().isEmpty()) {
            Light verifier = snapshot.verifier();
            if (verifier.on() == Light.Status.DOWN && verifier.problem() != null) {
                problem.show(verifier.problem());
                node = problem;
            } else {
                node = new EmptyState(words, Glyph.SERVER, words.of("machines.loading"), null, null);
            }
        } else if (all > 0) {
            node = new EmptyState(
                    words,
                    Glyph.FILTER,
                    words.of("machines.none-match"),
                    words.of("machines.clear-filter"),
                    () -> showFilter(""));
        } else {
            node = new EmptyState(words, Glyph.SERVER, words.of("machines.empty"), null, null);
        }
        body.getChildren().setAll(node);
    }

    /** Above old rows: that they are old, and why. */
    private void drawNotice(FleetSnapshot snapshot) {
        Light verifier = snapshot.verifier();
        boolean old = verifier.on() == Light.Status.DOWN && snapshot.told().isPresent();
        notice.setVisible(old);
        notice.setManaged(old);
        if (old) {
            toldAge.setInstant(snapshot.told().get());
            Label sentence = new Label(words.of(
                    "machines.old",
                    verifier.problem() == null ? "" : verifier.problem().whatHappened()));
            sentence.setWrapText(true);
            HBox.setHgrow(sentence, Priority.ALWAYS);
            notice.getChildren().setAll(sentence, toldAge);
        }
    }

    private void drawBulk(Set<AgentId> checked) {
        boolean any = !checked.isEmpty();
        bulkBar.setVisible(any);
        bulkBar.setManaged(any);
        bulkCount.setText(words.of("machines.checked", checked.size()));
    }

    @Override
    public String key() {
        return "machines";
    }

    @Override
    public Glyph glyph() {
        return Glyph.SERVER;
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

    /** The rows. */
    public MachinesViewModel model() {
        return model;
    }

    /** The machine looked at. */
    public DetailViewModel detail() {
        return detail;
    }

    @Override
    public Optional<Sheet> sheet() {
        return Optional.of(MachineSheet.of(words, model.rows()));
    }
}
