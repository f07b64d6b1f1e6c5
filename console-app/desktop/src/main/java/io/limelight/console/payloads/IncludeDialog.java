package io.limelight.console.payloads;

import io.limelight.console.machines.DialogHost;
import io.limelight.console.words.Words;
import io.limelight.core.payload.PackageTree;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBoxTreeItem;
import javafx.scene.control.TreeItem;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.controlsfx.control.CheckTreeView;

/** Picks from a directory what comes into the payload. */
final class IncludeDialog {
    private static final int OPENED = 40;

    private final Words words;
    private final BuilderViewModel model;
    private final PayloadFiles files;
    private final DialogHost dialogs;
    private final Executor work;
    private final Executor screen;

    IncludeDialog(
            Words words,
            BuilderViewModel model,
            PayloadFiles files,
            DialogHost dialogs,
            Executor work,
            Executor screen) {
        this.words = words;
        this.model = model;
        this.files = files;
        this.dialogs = dialogs;
        this.work = work;
        this.screen = screen;
    }

    /** A file or a folder of the directory. */
    private record Choice(String text, Optional<Part> part) {
        @Override
        public String toString() {
            return text;
        }
    }

    void open(Path directory, Node opener) {
        work.execute(() -> {
            PackageTree tree = files.list(directory);
            screen.execute(() -> dialogs.show(
                    words.of("payloads.include.title", String.valueOf(directory.getFileName())),
                    content(tree),
                    opener,
                    opener));
        });
    }

    /** For pictures too. */
    VBox content(PackageTree tree) {
        CheckBoxTreeItem<Choice> root = new CheckBoxTreeItem<>(new Choice("", Optional.empty()));
        Map<String, CheckBoxTreeItem<Choice>> folders = new HashMap<>();
        for (PackageTree.Entry entry : tree.entries()) {
            String name = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            entry.file()
                    .ifPresent(file -> folder(root, folders, entry.name())
                            .getChildren()
                            .add(new CheckBoxTreeItem<>(
                                    new Choice(name, Optional.of(new Part(entry.name(), new Content.OfFile(file)))))));
        }
        root.setExpanded(true);
        if (tree.entries().size() <= OPENED) {
            folders.values().forEach(item -> item.setExpanded(true));
        }
        CheckTreeView<Choice> view = new CheckTreeView<>(root);
        view.setId("include-tree");
        view.setShowRoot(false);
        view.getStyleClass().add("data");
        view.setAccessibleText(words.of("payloads.include.tree"));
        view.getCheckModel().checkAll();
        view.setPrefHeight(340);
        VBox.setVgrow(view, Priority.ALWAYS);
        Button cancel = new Button(words.of("payloads.cancel"));
        cancel.setCancelButton(true);
        cancel.setOnAction(_ -> dialogs.hide());
        Button add = new Button();
        add.setId("include-add");
        add.getStyleClass().add("accent");
        Runnable count = () -> {
            int chosen = chosen(root).size();
            add.setText(words.of("payloads.include.add", chosen));
            add.setDisable(chosen == 0);
        };
        view.getCheckModel().getCheckedItems().addListener((javafx.collections.ListChangeListener<TreeItem<Choice>>)
                _ -> count.run());
        count.run();
        add.setOnAction(_ -> {
            dialogs.hide();
            model.addParts(chosen(root));
        });
        HBox buttons = new HBox(Bits.gap(), cancel, add);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = new VBox(Bits.wrapped(words.of("payloads.include.explain"), "muted"), view, buttons);
        box.getStyleClass().add("small-dialog");
        box.getStylesheets().add(Bits.sheet());
        return box;
    }

    private static CheckBoxTreeItem<Choice> folder(
            CheckBoxTreeItem<Choice> root, Map<String, CheckBoxTreeItem<Choice>> folders, String name) {
        int slash = name.lastIndexOf('/');
        if (slash < 0) {
            return root;
        }
        String path = name.substring(0, slash);
        CheckBoxTreeItem<Choice> known = folders.get(path);
        if (known == null) {
            known = new CheckBoxTreeItem<>(
                    new Choice(path.substring(path.lastIndexOf('/') + 1) + "/", Optional.empty()));
            folders.put(path, known);
            folder(root, folders, path).getChildren().add(known);
        }
        return known;
    }

    private static List<Part> chosen(TreeItem<Choice> item) {
        List<Part> all = new ArrayList<>();
        if (item instanceof CheckBoxTreeItem<Choice> box && box.isSelected()) {
            box.getValue().part().ifPresent(all::add);
        }
        item.getChildren().forEach(child -> all.addAll(chosen(child)));
        return all;
    }
}
