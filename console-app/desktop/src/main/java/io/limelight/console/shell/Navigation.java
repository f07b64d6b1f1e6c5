package io.limelight.console.shell;

import io.limelight.console.words.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.collections.MapChangeListener;
import javafx.scene.AccessibleRole;
import javafx.scene.control.ContentDisplay;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The pages, one below the other; settings at the bottom. Arrows go up and down. */
final class Navigation extends VBox {
    /** Pages of these keys stand at the bottom. */
    private static final List<String> AT_THE_BOTTOM = List.of("settings");

    private final Words words;
    private final ShellViewModel model;
    private final Map<String, ToggleButton> buttons = new LinkedHashMap<>();
    private final Map<String, Label> counts = new LinkedHashMap<>();

    Navigation(Words words, ShellViewModel model, List<Page> pages) {
        this.words = words;
        this.model = model;
        getStyleClass().add("navigation");
        setAccessibleRole(AccessibleRole.PARENT);
        setAccessibleText(words.of("shell.navigation"));
        ToggleGroup group = new ToggleGroup();
        pages.stream().filter(page -> !AT_THE_BOTTOM.contains(page.key())).forEach(page -> add(page, group));
        Region gap = new Region();
        VBox.setVgrow(gap, Priority.ALWAYS);
        getChildren().add(gap);
        pages.stream().filter(page -> AT_THE_BOTTOM.contains(page.key())).forEach(page -> add(page, group));
        model.counts().addListener((MapChangeListener<String, Integer>) change -> draw(change.getKey()));
        buttons.keySet().forEach(this::draw);
        model.pageProperty().subscribe(key -> {
            ToggleButton button = buttons.get(key);
            if (button == null) {
                group.selectToggle(null);
            } else {
                button.setSelected(true);
            }
        });
        addEventFilter(KeyEvent.KEY_PRESSED, this::arrows);
    }

    private void add(Page page, ToggleGroup group) {
        Label title = new Label(words.of(page.key() + ".title"));
        title.setMinWidth(0);
        title.getStyleClass().add("may-cut");
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        Label count = new Label();
        count.getStyleClass().add("count");
        count.setMinWidth(USE_PREF_SIZE);
        HBox content = new HBox(page.glyph().icon(), title, gap, count);
        content.getStyleClass().add("navigation-content");
        ToggleButton button = new ToggleButton(null, content);
        button.setContentDisplay(ContentDisplay.GRAPHIC_ONLY);
        button.getStyleClass().add("navigation-button");
        button.setId("navigation-" + page.key());
        button.setToggleGroup(group);
        button.setMaxWidth(Double.MAX_VALUE);
        content.prefWidthProperty().bind(button.widthProperty().subtract(20));
        button.setOnAction(event -> {
            // A chosen page stays chosen when it is chosen again.
            button.setSelected(true);
            model.pageProperty().set(page.key());
        });
        buttons.put(page.key(), button);
        counts.put(page.key(), count);
        getChildren().add(button);
    }

    private void draw(String key) {
        Label count = counts.get(key);
        ToggleButton button = buttons.get(key);
        if (count == null || button == null) {
            return;
        }
        int number = model.counts().getOrDefault(key, 0);
        count.setText(words.of("shell.count", number));
        count.setVisible(number > 0);
        count.setManaged(number > 0);
        String title = words.of(key + ".title");
        // A long title may be cut; the tooltip is not.
        button.setTooltip(new Tooltip(title));
        button.setAccessibleText(number > 0 ? words.of("shell.navigation.count", title, number) : title);
    }

    private void arrows(KeyEvent event) {
        if (event.getCode() != KeyCode.UP && event.getCode() != KeyCode.DOWN) {
            return;
        }
        List<ToggleButton> all = List.copyOf(buttons.values());
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).isFocused()) {
                int next = i + (event.getCode() == KeyCode.DOWN ? 1 : -1);
                if (next >= 0 && next < all.size()) {
                    all.get(next).requestFocus();
                }
                event.consume();
                return;
            }
        }
    }
}
