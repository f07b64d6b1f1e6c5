package io.limelight.console.connect;

import static io.limelight.console.connect.Doors.gap;
import static io.limelight.console.connect.Doors.label;
import static io.limelight.console.connect.Doors.show;

import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javafx.collections.ListChangeListener;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Fleets that are kept. */
public final class ProfilesPage implements Page {
    private final Words words;
    private final ProfilesViewModel model;
    private final InstantSource clock;
    private final ScrollPane root;
    private final VBox list = new VBox();
    private final EmptyState empty;

    /** Reads nothing before it is shown. */
    public ProfilesPage(Words words, ProfilesViewModel model, InstantSource clock) {
        this.words = words;
        this.model = model;
        this.clock = clock;
        ProblemView problem = new ProblemView(words);
        Button add = new Button(words.of("profiles.add"), Glyph.PLUS.icon("button-size"));
        add.getStyleClass().add("accent");
        add.setId("add-profile");
        add.setOnAction(_ -> model.add());
        HBox head = new HBox(label(words.of("profiles.title"), "page-title"), gap(), add);
        head.getStyleClass().add("page-head");
        empty = new EmptyState(words, Glyph.FOLDER, words.of("profiles.empty"), words.of("profiles.add"), model::add);
        list.getStyleClass().addAll("card", "profile-list");
        VBox page = new VBox(head, deleted(), problem, list, empty);
        page.getStyleClass().add("page");
        root = new ScrollPane(page);
        root.getStylesheets().add(Doors.sheet());
        root.setFitToWidth(true);
        root.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        root.setFocusTraversable(false);
        model.problemProperty().subscribe(said -> {
            show(problem, said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
        });
        model.profiles().addListener((ListChangeListener<Profile>) _ -> draw());
        model.loadedProperty().subscribe(_ -> draw());
        draw();
    }

    @Override
    public String key() {
        return "profiles";
    }

    @Override
    public Glyph glyph() {
        return Glyph.FOLDER;
    }

    @Override
    public Node content() {
        return root;
    }

    @Override
    public void shown() {
        model.load();
    }

    private Node deleted() {
        Label text = label("");
        Button undo = new Button(words.of("profiles.undo"));
        undo.setId("undo");
        undo.getStyleClass().add("small");
        undo.setOnAction(_ -> model.undelete());
        HBox bar = new HBox(text, gap(), undo);
        bar.getStyleClass().addAll("message", "info", "undo-bar");
        model.deletedProperty().subscribe(gone -> {
            show(bar, gone.isPresent());
            gone.ifPresent(profile -> text.setText(words.of("profiles.deleted", profile.name())));
        });
        return bar;
    }

    private void draw() {
        boolean none = model.profiles().isEmpty();
        show(list, !none);
        show(empty, none && model.loadedProperty().get());
        list.getChildren().setAll(model.profiles().stream().map(this::row).toList());
    }

    private Node row(Profile profile) {
        Label name = label(profile.name(), "semibold", "data");
        Label tag = Doors.environment(words, profile.environment());
        Label where = label(where(profile.source()), "muted", "text-small");
        where.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        where.setMinWidth(0);
        where.setTooltip(new Tooltip(where.getText()));
        HBox first = new HBox(name, tag);
        first.getStyleClass().add("profile-first");
        VBox text = new VBox(first, where);
        text.getStyleClass().add("profile-text");
        text.setMinWidth(0);
        HBox.setHgrow(text, Priority.ALWAYS);
        AgeLabel age = new AgeLabel(clock, words).ago();
        age.setInstant(profile.opened().orElse(null));
        show(age, profile.opened().isPresent());
        Button open = new Button(words.of("profiles.open"));
        open.setAccessibleText(words.of("profiles.open-named", profile.name()));
        open.setMinWidth(Region.USE_PREF_SIZE);
        open.setOnAction(_ -> model.open(profile));
        HBox row = new HBox(text, age, open, menu(profile, first, name));
        row.getStyleClass().add("profile-row");
        row.setAccessibleRole(AccessibleRole.LIST_ITEM);
        row.setAccessibleText(profile.name() + ", " + tag.getText());
        return row;
    }

    private MenuButton menu(Profile profile, HBox first, Label name) {
        MenuItem edit = new MenuItem(words.of("profiles.edit"));
        edit.setOnAction(_ -> model.edit(profile));
        MenuItem rename = new MenuItem(words.of("profiles.rename"));
        rename.setOnAction(_ -> rename(profile, first, name));
        MenuButton more = new MenuButton(null, Glyph.MORE.icon(), edit, rename, new SeparatorMenuItem());
        for (Environment each : List.of(Environment.PRODUCTION, Environment.STAGING, Environment.LAB)) {
            MenuItem move = new MenuItem(words.of("profiles.move", words.of("connect.environment." + each.key())));
            move.setDisable(each == profile.environment());
            move.setOnAction(_ -> model.move(profile, each));
            more.getItems().add(move);
        }
        MenuItem delete = new MenuItem(words.of("profiles.delete", profile.name()));
        delete.setOnAction(_ -> model.delete(profile));
        more.getItems().addAll(new SeparatorMenuItem(), delete);
        more.getStyleClass().addAll("flat", "icon-only");
        more.setAccessibleText(words.of("profiles.more", profile.name()));
        more.setTooltip(new Tooltip(more.getAccessibleText()));
        return more;
    }

    private void rename(Profile profile, HBox first, Label name) {
        TextField field = new TextField(profile.name());
        field.setId("rename");
        field.setAccessibleText(words.of("profiles.rename"));
        Runnable done = () -> {
            if (first.getChildren().contains(field)) {
                first.getChildren().set(0, name);
            }
        };
        field.setOnAction(_ -> {
            done.run();
            model.rename(profile, field.getText());
        });
        field.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                event.consume();
                done.run();
            }
        });
        field.focusedProperty().addListener((_, _, focused) -> {
            if (!focused) {
                done.run();
            }
        });
        first.getChildren().set(0, field);
        field.requestFocus();
        field.selectAll();
    }

    private String where(ProfileSource source) {
        return switch (source) {
            case ProfileSource.Typed typed ->
                words.of(
                        "profiles.where.typed",
                        typed.verifierHost() + ":" + typed.verifierPort(),
                        typed.registrarHost() + ":" + typed.registrarPort());
            case ProfileSource.Configuration(Optional<Path> conf, Optional<Path> workDir) ->
                words.of(
                        "profiles.where.configuration",
                        conf.or(() -> workDir).map(Path::toString).orElseGet(() -> words.of("profiles.usual")));
        };
    }
}
