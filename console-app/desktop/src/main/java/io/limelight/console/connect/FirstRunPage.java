package io.limelight.console.connect;

import static io.limelight.console.connect.Doors.gap;
import static io.limelight.console.connect.Doors.label;
import static io.limelight.console.connect.Doors.show;
import static io.limelight.console.connect.Doors.wrapped;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.profile.Profile;
import io.limelight.console.settings.SettingsViewModel;
import io.limelight.console.settings.SettingsViewModel.Look;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.io.File;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.collections.ListChangeListener;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.image.Image;
import javafx.scene.image.ImageView;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import org.controlsfx.control.SegmentedButton;
import org.jspecify.annotations.Nullable;

/** The first page: what this is, and three doors with what was found behind each. */
public final class FirstRunPage implements Page {
    private static final int MOST_PROFILES = 4;
    private static final double NARROW_IN_EM = 74;
    private static final double BODY = 13;
    private static final int LESSONS = 5;

    private final Words words;
    private final FirstRunViewModel model;
    private final SettingsViewModel settings;
    private final BorderPane root = new BorderPane();
    private final VBox places = new VBox();
    private final VBox profiles = new VBox();
    private final Button review = new Button();
    private final Button type = new Button();
    private final VBox existing;
    private final VBox sandbox;
    private final VBox saved;
    private final ProblemView problem;

    /** Looks at nothing before it is shown. */
    public FirstRunPage(Words words, FirstRunViewModel model, SettingsViewModel settings) {
        this.words = words;
        this.model = model;
        this.settings = settings;
        this.problem = new ProblemView(words);
        this.existing = existing();
        this.sandbox = sandbox();
        this.saved = saved();
        root.getStyleClass().add("first-run");
        root.getStylesheets().add(Doors.sheet());
        VBox aside = aside();
        root.setLeft(aside);
        root.setCenter(doors());
        root.widthProperty()
                .addListener((_, _, width) -> show(
                        aside,
                        width.doubleValue()
                                > NARROW_IN_EM * BODY * settings.scaleProperty().get()));
        bind();
        drop();
    }

    @Override
    public String key() {
        return "welcome";
    }

    @Override
    public Glyph glyph() {
        return Glyph.LINK;
    }

    @Override
    public Node content() {
        return root;
    }

    @Override
    public void shown() {
        model.look();
        (review.isDisabled() ? type : review).requestFocus();
    }

    private VBox aside() {
        VBox lessons = new VBox(label(words.of("welcome.lessons"), "semibold"));
        lessons.getStyleClass().add("lessons");
        for (int i = 1; i <= LESSONS; i++) {
            Label number = label(Integer.toString(i), "lesson-number");
            number.setMinWidth(Region.USE_PREF_SIZE);
            HBox lesson = new HBox(number, wrapped(words.of("welcome.lesson." + i)));
            lesson.getStyleClass().add("lesson");
            lessons.getChildren().add(lesson);
        }
        Region space = new Region();
        VBox.setVgrow(space, Priority.ALWAYS);
        VBox aside = new VBox(
                icon(),
                label(words.of("welcome.name"), "figure", "welcome-name"),
                wrapped(words.of("welcome.idea"), "muted"),
                lessons,
                space,
                look());
        aside.getStyleClass().add("first-run-aside");
        return aside;
    }

    private Node icon() {
        ImageView view = new ImageView();
        view.setFitWidth(72);
        view.setFitHeight(72);
        InputStream in = FirstRunPage.class.getResourceAsStream("/io/limelight/icons/limelight-128.png");
        if (in != null) {
            view.setImage(new Image(in));
        }
        view.setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        view.setAccessibleText(words.of("welcome.name"));
        return view;
    }

    private Node look() {
        ToggleGroup group = new ToggleGroup();
        SegmentedButton choice = new SegmentedButton();
        choice.setToggleGroup(group);
        for (Look each : List.of(Look.SYSTEM, Look.LIGHT, Look.DARK)) {
            ToggleButton button = new ToggleButton(words.of("settings.look." + SettingsViewModel.key(each)));
            button.setUserData(each);
            button.setAccessibleText(words.of("settings.look") + ": " + button.getText());
            choice.getButtons().add(button);
            // One of them is always on: a second press leaves it on.
            button.addEventFilter(
                    javafx.event.ActionEvent.ACTION,
                    _ -> settings.lookProperty().set(each));
        }
        settings.lookProperty()
                .subscribe(
                        now -> choice.getButtons().forEach(button -> button.setSelected(button.getUserData() == now)));
        group.selectedToggleProperty().addListener((_, before, now) -> {
            if (now == null && before != null) {
                before.setSelected(true);
            }
        });
        return choice;
    }

    private Node doors() {
        VBox head = new VBox(
                label(words.of("welcome.where"), "page-title"), wrapped(words.of("welcome.nothing-changes"), "muted"));
        head.getStyleClass().add("first-run-head");
        VBox column = new VBox(head, problem, existing, sandbox, saved);
        column.getStyleClass().add("first-run-doors");
        ScrollPane scroll = new ScrollPane(new StackPane(column));
        scroll.getStyleClass().add("first-run-scroll");
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        return scroll;
    }

    private VBox existing() {
        places.getStyleClass().add("found-list");
        review.setText(words.of("welcome.review"));
        review.setOnAction(_ -> model.review());
        review.setId("review");
        type.setText(words.of("welcome.type"));
        type.setOnAction(_ -> model.type());
        type.setId("type");
        MenuItem file = new MenuItem(words.of("welcome.choose-file"), Glyph.FILE.icon("button-size"));
        file.setOnAction(_ -> chooseFile());
        MenuItem folder = new MenuItem(words.of("welcome.choose-folder"), Glyph.FOLDER.icon("button-size"));
        folder.setOnAction(_ -> chooseFolder());
        MenuButton choose = new MenuButton(words.of("welcome.choose"), null, file, folder);
        choose.getStyleClass().add("flat");
        FlowPane acts = new FlowPane(review, type, choose, label(words.of("welcome.drop"), "muted", "text-small"));
        acts.getStyleClass().add("door-acts");
        return door(Glyph.LINK, words.of("welcome.existing"), words.of("welcome.existing.text"), null, places, acts);
    }

    private VBox sandbox() {
        Button start = new Button(words.of("welcome.sandbox.start"), Glyph.PLAY.icon("button-size"));
        start.setId("start-sandbox");
        start.setMinWidth(Region.USE_PREF_SIZE);
        start.setOnAction(_ -> model.startSandbox());
        start.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> model.sandboxProblemProperty().get().isPresent(), model.sandboxProblemProperty()));
        HBox fact = new HBox();
        fact.getStyleClass().add("found");
        model.sandboxProblemProperty().subscribe(said -> {
            Label text = wrapped(
                    said.map(each -> each.whatHappened() + " " + String.join(" ", each.whatToDo()))
                            .orElseGet(() -> words.of("welcome.sandbox.ready")),
                    "text-small");
            fact.getChildren()
                    .setAll(said.isPresent() ? Shapes.TRIANGLE.boxed("warning") : Shapes.TICK.boxed("success"), text);
        });
        return door(Glyph.BOX, words.of("welcome.sandbox"), words.of("welcome.sandbox.text"), start, fact);
    }

    private VBox saved() {
        profiles.getStyleClass().add("saved-list");
        return door(Glyph.FOLDER, words.of("welcome.saved"), words.of("welcome.saved.text"), null, profiles);
    }

    private static VBox door(Glyph glyph, String title, String text, @Nullable Node beside, Node... below) {
        StackPane picture = new StackPane(glyph.icon("large", "door-glyph"));
        picture.getStyleClass().add("door-picture");
        picture.setMinSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        picture.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        VBox words = new VBox(wrapped(title, "card-title"), wrapped(text, "muted"));
        words.getStyleClass().add("door-words");
        HBox.setHgrow(words, Priority.ALWAYS);
        HBox first = beside == null ? new HBox(words) : new HBox(words, beside);
        first.getStyleClass().add("door-first");
        VBox content = new VBox(first);
        content.getChildren().addAll(below);
        content.getStyleClass().add("door-content");
        HBox.setHgrow(content, Priority.ALWAYS);
        HBox row = new HBox(picture, content);
        row.getStyleClass().add("door-row");
        VBox door = new VBox(row);
        door.getStyleClass().addAll("card", "door");
        door.setAccessibleRole(AccessibleRole.PARENT);
        door.setAccessibleText(title);
        return door;
    }

    private void bind() {
        model.places().addListener((ListChangeListener<Found>) _ -> drawPlaces());
        model.profiles().addListener((ListChangeListener<Profile>) _ -> drawProfiles());
        model.suggestionProperty().subscribe(known -> {
            // The door that leads somewhere is the one that is lit.
            boolean found = known.isPresent();
            boolean typing = type.isFocused();
            review.setDisable(!found);
            if (found && typing) {
                review.requestFocus();
            }
            review.getStyleClass().remove("accent");
            type.getStyleClass().remove("accent");
            (found ? review : type).getStyleClass().add("accent");
            existing.getStyleClass().remove("lit");
            if (found) {
                existing.getStyleClass().add("lit");
            }
        });
        model.sandboxOfferedProperty().subscribe(offered -> show(sandbox, offered));
        model.problemProperty().subscribe(said -> {
            show(problem, said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
        });
        drawPlaces();
        drawProfiles();
    }

    private void drawPlaces() {
        places.getChildren().setAll(model.places().stream().map(this::place).toList());
        show(places, !model.places().isEmpty());
    }

    private Node place(Found found) {
        Shapes shape = switch (found.status()) {
            case USABLE -> Shapes.TICK;
            case TROUBLE -> Shapes.TRIANGLE;
            case ABSENT -> Shapes.DASH;
        };
        String colour = switch (found.status()) {
            case USABLE -> "success";
            case TROUBLE -> "warning";
            case ABSENT -> "muted";
        };
        Label path = label(found.path().toString(), "mono");
        path.setTextOverrun(OverrunStyle.CENTER_ELLIPSIS);
        path.setMinWidth(120);
        path.getStyleClass().add("may-cut");
        path.setTooltip(new Tooltip(found.path().toString()));
        Label sentence = wrapped(found.sentence(), "muted", "text-small");
        HBox row = new HBox(shape.boxed("small", colour), path, gap(), sentence);
        row.getStyleClass().add("found");
        row.setAccessibleRole(AccessibleRole.TEXT);
        row.setAccessibleText(found.path() + ": " + found.sentence());
        return row;
    }

    private void drawProfiles() {
        show(saved, !model.profiles().isEmpty());
        profiles.getChildren()
                .setAll(model.profiles().stream()
                        .limit(MOST_PROFILES)
                        .map(profile -> {
                            Hyperlink open = new Hyperlink(profile.name());
                            open.getStyleClass().addAll("data", "may-cut");
                            open.setTooltip(new Tooltip(profile.name()));
                            open.setOnAction(_ -> model.open(profile));
                            HBox row = new HBox(open, Doors.environment(words, profile.environment()));
                            row.getStyleClass().add("saved");
                            return row;
                        })
                        .toList());
    }

    private void chooseFile() {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("welcome.choose-file"));
        Optional.ofNullable(chooser.showOpenDialog(window())).map(File::toPath).ifPresent(model::dropped);
    }

    private void chooseFolder() {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(words.of("welcome.choose-folder"));
        Optional.ofNullable(chooser.showDialog(window())).map(File::toPath).ifPresent(model::dropped);
    }

    private @Nullable Window window() {
        return root.getScene() == null ? null : root.getScene().getWindow();
    }

    private void drop() {
        root.setOnDragOver(event -> {
            if (event.getDragboard().hasFiles()) {
                event.acceptTransferModes(TransferMode.COPY, TransferMode.LINK);
                event.consume();
            }
        });
        root.setOnDragDropped(event -> {
            List<File> files = event.getDragboard().getFiles();
            if (files != null && !files.isEmpty()) {
                model.dropped(files.getFirst().toPath());
                event.setDropCompleted(true);
                event.consume();
            }
        });
    }
}
