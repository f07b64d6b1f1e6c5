package io.limelight.console.payloads;

import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.io.File;
import java.time.InstantSource;
import java.util.Locale;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;

/** All payloads, and what to begin from. */
final class LibraryView {
    private final Words words;
    private final InstantSource clock;
    private final LibraryViewModel model;
    private final Acts acts;
    private final VBox root = new VBox();
    private final VBox rows = new VBox();
    private final MenuButton create;
    private final ProblemView problem;
    private final HBox forgotten = new HBox();

    /** What others do. */
    interface Acts {
        /** Shows one. */
        void open(PayloadShelf.Kept one);

        /** Begins one. */
        void create(PayloadDraft from);

        /** Reads a folder. */
        void openFolder(java.nio.file.Path folder);
    }

    LibraryView(Words words, InstantSource clock, LibraryViewModel model, Acts acts) {
        this.words = words;
        this.clock = clock;
        this.model = model;
        this.acts = acts;
        this.problem = new ProblemView(words);
        create = new MenuButton(words.of("payloads.new"), Glyph.PLUS.icon("button-size"));
        create.setId("payload-new");
        create.getStyleClass().add("accent");
        Button folder = new Button(words.of("payloads.open-folder"), Glyph.FOLDER.icon("button-size"));
        folder.setOnAction(_ -> choose());
        HBox head = new HBox(Bits.label(words.of("payloads.title"), "title-4"), Bits.gap(), folder, create);
        head.getStyleClass().add("page-head");
        rows.getStyleClass().add("library-rows");
        forgotten.getStyleClass().addAll("message");
        VBox all = new VBox(head, problem, forgotten, rows);
        all.getStyleClass().add("page");
        ScrollPane scroll = new ScrollPane(all);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        root.getChildren().add(scroll);
        root.getStyleClass().add("payload-library");
        model.kept().addListener((ListChangeListener<Object>) _ -> draw());
        model.templates().addListener((ListChangeListener<Object>) _ -> fill());
        model.loadedProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(now -> now.ifPresentOrElse(problem::show, problem::clear));
        model.forgottenProperty().subscribe(one -> {
            Bits.show(forgotten, one.isPresent());
            one.ifPresent(gone -> {
                Label sentence =
                        Bits.wrapped(words.of("payloads.forgotten", gone.draft().name()));
                HBox.setHgrow(sentence, Priority.ALWAYS);
                Button back = new Button(words.of("payloads.undo"));
                back.setMinWidth(Region.USE_PREF_SIZE);
                back.setOnAction(_ -> model.remember());
                forgotten.getChildren().setAll(sentence, back);
            });
        });
        fill();
    }

    Node node() {
        return root;
    }

    private void fill() {
        create.getItems().clear();
        for (PayloadTemplate template : PayloadTemplate.values()) {
            MenuItem item = new MenuItem(words.of("payloads.template." + template.key()));
            item.setId("template-" + template.key());
            item.setOnAction(_ -> begin(template));
            create.getItems().add(item);
        }
        if (!model.templates().isEmpty()) {
            create.getItems().add(new SeparatorMenuItem());
        }
        for (PayloadShelf.Kept template : model.templates()) {
            MenuItem item = new MenuItem(template.draft().name());
            item.setMnemonicParsing(false);
            item.setOnAction(_ -> acts.create(template.draft()));
            create.getItems().add(item);
        }
    }

    private void begin(PayloadTemplate template) {
        acts.create(template.draft(words.of("payloads.template." + template.key() + ".name")));
    }

    private void draw() {
        if (model.kept().isEmpty()) {
            rows.getChildren()
                    .setAll(
                            model.loadedProperty().get()
                                    ? new EmptyState(
                                            words,
                                            Glyph.PACKAGE,
                                            words.of("payloads.empty"),
                                            words.of("payloads.empty.begin"),
                                            () -> begin(PayloadTemplate.SSH_KEYS))
                                    : Bits.wrapped(words.of("payloads.loading"), "muted"));
            return;
        }
        rows.getChildren().setAll(model.kept().stream().map(this::row).toList());
    }

    private Node row(PayloadShelf.Kept one) {
        PayloadDraft draft = one.draft();
        Button open = new Button(draft.name());
        open.getStyleClass().addAll("flat", "accent", "payload-open", "data");
        open.setMnemonicParsing(false);
        open.setOnAction(_ -> acts.open(one));
        Label mode = Bits.label(
                words.of("payloads.mode."
                        + draft.mode().name().toLowerCase(Locale.ROOT).replace('_', '-')),
                "tag");
        mode.setMinWidth(Region.USE_PREF_SIZE);
        Label place = Bits.label(
                draft.place().map(Object::toString).orElse(words.of("payloads.not-saved-yet")), "muted", "may-cut");
        if (draft.place().isPresent()) {
            place.getStyleClass().add("mono");
        }
        place.setMinWidth(0);
        HBox.setHgrow(place, Priority.ALWAYS);
        place.setMaxWidth(Double.MAX_VALUE);
        AgeLabel age = new AgeLabel(clock, words).ago();
        age.setInstant(one.changed());
        age.setMinWidth(Region.USE_PREF_SIZE);
        Button star = Bits.icon(
                Glyph.BOOKMARK,
                words.of(one.favourite() ? "payloads.unfavour" : "payloads.favour", draft.name()),
                () -> model.favour(one));
        if (one.favourite()) {
            star.getStyleClass().add("favourite");
        }
        Button forget = Bits.icon(Glyph.CLOSE, words.of("payloads.forget", draft.name()), () -> model.forget(one));
        FlowPane first = new FlowPane(open, mode);
        first.getStyleClass().add("library-first");
        VBox texts = new VBox(first, place);
        texts.setMinWidth(0);
        HBox.setHgrow(texts, Priority.ALWAYS);
        HBox row = new HBox(Glyph.PACKAGE.icon(), texts, age, star, forget);
        row.getStyleClass().add("library-row");
        return row;
    }

    private void choose() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(words.of("payloads.open-folder"));
        File folder = chooser.showDialog(root.getScene().getWindow());
        if (folder != null) {
            acts.openFolder(folder.toPath());
        }
    }
}
