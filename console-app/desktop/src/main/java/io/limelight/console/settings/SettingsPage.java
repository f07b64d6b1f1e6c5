package io.limelight.console.settings;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.settings.SettingsViewModel.Language;
import io.limelight.console.settings.SettingsViewModel.Look;
import io.limelight.console.settings.SettingsViewModel.Motion;
import io.limelight.console.settings.SettingsViewModel.Pace;
import io.limelight.console.settings.SettingsViewModel.StaleAfter;
import io.limelight.console.settings.SettingsViewModel.Tray;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.Property;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.controlsfx.control.PropertySheet;
import org.controlsfx.property.editor.AbstractPropertyEditor;
import org.controlsfx.property.editor.PropertyEditor;
import org.jspecify.annotations.Nullable;

/** Settings, in groups; each takes effect at once. */
public final class SettingsPage implements Page {
    private static final double STEP = 0.1;

    private final Words words;
    private final ScrollPane root;
    /** Held: it hears of its origin weakly. */
    private final Property<Double> scale;

    /**
     * Of these settings.
     *
     * @param keyboard shows which keys do what, and changes them
     */
    public SettingsPage(Words words, SettingsViewModel model, Runnable keyboard) {
        this.words = words;
        scale = model.scaleProperty().asObject();
        Node appearance = group(
                "appearance",
                choice("appearance", "look", model.lookProperty(), Look.values()),
                new Setting<>("appearance", "scale", Double.class, scale, this::scale),
                choice("appearance", "motion", model.motionProperty(), Motion.values()),
                choice("appearance", "language", model.languageProperty(), Language.values()));
        VBox watching = group(
                "watching",
                choice("watching", "pace", model.paceProperty(), Pace.values()),
                choice("watching", "stale", model.staleAfterProperty(), StaleAfter.values()),
                choice("watching", "tray", model.trayProperty(), Tray.values()));
        watching.getChildren().add(noTray(model));
        ProblemView problem = new ProblemView(words);
        model.problemProperty().subscribe(said -> {
            problem.setVisible(said.isPresent());
            problem.setManaged(said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
        });
        Button reset = new Button(words.of("settings.reset"));
        reset.setId("reset-settings");
        reset.setOnAction(_ -> model.reset());
        Label title = new Label(words.of("settings.title"));
        title.getStyleClass().add("page-title");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        HBox head = new HBox(title, gap, reset);
        head.getStyleClass().add("page-head");
        VBox page = new VBox(head, problem, appearance, watching, keys(keyboard));
        page.getStyleClass().addAll("page", "settings-page");
        root = new ScrollPane(page);
        root.getStylesheets()
                .add(java.util.Objects.requireNonNull(SettingsPage.class.getResource("settings.css"))
                        .toExternalForm());
        root.setFitToWidth(true);
        root.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        root.setFocusTraversable(false);
    }

    @Override
    public String key() {
        return "settings";
    }

    @Override
    public Glyph glyph() {
        return Glyph.SETTINGS;
    }

    @Override
    public Node content() {
        return root;
    }

    private Node noTray(SettingsViewModel model) {
        Label text = new Label(words.of("settings.tray.none"));
        text.setId("setting-no-tray");
        text.setWrapText(true);
        text.getStyleClass().add("muted");
        text.visibleProperty().bind(model.noTrayProperty());
        text.managedProperty().bind(model.noTrayProperty());
        return text;
    }

    private Node keys(Runnable keyboard) {
        Label title = new Label(words.of("settings.keys"));
        title.getStyleClass().add("card-title");
        Label text = new Label(words.of("settings.keys.text"));
        text.setWrapText(true);
        text.getStyleClass().add("muted");
        text.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(text, Priority.ALWAYS);
        Button open = new Button(words.of("settings.keys.open"), Glyph.COMMAND.icon("button-size"));
        open.setId("setting-keys");
        open.setMinWidth(Region.USE_PREF_SIZE);
        open.setOnAction(_ -> keyboard.run());
        HBox row = new HBox(16, text, open);
        row.setAlignment(Pos.CENTER_LEFT);
        VBox card = new VBox(title, row);
        card.getStyleClass().addAll("card", "card-body");
        return card;
    }

    private VBox group(String name, PropertySheet.Item... items) {
        PropertySheet sheet = new PropertySheet();
        sheet.setMode(PropertySheet.Mode.NAME);
        sheet.setModeSwitcherVisible(false);
        sheet.setSearchBoxVisible(false);
        sheet.setFocusTraversable(false);
        sheet.setAccessibleText(words.of("settings.group." + name));
        sheet.setPropertyEditorFactory(item -> ((Setting<?>) item).editor());
        sheet.getItems().setAll(items);
        Label title = new Label(words.of("settings.group." + name));
        title.getStyleClass().add("card-title");
        VBox card = new VBox(title, sheet);
        card.getStyleClass().addAll("card", "card-body");
        return card;
    }

    private <E extends Enum<E>> Setting<E> choice(String group, String name, Property<E> property, E[] values) {
        return new Setting<>(group, name, values[0].getDeclaringClass(), property, setting -> {
            ComboBox<E> box = new ComboBox<>();
            box.getItems().setAll(List.of(values));
            box.setMaxWidth(Double.MAX_VALUE);
            box.setId("setting-" + name);
            box.setAccessibleText(setting.getName());
            box.setConverter(new StringConverter<>() {
                @Override
                public String toString(@Nullable E value) {
                    return value == null ? "" : words.of("settings." + name + "." + SettingsViewModel.key(value));
                }

                @Override
                public @Nullable E fromString(String text) {
                    return null;
                }
            });
            box.valueProperty().bindBidirectional(property);
            return new AbstractPropertyEditor<>(setting, box) {
                @Override
                protected ObservableValue<E> getObservableValue() {
                    return box.valueProperty();
                }

                @Override
                public void setValue(E value) {
                    box.setValue(value);
                }
            };
        });
    }

    private PropertyEditor<Double> scale(Setting<Double> setting) {
        Slider slider = new Slider(0.8, 2, 1);
        slider.setBlockIncrement(STEP);
        slider.setMajorTickUnit(STEP);
        slider.setMinorTickCount(0);
        slider.setSnapToTicks(true);
        slider.setId("setting-scale");
        slider.setAccessibleText(setting.getName());
        HBox.setHgrow(slider, Priority.ALWAYS);
        Label percent = new Label();
        percent.getStyleClass().add("muted");
        percent.setMinWidth(Region.USE_PREF_SIZE);
        // While the thumb is dragged the page would grow under it: the size changes when it is let go.
        Property<Double> property = setting.property();
        slider.setValue(property.getValue());
        slider.valueProperty().subscribe(now -> {
            percent.setText(words.of("settings.percent", Math.round(now.doubleValue() * 100)));
            if (!slider.isValueChanging()) {
                property.setValue(rounded(now.doubleValue()));
            }
        });
        slider.valueChangingProperty().addListener((_, _, changing) -> {
            if (!changing) {
                property.setValue(rounded(slider.getValue()));
            }
        });
        property.addListener((_, _, now) -> slider.setValue(now));
        HBox box = new HBox(slider, percent);
        box.getStyleClass().add("setting-scale");
        return new AbstractPropertyEditor<>(setting, box) {
            @Override
            protected ObservableValue<Double> getObservableValue() {
                return slider.valueProperty().asObject();
            }

            @Override
            public void setValue(Double value) {
                slider.setValue(value);
            }
        };
    }

    private static double rounded(double scale) {
        return Math.round(scale * 10) / 10.0;
    }

    /** A setting as the sheet wants it. */
    private final class Setting<T> implements PropertySheet.Item {
        private final String group;
        private final String name;
        private final Class<T> type;
        private final Property<T> property;
        private final java.util.function.Function<Setting<T>, PropertyEditor<T>> making;

        Setting(
                String group,
                String name,
                Class<T> type,
                Property<T> property,
                java.util.function.Function<Setting<T>, PropertyEditor<T>> making) {
            this.group = group;
            this.name = name;
            this.type = type;
            this.property = property;
            this.making = making;
        }

        PropertyEditor<T> editor() {
            return making.apply(this);
        }

        Property<T> property() {
            return property;
        }

        @Override
        public Class<?> getType() {
            return type;
        }

        @Override
        public String getCategory() {
            return words.of("settings.group." + group);
        }

        @Override
        public String getName() {
            return words.of("settings." + name);
        }

        @Override
        public String getDescription() {
            return words.of("settings." + name + ".text");
        }

        @Override
        public Object getValue() {
            return property.getValue();
        }

        @Override
        public void setValue(Object value) {
            property.setValue(type.cast(value));
        }

        @Override
        public Optional<ObservableValue<? extends Object>> getObservableValue() {
            return Optional.of(property);
        }
    }
}
