package io.limelight.console.shell;

import io.limelight.console.fleet.FleetSnapshot.Light.Status;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.keys.KeyText;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.problem.Problem;
import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.controlsfx.control.PopOver;
import org.jspecify.annotations.Nullable;

/** The top of the window: whose fleet this is, how its servers are, who we are; the way to everything; how it looks. */
final class Band extends VBox {
    private final Words words;
    private final ShellViewModel model;
    private final HBox lampBox = new HBox();
    private final HBox row = new HBox();

    /**
     * Where it leads to.
     *
     * @param textActions how large text is
     * @param keys of the window
     * @param palette opens it
     * @param help opens it
     */
    record Doors(List<ShellAction> textActions, KeyTable keys, Runnable palette, Runnable help) {}

    Band(Words words, Theme theme, ShellViewModel model, Doors doors) {
        this.words = words;
        this.model = model;
        getStyleClass().add("band");
        Region line = new Region();
        line.getStyleClass().add("environment-line");
        lampBox.getStyleClass().add("lamps");
        lampBox.setMinWidth(0);
        model.lamps().addListener((ListChangeListener<Lamp>) change -> drawLamps());
        drawLamps();
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Button help = icon(Glyph.HELP, words.of("shell.help"), doors.help());
        help.setId("band-help");
        row.getChildren()
                .addAll(
                        Mark.of(22),
                        profile(),
                        environment(),
                        lampBox,
                        gap,
                        search(doors),
                        pace(),
                        role(),
                        appearance(theme, doors),
                        help);
        row.getStyleClass().add("band-row");
        getChildren().addAll(line, row);
        model.environmentProperty().subscribe((before, now) -> {
            mark(before, false);
            mark(now, true);
        });
        mark(model.environmentProperty().get(), true);
    }

    private void mark(@Nullable Environment environment, boolean on) {
        if (environment != null) {
            String styleClass = "env-" + environment.key();
            getStyleClass().remove(styleClass);
            if (on) {
                getStyleClass().add(styleClass);
            }
        }
    }

    /** One more control, before the help. */
    void add(Node control) {
        row.getChildren().add(row.getChildren().size() - 1, control);
    }

    private Node profile() {
        MenuButton button = new MenuButton();
        button.setId("band-profile");
        button.setMnemonicParsing(false);
        button.getStyleClass().addAll("flat", "profile", "may-cut");
        button.textProperty()
                .bind(model.profileProperty().map(name -> name.isEmpty() ? words.of("shell.profile.none") : name));
        button.accessibleTextProperty().bind(model.profileProperty().map(name -> words.of("shell.profile.name", name)));
        button.setMinWidth(0);
        ListChangeListener<String> draw = change -> drawProfiles(button);
        model.profiles().addListener(draw);
        drawProfiles(button);
        return button;
    }

    private void drawProfiles(MenuButton button) {
        button.getItems()
                .setAll(model.profiles().stream()
                        .map(name -> {
                            MenuItem item = new MenuItem(name);
                            item.setMnemonicParsing(false);
                            item.setOnAction(event -> model.chooseProfile(name));
                            return item;
                        })
                        .toList());
        button.setDisable(button.getItems().isEmpty());
    }

    private Node environment() {
        Label word = new Label();
        word.getStyleClass().add("environment-word");
        word.setMinWidth(USE_PREF_SIZE);
        word.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> {
                            Environment now = model.environmentProperty().get();
                            return now == null ? "" : words.of("shell.environment." + now.key());
                        },
                        model.environmentProperty()));
        word.visibleProperty().bind(model.environmentProperty().isNotNull());
        word.managedProperty().bind(word.visibleProperty());
        return word;
    }

    private void drawLamps() {
        lampBox.getChildren().setAll(model.lamps().stream().map(this::draw).toList());
    }

    private Node draw(Lamp lamp) {
        String name = words.of("shell.lamp." + lamp.key());
        String status = words.of("shell.status." + lamp.status().name().toLowerCase(java.util.Locale.ROOT));
        Label word = new Label(name);
        word.setMinWidth(USE_PREF_SIZE);
        Label detail = new Label(lamp.status() == Status.UP && !lamp.detail().isEmpty() ? lamp.detail() : status);
        detail.getStyleClass().addAll("muted", "may-cut");
        detail.setMinWidth(0);
        HBox content = new HBox(
                switch (lamp.status()) {
                    case UP -> ShapeMark.passed("success");
                    case DOWN -> ShapeMark.failed("danger");
                    case UNKNOWN -> ShapeMark.unknown();
                },
                word,
                detail);
        content.getStyleClass().add("lamp");
        Problem problem = lamp.problem();
        if (problem == null) {
            content.setAccessibleText(words.of("shell.lamp.accessible", name, status));
            content.setId("lamp-" + lamp.key());
            return content;
        }
        Button button = new Button(null, content);
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.getStyleClass().addAll("flat", "lamp-button");
        button.setId("lamp-" + lamp.key());
        button.setAccessibleText(words.of("shell.lamp.accessible", name, status));
        button.setTooltip(new Tooltip(problem.whatHappened()));
        button.setOnAction(event -> {
            ProblemView view = ProblemView.of(words, problem);
            view.getStyleClass().add("popover-body");
            PopOver popOver = new PopOver(view);
            popOver.setArrowLocation(PopOver.ArrowLocation.TOP_LEFT);
            popOver.setTitle(name);
            popOver.show(button);
        });
        return button;
    }

    private Node search(Doors doors) {
        Label prompt = new Label(words.of("shell.palette.prompt"));
        prompt.getStyleClass().addAll("muted", "may-cut");
        prompt.setMinWidth(0);
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Label keys = new Label();
        KeyText text = new KeyText(words);
        doors.keys().versionProperty().subscribe(_ -> keys.setText(text.of(doors.keys(), KeyAct.PALETTE)));
        keys.visibleProperty().bind(keys.textProperty().isNotEmpty());
        keys.managedProperty().bind(keys.visibleProperty());
        keys.getStyleClass().add("keys");
        keys.setMinWidth(USE_PREF_SIZE);
        HBox content = new HBox(Glyph.SEARCH.icon("button-size"), prompt, gap, keys);
        content.getStyleClass().add("search-content");
        Button button = new Button(null, content);
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.setId("band-search");
        button.getStyleClass().add("search-button");
        button.setAccessibleText(words.of("shell.palette.open"));
        button.setOnAction(event -> doors.palette().run());
        content.prefWidthProperty().bind(button.widthProperty().subtract(24));
        return button;
    }

    private Node pace() {
        MenuButton button = new MenuButton();
        button.setId("band-pace");
        button.setGraphic(Glyph.ZAP.icon("button-size"));
        button.getStyleClass().addAll("flat");
        ToggleGroup group = new ToggleGroup();
        for (Duration pace : ShellViewModel.PACES) {
            RadioMenuItem item = new RadioMenuItem(word(pace));
            item.setToggleGroup(group);
            item.setUserData(pace);
            item.setOnAction(event -> model.choosePace(pace));
            button.getItems().add(item);
        }
        MenuItem now = new MenuItem(words.of("shell.pace.refresh"), Glyph.REFRESH.icon("button-size"));
        now.setAccelerator(null);
        now.setOnAction(event -> model.refresh());
        button.getItems().addAll(new SeparatorMenuItem(), now);
        button.setTooltip(new Tooltip());
        button.getTooltip().textProperty().bind(model.loadProperty().map(load -> words.of("shell.pace.tooltip", load)));
        model.paceProperty().subscribe(pace -> {
            button.setVisible(pace != null);
            button.setManaged(pace != null);
            if (pace != null) {
                button.setText(word(pace));
                button.setAccessibleText(words.of("shell.pace.name", word(pace)));
                group.getToggles().forEach(toggle -> toggle.setSelected(pace.equals(toggle.getUserData())));
            }
        });
        button.setMinWidth(USE_PREF_SIZE);
        return button;
    }

    private String word(Duration pace) {
        if (pace.isZero()) {
            return words.of("shell.pace.off");
        }
        return pace.compareTo(Duration.ofMinutes(1)) < 0
                ? words.of("shell.pace.seconds", pace.toSeconds())
                : words.of("shell.pace.minutes", pace.toMinutes());
    }

    private Node role() {
        Label role = new Label();
        role.getStyleClass().addAll("muted", "may-cut");
        role.textProperty().bind(model.roleProperty());
        role.visibleProperty().bind(model.roleProperty().isNotEmpty());
        role.managedProperty().bind(role.visibleProperty());
        return role;
    }

    private Node appearance(Theme theme, Doors doors) {
        MenuButton button = new MenuButton();
        button.setId("band-appearance");
        button.getStyleClass().addAll("flat", "icon-only");
        button.setAccessibleText(words.of("shell.appearance"));
        button.setTooltip(new Tooltip(words.of("shell.appearance")));
        ToggleGroup group = new ToggleGroup();
        for (Theme.Choice choice : Theme.Choice.values()) {
            RadioMenuItem item = new RadioMenuItem(words.of("shell.theme." + choice.key()));
            item.setToggleGroup(group);
            item.setSelected(theme.choiceProperty().get() == choice);
            item.setOnAction(event -> theme.choiceProperty().set(choice));
            theme.choiceProperty().subscribe(now -> item.setSelected(now == choice));
            button.getItems().add(item);
        }
        button.getItems().add(new SeparatorMenuItem());
        for (ShellAction action : doors.textActions()) {
            MenuItem item = new MenuItem(action.text());
            KeyAct.of(action.key())
                    .ifPresent(act -> doors.keys()
                            .versionProperty()
                            .subscribe(_ -> item.setAccelerator(doors.keys()
                                    .shown(act)
                                    .flatMap(WindowKeys::combination)
                                    .orElse(null))));
            item.setOnAction(event -> action.run().run());
            button.getItems().add(item);
        }
        theme.darkProperty().subscribe(dark -> button.setGraphic((dark ? Glyph.MOON : Glyph.SUN).icon()));
        return button;
    }

    private static Button icon(Glyph glyph, String name, Runnable action) {
        Button button = new Button(null, glyph.icon());
        button.getStyleClass().addAll("flat", "icon-only");
        button.setAccessibleText(name);
        button.setTooltip(new Tooltip(name));
        button.setOnAction(event -> action.run());
        return button;
    }
}
