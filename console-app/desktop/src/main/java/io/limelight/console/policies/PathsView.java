package io.limelight.console.policies;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.Clip;
import io.limelight.console.machines.evidence.Digests;
import io.limelight.console.policies.EditorViewModel.Found;
import io.limelight.console.policies.EditorViewModel.Show;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.edit.EditedPolicy.Change;
import io.limelight.core.policy.edit.PathTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.collections.ObservableList;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeTableCell;
import javafx.scene.control.TreeTableColumn;
import javafx.scene.control.TreeTableRow;
import javafx.scene.control.TreeTableView;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Paths and their digests: a tree whose folders are filled when they are opened, or the list of what was looked for. */
final class PathsView extends VBox {
    private static final double ROW = 30;
    private static final PseudoClass ADDED = PseudoClass.getPseudoClass("added");
    private static final PseudoClass REMOVED = PseudoClass.getPseudoClass("removed");
    private static final PseudoClass CHANGED = PseudoClass.getPseudoClass("changed");

    private final EditorViewModel model;
    private final Words words;
    private final TreeTableView<Row> tree = new TreeTableView<>();
    private final TextField filter = new TextField();
    private final Map<Show, ToggleButton> shows = new EnumMap<>(Show.class);
    private final Set<String> open = new HashSet<>();
    private final VBox digests = new VBox();
    private final Label count = new Label();
    private @Nullable EditedPolicy drawn;
    private Found drawnFound = Found.NONE;

    /** A line. */
    private record Row(String path, String name, boolean folder, int count) {}

    PathsView(EditorViewModel model, Words words, ObservableDoubleValue scale) {
        this.model = model;
        this.words = words;
        getStyleClass().add("paths");
        getChildren().addAll(top(), table(scale), digestsPane());
        model.policyProperty().subscribe(_ -> draw());
        model.foundProperty().subscribe(_ -> draw());
        model.measuredProperty().subscribe(_ -> drawShows());
        model.showProperty().subscribe(_ -> drawShows());
    }

    private Node top() {
        filter.setId("path-filter");
        filter.setPromptText(words.of("policies.find"));
        filter.setAccessibleText(words.of("policies.find"));
        filter.textProperty().bindBidirectional(model.filterProperty());
        HBox.setHgrow(filter, Priority.ALWAYS);
        count.getStyleClass().addAll("filter-message", "may-cut");
        HBox frame = new HBox(Glyph.SEARCH.icon("muted"), filter, count);
        frame.getStyleClass().add("filter-frame");
        frame.setPrefWidth(330);
        HBox.setHgrow(frame, Priority.ALWAYS);
        HBox segments = new HBox();
        segments.getStyleClass().add("segments");
        ToggleGroup group = new ToggleGroup();
        for (Show each : Show.values()) {
            ToggleButton button = new ToggleButton(words.of("policies.show." + each.key()));
            button.setId("show-" + each.key());
            button.setToggleGroup(group);
            button.setMinWidth(USE_PREF_SIZE);
            button.setOnAction(_ -> {
                button.setSelected(true);
                model.showProperty().set(each);
            });
            shows.put(each, button);
            segments.getChildren().add(button);
        }
        segments.setMinWidth(USE_PREF_SIZE);
        FlowPane top = new FlowPane(8, 8, frame, segments);
        top.getStyleClass().add("paths-top");
        return top;
    }

    private void drawShows() {
        shows.forEach((show, button) -> {
            button.setSelected(model.showProperty().get() == show);
            if (show == Show.UNSEEN) {
                button.setDisable(!model.compared());
            }
        });
    }

    private Node table(ObservableDoubleValue scale) {
        tree.setId("policy-paths");
        tree.getStyleClass().add("path-table");
        tree.setShowRoot(false);
        tree.setAccessibleText(words.of("policies.paths"));
        tree.fixedCellSizeProperty().bind(Bindings.createDoubleBinding(() -> Math.ceil(ROW * scale.get()), scale));
        tree.setColumnResizePolicy(TreeTableView.CONSTRAINED_RESIZE_POLICY_FLEX_NEXT_COLUMN);
        column("path", 340, scale, PathCell::new);
        column("digest", 200, scale, DigestCell::new);
        column("change", 100, scale, ChangeCell::new);
        tree.setRowFactory(_ -> new PathRow());
        tree.getSelectionModel().selectedItemProperty().subscribe(_ -> drawDigests());
        tree.setOnKeyPressed(event -> {
            if (WindowKeys.pressed(KeyAct.REMOVE, event)) {
                selected().ifPresent(row -> model.removePath(row.path()));
            }
        });
        VBox.setVgrow(tree, Priority.ALWAYS);
        return tree;
    }

    private interface Cells {
        TreeTableCell<Row, Row> make(PathsView view);
    }

    private void column(String key, double width, ObservableDoubleValue scale, Cells cells) {
        TreeTableColumn<Row, Row> column = new TreeTableColumn<>(words.of("policies.column." + key));
        column.setId(key);
        column.setSortable(false);
        column.setReorderable(false);
        if (key.equals("change")) {
            column.minWidthProperty().bind(Bindings.createDoubleBinding(() -> 150 * scale.get(), scale));
        }
        column.prefWidthProperty().bind(Bindings.createDoubleBinding(() -> width * scale.get(), scale));
        column.setCellValueFactory(
                row -> new ReadOnlyObjectWrapper<>(row.getValue().getValue()));
        column.setCellFactory(_ -> cells.make(this));
        tree.getColumns().add(column);
    }

    private Node digestsPane() {
        digests.getStyleClass().add("digests");
        ScrollPane scroll = new ScrollPane(digests);
        scroll.setFitToWidth(true);
        scroll.getStyleClass().add("digests-scroll");
        scroll.visibleProperty().bind(Bindings.isNotEmpty(digests.getChildren()));
        scroll.managedProperty().bind(scroll.visibleProperty());
        return scroll;
    }

    /** A folder, filled when it is opened. */
    private final class Folder extends TreeItem<Row> {
        private boolean filled;

        Folder(Row row) {
            super(row);
            setExpanded(open.contains(row.path()));
            expandedProperty().addListener((_, _, now) -> {
                if (now) {
                    open.add(row.path());
                } else {
                    open.remove(row.path());
                }
            });
        }

        @Override
        public boolean isLeaf() {
            return false;
        }

        @Override
        public ObservableList<TreeItem<Row>> getChildren() {
            if (!filled) {
                filled = true;
                super.getChildren().setAll(items(getValue().path()));
            }
            return super.getChildren();
        }
    }

    private List<TreeItem<Row>> items(String folder) {
        PathTable.Some<PathTable.Child> some = model.children(folder);
        List<TreeItem<Row>> items = new ArrayList<>();
        for (PathTable.Child child : some.list()) {
            Row row = new Row(child.path(), child.name(), child.folder(), child.count());
            items.add(child.folder() ? new Folder(row) : new TreeItem<>(row));
        }
        if (some.more() > 0) {
            items.add(new TreeItem<>(new Row("", words.of("policies.more", some.more()), false, 0)));
        }
        return items;
    }

    // The base is never copied: the same one is the same table, and to compare two of 200,000 paths would cost more
    // than it saves.
    @SuppressWarnings("ReferenceEquality")
    private void draw() {
        EditedPolicy now = model.policyProperty().get();
        Found found = model.foundProperty().get();
        if (now == null) {
            tree.setRoot(new TreeItem<>());
            open.clear();
            open.add("/");
            drawn = null;
            count.setText("");
            return;
        }
        EditedPolicy before = drawn;
        boolean same = before != null
                && before.base() == now.base()
                && before.changed(Member.DIGESTS).equals(now.changed(Member.DIGESTS))
                && drawnFound.equals(found);
        if (same) {
            tree.refresh();
        } else {
            Optional<Row> kept = selected();
            TreeItem<Row> root = new TreeItem<>(new Row("", "", true, 0));
            List<TreeItem<Row>> items = found.flat()
                    ? found.paths().stream()
                            .map(path -> new TreeItem<>(new Row(path, path, false, 1)))
                            .toList()
                    : items("");
            root.getChildren().setAll(items);
            if (found.flat() && found.more() > 0) {
                root.getChildren().add(new TreeItem<>(new Row("", words.of("policies.more", found.more()), false, 0)));
            }
            root.setExpanded(true);
            tree.setRoot(root);
            kept.ifPresent(row -> select(root, row.path()));
        }
        drawn = now;
        drawnFound = found;
        count.setText(found.flat() ? words.of("policies.found", found.paths().size() + found.more()) : "");
        drawDigests();
    }

    private void select(TreeItem<Row> item, String path) {
        for (TreeItem<Row> child : item.getChildren()) {
            Row row = child.getValue();
            if (!row.folder() && row.path().equals(path)) {
                tree.getSelectionModel().select(child);
                return;
            }
            if (row.folder() && path.startsWith(row.path()) && child.isExpanded()) {
                select(child, path);
                return;
            }
        }
    }

    /** Shows a path, for pictures and findings. */
    void look(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            open.add(path.substring(0, slash + 1));
        }
        drawn = null;
        draw();
        TreeItem<Row> root = tree.getRoot();
        if (root != null) {
            select(root, path);
            tree.scrollTo(Math.max(0, tree.getSelectionModel().getSelectedIndex() - 4));
        }
    }

    private Optional<Row> selected() {
        TreeItem<Row> item = tree.getSelectionModel().getSelectedItem();
        return item == null
                        || item.getValue() == null
                        || item.getValue().folder()
                        || item.getValue().path().isEmpty()
                ? Optional.empty()
                : Optional.of(item.getValue());
    }

    // --- the digests of one ---

    private void drawDigests() {
        EditedPolicy now = model.policyProperty().get();
        Optional<Row> row = selected();
        if (now == null || row.isEmpty()) {
            digests.getChildren().clear();
            return;
        }
        String path = row.get().path();
        List<Node> parts = new ArrayList<>();
        HBox head = new HBox(Bits.cut(Bits.printable(path), "mono", "data", "medium"), Bits.gap());
        head.getStyleClass().add("digest-line");
        if (now.change(Member.DIGESTS, path) != Change.SAME) {
            head.getChildren().add(Bits.button(words.of("policies.restore"), () -> model.restorePath(path), "small"));
        }
        if (!now.digests(Member.DIGESTS, path).isEmpty()) {
            Button remove = Bits.button(words.of("policies.remove-path"), () -> model.removePath(path), "small");
            remove.setId("remove-path");
            head.getChildren().add(remove);
        }
        parts.add(head);
        Set<String> before = now.before(Member.DIGESTS, path);
        Set<String> values = now.digests(Member.DIGESTS, path);
        for (String digest : values) {
            parts.add(digest(path, digest, before.contains(digest) ? Change.SAME : Change.ADDED));
        }
        for (String digest : before) {
            if (!values.contains(digest)) {
                parts.add(digest(path, digest, Change.REMOVED));
            }
        }
        digests.getChildren().setAll(parts);
    }

    private Node digest(String path, String digest, Change change) {
        Label text = Bits.cut(Bits.printable(Digests.grouped(digest)), "mono", "data");
        HBox line = new HBox(text, Clip.button(words, words.of("policies.digest"), () -> digest), Bits.gap());
        line.getStyleClass().add("digest-line");
        if (change != Change.SAME) {
            line.getChildren().add(change(change));
        }
        boolean gone = change == Change.REMOVED;
        line.getChildren()
                .add(Bits.icon(
                        gone ? Glyph.UNDO : Glyph.TRASH,
                        words.of(gone ? "policies.put-back" : "policies.remove-digest", Bits.begin(digest)),
                        () -> model.step(List.of(new PolicyDifference(gone, Member.DIGESTS, path, digest)))));
        return line;
    }

    private Label change(Change change) {
        Label label = Bits.whole(
                switch (change) {
                    case SAME -> "";
                    case ADDED -> words.of("policies.change.added");
                    case REMOVED -> words.of("policies.change.removed");
                    case CHANGED -> words.of("policies.change.changed");
                });
        label.getStyleClass()
                .add(
                        switch (change) {
                            case SAME, CHANGED -> "warning-text";
                            case ADDED -> "success-text";
                            case REMOVED -> "danger-text";
                        });
        return label;
    }

    private Change changeOf(Row row) {
        EditedPolicy now = model.policyProperty().get();
        return now == null || row.folder() || row.path().isEmpty()
                ? Change.SAME
                : now.change(Member.DIGESTS, row.path());
    }

    private final class PathRow extends TreeTableRow<Row> {
        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            Change change = row == null || empty ? Change.SAME : changeOf(row);
            pseudoClassStateChanged(ADDED, change == Change.ADDED);
            pseudoClassStateChanged(REMOVED, change == Change.REMOVED);
            pseudoClassStateChanged(CHANGED, change == Change.CHANGED);
            setAccessibleText(
                    row == null || empty
                            ? null
                            : words.of(
                                    "policies.path.accessible",
                                    Bits.printable(row.name()),
                                    change == Change.SAME ? "" : change(change).getText()));
        }
    }

    private static final class PathCell extends TreeTableCell<Row, Row> {
        private final PathsView view;

        PathCell(PathsView view) {
            this.view = view;
            getStyleClass().add("path-cell");
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            if (row == null || empty) {
                setGraphic(null);
                return;
            }
            Label name = Bits.cut(Bits.printable(row.name()), row.path().isEmpty() ? "muted" : "mono", "data");
            HBox line = row.folder()
                    ? new HBox(
                            Glyph.FOLDER.icon("small"),
                            name,
                            Bits.whole(view.words.of("policies.below", row.count()), "muted", "text-small"))
                    : new HBox(name);
            line.getStyleClass().add("path-line");
            line.setMinWidth(0);
            setGraphic(line);
        }
    }

    private static final class DigestCell extends TreeTableCell<Row, Row> {
        private final PathsView view;

        DigestCell(PathsView view) {
            this.view = view;
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            EditedPolicy now = view.model.policyProperty().get();
            if (row == null || empty || row.folder() || row.path().isEmpty() || now == null) {
                setGraphic(null);
                return;
            }
            Set<String> values = now.digests(Member.DIGESTS, row.path());
            Set<String> shown = values.isEmpty() ? now.before(Member.DIGESTS, row.path()) : values;
            if (shown.isEmpty()) {
                setGraphic(null);
                return;
            }
            String first = shown.iterator().next();
            HBox line = new HBox(
                    Bits.cut(Bits.begin(first), "mono", "data"),
                    Clip.button(view.words, view.words.of("policies.digest"), () -> first));
            if (shown.size() > 1) {
                line.getChildren()
                        .add(Bits.whole(
                                view.words.of("policies.more-digests", shown.size() - 1), "muted", "text-small"));
            }
            line.getStyleClass().add("path-line");
            line.setMinWidth(0);
            // The row is what the keyboard walks; the button of a row is for the mouse.
            line.getChildren().forEach(node -> node.setFocusTraversable(false));
            setGraphic(line);
        }
    }

    private static final class ChangeCell extends TreeTableCell<Row, Row> {
        private final PathsView view;

        ChangeCell(PathsView view) {
            this.view = view;
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            Change change = row == null || empty ? Change.SAME : view.changeOf(row);
            setGraphic(change == Change.SAME ? null : view.change(change));
        }
    }
}
