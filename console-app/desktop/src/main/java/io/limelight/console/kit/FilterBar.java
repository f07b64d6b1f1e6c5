package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.css.PseudoClass;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import org.controlsfx.control.textfield.AutoCompletionBinding;
import org.controlsfx.control.textfield.TextFields;
import org.jspecify.annotations.Nullable;

/**
 * One line that says what a list shows: chips that were taken, text being typed with a border that says whether it is understood,
 * completion, saved views. What a text means is the page's business: it sets {@link #validityProperty} and {@link #messageProperty}.
 */
public final class FilterBar extends HBox {
    private static final PseudoClass VALID = PseudoClass.getPseudoClass("valid");
    private static final PseudoClass INVALID = PseudoClass.getPseudoClass("invalid");
    private static final PseudoClass FOCUSED = PseudoClass.getPseudoClass("in-use");

    private final Words words;
    private final TextField field = new TextField();
    private final HBox chipBox = new HBox();
    private final Label message = new Label();
    private final Button clear = new Button(null, Glyph.CLEAR.icon("button-size"));
    private final MenuButton views = new MenuButton();
    private final HBox frame = new HBox();

    private final ObservableList<Chip> chips = FXCollections.observableArrayList();
    private final ObservableList<String> savedViews = FXCollections.observableArrayList();
    private final ObjectProperty<Validity> validity = new SimpleObjectProperty<>(this, "validity", Validity.EMPTY);
    private final StringProperty messageText = new SimpleStringProperty(this, "message", "");
    private Consumer<String> onView = name -> {};
    private Consumer<String> onForgetView = name -> {};
    private @Nullable Runnable onSaveView;
    private Runnable onEnter = () -> {};
    private @Nullable AutoCompletionBinding<String> completion;

    /** Empty. */
    public FilterBar(Words words) {
        this.words = words;
        getStyleClass().add("filter-bar");
        frame.getStyleClass().add("filter-frame");
        chipBox.getStyleClass().add("chips");
        chipBox.setMinWidth(0);
        field.setPromptText(words.of("kit.filter.prompt"));
        field.setAccessibleText(words.of("kit.filter.name"));
        field.setPrefColumnCount(8);
        HBox.setHgrow(field, Priority.ALWAYS);
        HBox.setHgrow(frame, Priority.ALWAYS);
        message.getStyleClass().addAll("filter-message", "may-cut");
        message.textProperty().bind(messageText);
        message.setMinWidth(0);
        message.tooltipProperty()
                .bind(messageText.map(text -> text.isEmpty() ? null : new Tooltip(text)));
        clear.getStyleClass().addAll("flat", "icon-only", "small");
        name(clear, words.of("kit.filter.clear"));
        clear.setOnAction(event -> clearAll());
        frame.getChildren().addAll(Glyph.FILTER.icon("muted"), chipBox, field, message, clear);

        views.setText(words.of("kit.filter.views"));
        views.setGraphic(Glyph.BOOKMARK.icon("button-size"));
        views.setMinWidth(USE_PREF_SIZE);
        views.setManaged(false);
        views.setVisible(false);
        getChildren().addAll(frame, views);

        chips.addListener((ListChangeListener<Chip>) change -> drawChips());
        savedViews.addListener((ListChangeListener<String>) change -> drawViews());
        validity.subscribe(this::drawValidity);
        field.focusedProperty().subscribe(focused -> frame.pseudoClassStateChanged(FOCUSED, focused));
        field.textProperty().subscribe(text -> drawClear());
        field.addEventFilter(KeyEvent.KEY_PRESSED, this::keys);
        drawClear();
    }

    /** What is typed and no chip yet. */
    public StringProperty textProperty() {
        return field.textProperty();
    }

    /** The chips, in their order; may be changed. */
    public ObservableList<Chip> chips() {
        return chips;
    }

    /** What is thought of it; set by the page. */
    public ObjectProperty<Validity> validityProperty() {
        return validity;
    }

    /** Said at the right: "41 match" or why it is not understood; set by the page. */
    public StringProperty messageProperty() {
        return messageText;
    }

    /** Whether it has the keyboard. */
    public ReadOnlyBooleanProperty typingProperty() {
        return field.focusedProperty();
    }

    /** Names of saved views; may be changed. */
    public ObservableList<String> savedViews() {
        return savedViews;
    }

    /** Called with a saved view's name when it is chosen, and when it is to be forgotten. */
    public void onView(Consumer<String> chosen, Consumer<String> forgotten) {
        onView = chosen;
        onForgetView = forgotten;
        drawViews();
    }

    /** Called when what is shown now is to be saved as a view. */
    public void onSaveView(Runnable save) {
        onSaveView = save;
        drawViews();
    }

    /** Called on Enter: usually makes chips of what is typed. */
    public void onEnter(Runnable action) {
        onEnter = action;
    }

    /** What may be meant by what was typed so far, the likeliest first. */
    public void setCompletions(Function<String, List<String>> completions) {
        AutoCompletionBinding<String> before = completion;
        if (before != null) {
            before.dispose();
        }
        AutoCompletionBinding<String> binding =
                TextFields.bindAutoCompletion(field, request -> completions.apply(request.getUserText()));
        binding.setDelay(0);
        binding.setHideOnEscape(true);
        binding.getAutoCompletionPopup().getStyleClass().add("completions");
        completion = binding;
    }

    /** Puts the keyboard here. */
    public void focusField() {
        field.requestFocus();
        field.end();
    }

    /** Adds something at the right, a menu for columns for instance. */
    public void addControl(Node control) {
        getChildren().add(control);
    }

    private void clearAll() {
        chips.clear();
        field.clear();
        field.requestFocus();
    }

    private void keys(KeyEvent event) {
        if (event.getCode() == KeyCode.BACK_SPACE && field.getText().isEmpty() && !chips.isEmpty()) {
            chips.removeLast();
            event.consume();
        } else if (event.getCode() == KeyCode.ENTER && !completing()) {
            onEnter.run();
            event.consume();
        } else if (event.getCode() == KeyCode.ESCAPE
                && !completing()
                && !field.getText().isEmpty()) {
            field.clear();
            event.consume();
        }
    }

    private boolean completing() {
        AutoCompletionBinding<String> binding = completion;
        return binding != null && binding.getAutoCompletionPopup().isShowing();
    }

    private void drawChips() {
        chipBox.getChildren().setAll(chips.stream().map(this::draw).toList());
        drawClear();
    }

    private Node draw(Chip chip) {
        Label text = new Label(chip.text());
        Button remove = new Button(null, Glyph.CLOSE.icon("tiny"));
        remove.getStyleClass().addAll("flat", "chip-remove");
        name(remove, words.of("kit.filter.remove", chip.text()));
        remove.setOnAction(event -> {
            chips.remove(chip);
            field.requestFocus();
        });
        HBox box = new HBox(text, remove);
        box.getStyleClass().add("chip");
        return box;
    }

    private void drawViews() {
        List<MenuItem> items = new java.util.ArrayList<>();
        for (String name : savedViews) {
            MenuItem item = new MenuItem(name);
            item.setMnemonicParsing(false);
            item.setOnAction(event -> onView.accept(name));
            items.add(item);
        }
        Runnable save = onSaveView;
        if (save != null) {
            if (!items.isEmpty()) {
                items.add(new SeparatorMenuItem());
            }
            MenuItem item = new MenuItem(words.of("kit.filter.save-view"), Glyph.PLUS.icon("button-size"));
            item.setOnAction(event -> save.run());
            items.add(item);
            for (String name : savedViews) {
                MenuItem forget =
                        new MenuItem(words.of("kit.filter.forget-view", name), Glyph.TRASH.icon("button-size"));
                forget.setMnemonicParsing(false);
                forget.setOnAction(event -> onForgetView.accept(name));
                items.add(forget);
            }
        }
        views.getItems().setAll(items);
        views.setVisible(!items.isEmpty());
        views.setManaged(!items.isEmpty());
    }

    private void drawValidity(Validity now) {
        frame.pseudoClassStateChanged(VALID, now == Validity.VALID);
        frame.pseudoClassStateChanged(INVALID, now == Validity.INVALID);
        message.pseudoClassStateChanged(INVALID, now == Validity.INVALID);
    }

    private void drawClear() {
        boolean something = !chips.isEmpty() || !field.getText().isEmpty();
        clear.setVisible(something);
        clear.setManaged(something);
        field.setPromptText(chips.isEmpty() ? words.of("kit.filter.prompt") : "");
    }

    /** What is typed, and all chips, as one text to give to a colleague. */
    public ObservableValue<String> wholeText() {
        return javafx.beans.binding.Bindings.createStringBinding(
                () -> java.util.stream.Stream.concat(
                                chips.stream().map(Chip::token), java.util.stream.Stream.of(field.getText()))
                        .filter(part -> !part.isBlank())
                        .collect(java.util.stream.Collectors.joining(" ")),
                chips,
                field.textProperty());
    }

    private static void name(Button button, String name) {
        button.setAccessibleText(name);
        button.setTooltip(new Tooltip(name));
    }
}
