package io.limelight.console.machines;

import io.limelight.console.fleet.Machine;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.Ageing;
import io.limelight.console.kit.Ages;
import io.limelight.console.kit.StateBadge;
import io.limelight.console.machines.MachinesViewModel.MachineOrder;
import io.limelight.console.machines.filter.MachineFacts;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ListChangeListener;
import javafx.scene.AccessibleRole;
import javafx.scene.control.CheckBox;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.MenuItem;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableColumn.SortType;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.KeyCode;
import org.jspecify.annotations.Nullable;

/**
 * The list of machines. Sorting is the view model's, as comparing a hundred thousand names would hold up the window; which row is
 * looked at is kept by id, since rows are swapped under the selection. Ages are drawn once a second in the cells that are seen.
 */
final class MachineTable extends TableView<MachineFacts> {
    /** Height of a row at 100 % text. */
    private static final double ROW = 32;

    /** The same where rows are compact. */
    private static final double LOW_ROW = 24;

    private final MachinesViewModel model;
    private final Words words;
    private final InstantSource clock;
    private final ZoneId zone;
    private final ObservableDoubleValue scale;
    private final Map<MachineColumn, TableColumn<MachineFacts, ?>> columns = new EnumMap<>(MachineColumn.class);
    private final Set<AgeCell> ageCells = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Runnable ageing = this::drawAges;
    private final TableMemory<MachineFacts> memory;
    private boolean restoring;

    MachineTable(
            MachinesViewModel model,
            Words words,
            InstantSource clock,
            ZoneId zone,
            ObservableDoubleValue scale,
            Remembered remembered) {
        this.model = model;
        this.words = words;
        this.clock = clock;
        this.zone = zone;
        this.scale = scale;
        getStyleClass().add("machine-table");
        setId("machine-table");
        setAccessibleText(words.of("machines.table"));
        setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        setRowFactory(_ -> new MachineRowView());
        addColumns();
        // A column that was wide enough for its text still is when the text grows.
        scale.subscribe((before, now) -> columns.values().forEach(column -> {
            double grown = now.doubleValue() / before.doubleValue();
            column.setMinWidth(column.getMinWidth() * grown);
            column.setPrefWidth(column.getPrefWidth() * grown);
        }));
        memory = new TableMemory<>(this, remembered, "machines");
        fixedCellSizeProperty()
                .bind(javafx.beans.binding.Bindings.createDoubleBinding(
                        () -> Math.ceil((memory.compactProperty().get() ? LOW_ROW : ROW) * scale.get()),
                        scale,
                        memory.compactProperty()));
        memory.compactProperty().subscribe(low -> pseudoClassStateChanged(COMPACT, low));
        setItems(model.rows());
        sortByModel();
        setSortPolicy(_ -> {
            sortOrderToModel();
            return true;
        });
        getSelectionModel().selectedItemProperty().subscribe(row -> {
            if (row != null && !restoring) {
                model.lookedProperty().set(row.machine().id());
            }
        });
        model.rows().addListener((ListChangeListener<MachineFacts>) _ -> restoreSelection());
        model.lookedProperty().subscribe(_ -> restoreSelection());
        model.checkedProperty().subscribe(_ -> refresh());
        setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.SPACE) {
                MachineFacts row = getSelectionModel().getSelectedItem();
                if (row != null) {
                    AgentId id = row.machine().id();
                    model.check(id, !model.checkedProperty().get().contains(id));
                    event.consume();
                }
            } else if (WindowKeys.pressed(KeyAct.COPY_ROW, event)) {
                copyRow();
                event.consume();
            }
        });
        Ageing.whileInScene(this, ageing);
    }

    private void addColumns() {
        TableColumn<MachineFacts, AgentId> check = new TableColumn<>();
        CheckBox all = new CheckBox();
        all.setAccessibleText(words.of("machines.check-all"));
        all.setTooltip(new Tooltip(words.of("machines.check-all")));
        all.setOnAction(_ -> model.checkShown(all.isSelected()));
        model.checkedProperty().subscribe(checked -> {
            all.setSelected(!checked.isEmpty() && checked.size() == model.rows().size());
            all.setIndeterminate(
                    !checked.isEmpty() && checked.size() != model.rows().size());
        });
        check.setGraphic(all);
        check.setId("check");
        check.setSortable(false);
        check.setReorderable(false);
        check.setResizable(false);
        check.setPrefWidth(44);
        check.setMinWidth(44);
        check.setMaxWidth(44);
        check.setCellFactory(_ -> new CheckCell());
        getColumns().add(check);
        column(MachineColumn.STATE, 120, _ -> new StateCell());
        column(MachineColumn.AGE, 80, _ -> new AgeCell());
        column(MachineColumn.MACHINE, 240, _ -> new NameCell());
        column(
                MachineColumn.ADDRESS,
                130,
                _ -> text("mono", row -> row.machine().address()));
        column(MachineColumn.POLICY, 150, _ -> text("", this::policy));
        column(
                MachineColumn.TAGS,
                120,
                _ -> text("muted", row -> String.join(", ", row.labels().tags())));
        TableColumn<MachineFacts, MachineFacts> attestations = column(
                MachineColumn.ATTESTATIONS,
                100,
                _ -> text(
                        "count", row -> words.of("machines.count", row.machine().attestations())));
        attestations.setVisible(false);
    }

    /** What can be chosen about the table itself. */
    List<MenuItem> choices() {
        List<MenuItem> items = new ArrayList<>();
        for (TableColumn<MachineFacts, ?> column : memory.columns()) {
            if (column.isReorderable()) {
                CheckMenuItem item = new CheckMenuItem(column.getText());
                item.setId("column-" + column.getId());
                item.selectedProperty().bindBidirectional(column.visibleProperty());
                items.add(item);
            }
        }
        CheckMenuItem low = new CheckMenuItem(words.of("machines.table.compact"));
        low.setId("rows-compact");
        low.selectedProperty().bindBidirectional(memory.compactProperty());
        MenuItem designed = new MenuItem(words.of("machines.table.reset"));
        designed.setId("table-reset");
        designed.setOnAction(_ -> memory.reset());
        items.addAll(List.of(new SeparatorMenuItem(), low, designed));
        return items;
    }

    private TableColumn<MachineFacts, MachineFacts> column(
            MachineColumn what,
            double width,
            javafx.util.Callback<TableColumn<MachineFacts, MachineFacts>, TableCell<MachineFacts, MachineFacts>>
                    cells) {
        TableColumn<MachineFacts, MachineFacts> column = new TableColumn<>(words.of("machines.column." + what.key()));
        column.setId(what.key());
        column.setUserData(what);
        column.setPrefWidth(width * scale.get());
        // What is short by nature is never cut; the rest gives way first.
        column.setMinWidth((width <= 120 && what != MachineColumn.TAGS ? width : 90) * scale.get());
        column.setCellValueFactory(row -> new javafx.beans.property.ReadOnlyObjectWrapper<>(row.getValue()));
        column.setCellFactory(cells);
        columns.put(what, column);
        getColumns().add(column);
        return column;
    }

    private String policy(MachineFacts row) {
        Machine machine = row.machine();
        if (machine.runtimePolicy().isEmpty() && machine.bootPolicy().isEmpty()) {
            return words.of("machines.policy.none");
        }
        String runtime = named(machine, machine.runtimePolicy());
        String boot = named(machine, machine.bootPolicy());
        if (boot.isEmpty() || runtime.isEmpty() || boot.equals(runtime)) {
            return runtime.isEmpty() ? boot : runtime;
        }
        return runtime + ", " + boot;
    }

    /** A policy that came with a machine bears the machine's id, which says nothing. */
    private String named(Machine machine, String policy) {
        return policy.equals(machine.id().value()) ? words.of("machines.policy.own") : policy;
    }

    private TableCell<MachineFacts, MachineFacts> text(String styleClass, Function<MachineFacts, String> what) {
        return new TableCell<>() {
            {
                getStyleClass().addAll("data", "may-cut");
                if (!styleClass.isEmpty()) {
                    getStyleClass().add(styleClass);
                }
            }

            @Override
            protected void updateItem(@Nullable MachineFacts row, boolean empty) {
                super.updateItem(row, empty);
                setText(row == null || empty ? null : what.apply(row));
            }
        };
    }

    private void sortByModel() {
        MachineOrder order = model.orderProperty().get();
        TableColumn<MachineFacts, ?> column = columns.get(order.column());
        if (column != null) {
            column.setSortType(order.descending() ? SortType.DESCENDING : SortType.ASCENDING);
            getSortOrder().setAll(List.of(column));
        }
    }

    private void sortOrderToModel() {
        if (getSortOrder().isEmpty()) {
            model.orderProperty().set(new MachineOrder(MachineColumn.STATE, false));
            return;
        }
        TableColumn<MachineFacts, ?> column = getSortOrder().getFirst();
        if (column.getUserData() instanceof MachineColumn what) {
            model.orderProperty().set(new MachineOrder(what, column.getSortType() == SortType.DESCENDING));
        }
    }

    /** Rows were swapped, or another machine is looked at: the selection follows the id, and nobody is told of it. */
    private void restoreSelection() {
        restoring = true;
        try {
            AgentId looked = model.lookedProperty().get();
            MachineFacts selected = getSelectionModel().getSelectedItem();
            if (looked == null) {
                getSelectionModel().clearSelection();
            } else if (selected == null || !selected.machine().id().equals(looked) || stale(selected)) {
                int index = index(looked);
                if (index < 0) {
                    getSelectionModel().clearSelection();
                } else {
                    getSelectionModel().clearAndSelect(index);
                }
            }
        } finally {
            restoring = false;
        }
    }

    private boolean stale(MachineFacts selected) {
        int index = getSelectionModel().getSelectedIndex();
        return index < 0
                || index >= model.rows().size()
                || !model.rows().get(index).equals(selected);
    }

    private int index(AgentId id) {
        for (int i = 0; i < model.rows().size(); i++) {
            if (model.rows().get(i).machine().id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /** Brings the machine looked at into view. */
    void scrollToLooked() {
        AgentId looked = model.lookedProperty().get();
        int index = looked == null ? -1 : index(looked);
        if (index >= 0) {
            scrollTo(Math.max(0, index - 3));
        }
    }

    private void copyRow() {
        MachineFacts row = getSelectionModel().getSelectedItem();
        if (row != null) {
            ClipboardContent content = new ClipboardContent();
            content.putString(String.join(
                    "\t",
                    row.state().key(),
                    row.machine().id().value(),
                    row.labels().alias(),
                    row.machine().address(),
                    policy(row),
                    String.join(",", row.labels().tags())));
            Clipboard.getSystemClipboard().setContent(content);
        }
    }

    private void drawAges() {
        Instant now = clock.instant();
        ageCells.forEach(cell -> cell.draw(now));
        model.tick();
    }

    private String age(MachineFacts row, Instant now) {
        Instant passed = row.machine().lastPass();
        return passed == null ? words.of("kit.age.never") : Ages.text(words, Duration.between(passed, now));
    }

    /** Says a whole row at once to who cannot see it. */
    private final class MachineRowView extends TableRow<MachineFacts> {
        MachineRowView() {
            setAccessibleRole(AccessibleRole.TABLE_ROW);
        }

        @Override
        protected void updateItem(@Nullable MachineFacts row, boolean empty) {
            super.updateItem(row, empty);
            pseudoClassStateChanged(
                    CHECKED,
                    row != null
                            && !empty
                            && model.checkedProperty()
                                    .get()
                                    .contains(row.machine().id()));
            setAccessibleText(
                    row == null || empty
                            ? null
                            : words.of(
                                    "machines.row",
                                    MachineColumn.shownName(row),
                                    words.of("kit.state." + row.state().key()),
                                    age(row, clock.instant())));
        }
    }

    private static final javafx.css.PseudoClass COMPACT = javafx.css.PseudoClass.getPseudoClass("compact");
    private static final javafx.css.PseudoClass CHECKED = javafx.css.PseudoClass.getPseudoClass("checked");

    private final class CheckCell extends TableCell<MachineFacts, AgentId> {
        private final CheckBox box = new CheckBox();

        CheckCell() {
            getStyleClass().add("check-cell");
            // The row is reached by arrows and checked by the space bar; forty more stops of the tab key help nobody.
            box.setFocusTraversable(false);
            box.setOnAction(_ -> {
                MachineFacts row = getTableRow().getItem();
                if (row != null) {
                    model.check(row.machine().id(), box.isSelected());
                }
            });
        }

        @Override
        protected void updateItem(@Nullable AgentId item, boolean empty) {
            super.updateItem(item, empty);
            MachineFacts row =
                    empty || getTableRow() == null ? null : getTableRow().getItem();
            if (row == null) {
                setGraphic(null);
                return;
            }
            box.setSelected(model.checkedProperty().get().contains(row.machine().id()));
            box.setAccessibleText(words.of("machines.check", MachineColumn.shownName(row)));
            setGraphic(box);
        }
    }

    private final class StateCell extends TableCell<MachineFacts, MachineFacts> {
        private final StateBadge badge = new StateBadge(words);
        private final Tooltip tooltip = new Tooltip();

        StateCell() {
            setTooltip(tooltip);
        }

        @Override
        protected void updateItem(@Nullable MachineFacts row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                badge.setState(null);
                setGraphic(null);
                return;
            }
            badge.setState(row.state());
            tooltip.setText(words.of(
                    "machines.state.tooltip",
                    words.of("machines.reason." + StateReasons.key(row)),
                    row.machine().operationalState()));
            setGraphic(badge);
        }
    }

    private final class AgeCell extends TableCell<MachineFacts, MachineFacts> {
        private final Tooltip tooltip = new Tooltip();

        AgeCell() {
            getStyleClass().add("muted");
            setTooltip(tooltip);
        }

        @Override
        protected void updateItem(@Nullable MachineFacts row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                ageCells.remove(this);
                setText(null);
                return;
            }
            ageCells.add(this);
            Instant passed = row.machine().lastPass();
            tooltip.setText(passed == null ? words.of("machines.age.never") : Ages.exact(words, passed, zone));
            draw(clock.instant());
        }

        void draw(Instant now) {
            MachineFacts row = getItem();
            if (row != null && !isEmpty()) {
                String text = age(row, now);
                if (!text.equals(getText())) {
                    setText(text);
                }
            }
        }
    }

    private static final class NameCell extends TableCell<MachineFacts, MachineFacts> {
        NameCell() {
            getStyleClass().addAll("machine-name", "data", "may-cut");
            // Ids of one fleet differ at their ends more often than in the middle.
            setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        }

        @Override
        protected void updateItem(@Nullable MachineFacts row, boolean empty) {
            super.updateItem(row, empty);
            boolean named = row != null && !empty && !row.labels().alias().isEmpty();
            pseudoClassStateChanged(NAMED, named);
            setText(row == null || empty ? null : MachineColumn.shownName(row));
        }
    }

    private static final javafx.css.PseudoClass NAMED = javafx.css.PseudoClass.getPseudoClass("named");
}
