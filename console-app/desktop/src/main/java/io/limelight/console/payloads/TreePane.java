package io.limelight.console.payloads;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.PackageTree;
import io.limelight.core.payload.PackageTree.Origin;
import io.limelight.core.payload.ScriptLint;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.control.TreeCell;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.Dragboard;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import org.jspecify.annotations.Nullable;

/** What is in the payload: the tree it becomes, with what is in the way of each file at that file. */
final class TreePane extends VBox {
    private final Words words;
    private final BuilderViewModel model;
    private final DialogHost dialogs;
    private final IncludeDialog include;
    private final TreeView<Row> tree = new TreeView<>();
    private final VBox problems = new VBox();
    private final Button flatten;
    private final Set<String> closed = new HashSet<>();

    /** A line of the tree. */
    private record Row(
            String path, String text, long size, Glyph glyph, List<String> problems, boolean folder, boolean own) {}

    TreePane(Words words, BuilderViewModel model, DialogHost dialogs, IncludeDialog include) {
        this.words = words;
        this.model = model;
        this.dialogs = dialogs;
        this.include = include;
        getStyleClass().add("tree-pane");
        Button add = Bits.icon(Glyph.PLUS, words.of("payloads.add-files"), this::chooseFiles);
        add.setId("add-files");
        Button addFolder = Bits.icon(Glyph.FOLDER, words.of("payloads.add-folder"), this::chooseFolder);
        Button rename = Bits.icon(Glyph.EDIT, words.of("payloads.rename"), this::rename);
        Button remove = Bits.icon(Glyph.TRASH, words.of("payloads.remove"), this::remove);
        HBox verbs = new HBox(add, addFolder, rename, remove);
        verbs.getStyleClass().add("pane-verbs");
        FlowPane head = new FlowPane(Bits.label(words.of("payloads.contents"), "semibold"), verbs);
        head.getStyleClass().add("pane-head");
        tree.setId("payload-tree");
        tree.setShowRoot(false);
        tree.setAccessibleText(words.of("payloads.contents"));
        tree.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
        tree.setCellFactory(_ -> new Cell());
        tree.setOnKeyPressed(event -> {
            if (WindowKeys.pressed(KeyAct.REMOVE, event)) {
                remove();
            } else if (WindowKeys.pressed(KeyAct.RENAME, event)) {
                rename();
            }
        });
        VBox.setVgrow(tree, Priority.ALWAYS);
        problems.getStyleClass().add("tree-problems");
        flatten = new Button(words.of("payloads.flatten"));
        flatten.getStyleClass().add("small");
        flatten.setOnAction(_ -> model.flatten());
        Label drop = Bits.wrapped(words.of("payloads.drop"), "muted", "drop-here");
        drop.setMaxWidth(Double.MAX_VALUE);
        getChildren().addAll(head, tree, problems, drop);
        setOnDragOver(event -> {
            if (event.getDragboard().hasFiles() && event.getGestureSource() == null) {
                event.acceptTransferModes(TransferMode.COPY);
            }
            event.consume();
        });
        setOnDragDropped(event -> {
            List<Path> paths =
                    event.getDragboard().getFiles().stream().map(File::toPath).toList();
            model.add(paths);
            event.setDropCompleted(!paths.isEmpty());
            event.consume();
        });
        model.seenProperty().subscribe(seen -> draw(seen.tree()));
    }

    private void draw(PackageTree seen) {
        Optional<String> selected = selected().stream().findFirst();
        TreeItem<Row> root = new TreeItem<>();
        Map<String, TreeItem<Row>> folders = new HashMap<>();
        TreeItem<Row> made =
                new TreeItem<>(new Row("", words.of("payloads.generated"), -1, Glyph.PACKAGE, List.of(), true, true));
        made.setExpanded(!closed.contains(""));
        watch(made, "");
        for (PackageTree.Entry entry : seen.entries()) {
            boolean own = entry.origin() == Origin.GENERATED;
            TreeItem<Row> parent = own ? made : folder(root, folders, entry.name());
            String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            parent.getChildren()
                    .add(new TreeItem<>(new Row(
                            entry.name(),
                            own ? generated(name) : name,
                            entry.size().orElse(-1),
                            glyph(name),
                            entry.problems(),
                            false,
                            own)));
        }
        if (!made.getChildren().isEmpty()) {
            root.getChildren().add(made);
        }
        tree.setRoot(root);
        selected.ifPresent(path -> select(root, path));
        problems.getChildren()
                .setAll(seen.problems().stream().map(this::problem).toList());
        boolean nested = model.draftProperty().get().mode() == PayloadMode.CERTIFICATE_PACKAGE
                && model.draftProperty().get().files().stream()
                        .anyMatch(part -> part.name().contains("/"));
        if (nested) {
            problems.getChildren().add(flatten);
        }
        Bits.show(problems, !problems.getChildren().isEmpty());
    }

    private String generated(String name) {
        return name.startsWith(BuilderViewModel.SAMPLE_MACHINE)
                ? words.of("payloads.machine-file", name.substring(BuilderViewModel.SAMPLE_MACHINE.length()))
                : name;
    }

    private Node problem(String sentence) {
        HBox row = new HBox(ShapeMark.failed("danger"), Bits.wrapped(sentence, "data"));
        row.getStyleClass().add("finding-line");
        return row;
    }

    private TreeItem<Row> folder(TreeItem<Row> root, Map<String, TreeItem<Row>> folders, String name) {
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return root;
        }
        String path = name.substring(0, slash);
        TreeItem<Row> known = folders.get(path);
        if (known == null) {
            known = new TreeItem<>(
                    new Row(path, path.substring(path.lastIndexOf('/') + 1), -1, Glyph.FOLDER, List.of(), true, false));
            known.setExpanded(!closed.contains(path));
            watch(known, path);
            folders.put(path, known);
            folder(root, folders, path).getChildren().add(known);
        }
        return known;
    }

    private void watch(TreeItem<Row> item, String path) {
        item.expandedProperty().subscribe(open -> {
            if (open) {
                closed.remove(path);
            } else {
                closed.add(path);
            }
        });
    }

    private void select(TreeItem<Row> item, String path) {
        for (TreeItem<Row> child : item.getChildren()) {
            if (child.getValue().path().equals(path)) {
                tree.getSelectionModel().select(child);
            } else {
                select(child, path);
            }
        }
    }

    private static Glyph glyph(String name) {
        if (name.equals(ScriptLint.FILE)) {
            return Glyph.TERMINAL;
        }
        if (name.equals(ActionList.FILE)) {
            return Glyph.LIST;
        }
        if (name.endsWith(".py") || name.endsWith(".sh")) {
            return Glyph.CODE;
        }
        if (name.endsWith("private.pem") || name.endsWith("_rsa") || name.endsWith("_ed25519")) {
            return Glyph.KEY;
        }
        return name.endsWith(".crt") || name.endsWith(".pem") ? Glyph.CERTIFICATE : Glyph.FILE;
    }

    /** Paths of what a person selected of their own. */
    private List<String> selected() {
        List<String> all = new ArrayList<>();
        for (TreeItem<Row> item : tree.getSelectionModel().getSelectedItems()) {
            if (item != null && item.getValue() != null && !item.getValue().own()) {
                all.add(item.getValue().path());
            }
        }
        return all;
    }

    private void remove() {
        List<String> chosen = selected();
        if (!chosen.isEmpty()) {
            model.remove(chosen);
        }
    }

    private void rename() {
        List<String> chosen = selected();
        if (chosen.size() != 1
                || chosen.getFirst().equals(ScriptLint.FILE)
                || chosen.getFirst().equals(ActionList.FILE)) {
            return;
        }
        String from = chosen.getFirst();
        TextField name = new TextField(from);
        name.getStyleClass().add("mono");
        Label label = Bits.label(words.of("payloads.rename.new"));
        label.setLabelFor(name);
        Button cancel = new Button(words.of("payloads.cancel"));
        cancel.setCancelButton(true);
        cancel.setOnAction(_ -> dialogs.hide());
        Button ok = new Button(words.of("payloads.rename.do", from));
        ok.getStyleClass().add("accent");
        ok.setDefaultButton(true);
        ok.setOnAction(_ -> {
            dialogs.hide();
            model.renameFile(from, name.getText());
        });
        HBox buttons = new HBox(Bits.gap(), cancel, ok);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = new VBox(label, name, buttons);
        box.getStyleClass().add("small-dialog");
        dialogs.show(words.of("payloads.rename"), box, name, tree);
        name.selectAll();
    }

    private void chooseFiles() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("payloads.add-files"));
        List<File> files = chooser.showOpenMultipleDialog(getScene().getWindow());
        if (files != null) {
            model.add(files.stream().map(File::toPath).toList());
        }
    }

    private void chooseFolder() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(words.of("payloads.add-folder"));
        File folder = chooser.showDialog(getScene().getWindow());
        if (folder != null) {
            include.open(folder.toPath(), tree);
        }
    }

    private final class Cell extends TreeCell<Row> {
        Cell() {
            getStyleClass().add("payload-cell");
            setOnDragDetected(event -> {
                Row row = getItem();
                Optional<Path> file = row == null || row.own() ? Optional.empty() : fileOf(row.path());
                if (file.isPresent()) {
                    Dragboard board = startDragAndDrop(TransferMode.COPY);
                    ClipboardContent content = new ClipboardContent();
                    content.putFiles(List.of(file.get().toFile()));
                    board.setContent(content);
                    event.consume();
                }
            });
        }

        @Override
        protected void updateItem(@Nullable Row row, boolean empty) {
            super.updateItem(row, empty);
            setText(null);
            if (empty || row == null) {
                setGraphic(null);
                setTooltip(null);
                setAccessibleText(null);
                return;
            }
            Label name = Bits.label(row.text(), row.own() ? "muted" : "payload-name", "may-cut");
            if (!(row.own() && row.folder())) {
                name.getStyleClass().add("data");
            }
            name.setMinWidth(0);
            Label size = Bits.label(size(row), "muted", "text-small", "data");
            size.setMinWidth(Region.USE_PREF_SIZE);
            HBox line = new HBox(row.glyph().icon("small"), name, Bits.gap(), size);
            line.getStyleClass().add("payload-row");
            VBox lines = new VBox(line);
            if (!row.problems().isEmpty()) {
                line.getChildren().set(0, ShapeMark.failed("danger"));
                lines.getChildren()
                        .add(Bits.label(row.problems().getFirst(), "danger-text", "text-small", "data", "may-cut"));
                setTooltip(new Tooltip(row.text() + " " + String.join("\n", row.problems())));
            } else {
                setTooltip(null);
            }
            lines.setMinWidth(0);
            lines.setPrefWidth(1);
            setGraphic(lines);
            setAccessibleText(row.text() + " " + size.getText() + " " + String.join(" ", row.problems()));
        }
    }

    private String size(Row row) {
        return row.size() < 0
                ? ""
                : row.own()
                        ? words.of("payloads.size.at-most", Bits.size(words, row.size()))
                        : Bits.size(words, row.size());
    }

    private Optional<Path> fileOf(String path) {
        return model.seenProperty().get().tree().find(path).flatMap(PackageTree.Entry::file);
    }
}
