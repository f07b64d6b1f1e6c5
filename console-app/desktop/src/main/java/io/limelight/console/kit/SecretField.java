package io.limelight.console.kit;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javafx.animation.PauseTransition;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Button;
import javafx.scene.control.PasswordField;
import javafx.scene.control.Skin;
import javafx.scene.control.Tooltip;
import javafx.scene.control.skin.TextFieldSkin;
import javafx.scene.input.Clipboard;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.util.Duration;

/**
 * A secret being typed: masked, shown for five seconds when asked, and when it is copied the clipboard is emptied after thirty seconds,
 * unless something else is in it by then. JavaFX draws from strings, so what is typed is in memory until it is collected; what leaves
 * this field is a {@link Value} that is wiped.
 */
public final class SecretField extends HBox {
    private static final Duration REVEALED = Duration.seconds(5);
    private static final Duration ON_CLIPBOARD = Duration.seconds(30);

    /** A secret that is wiped when closed. */
    public static final class Value implements AutoCloseable {
        private final char[] characters;

        Value(CharSequence source) {
            characters = new char[source.length()];
            for (int i = 0; i < characters.length; i++) {
                characters[i] = source.charAt(i);
            }
        }

        /** The very characters; not to be kept. */
        public char[] characters() {
            return characters;
        }

        /** In UTF-8, for the caller to close. */
        public SecretBytes utf8() {
            byte[] bytes = new byte[characters.length * 4];
            ByteBuffer encoded = ByteBuffer.wrap(bytes);
            // What is no character is replaced, as everywhere.
            StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .encode(CharBuffer.wrap(characters), encoded, true);
            byte[] exact = Arrays.copyOf(bytes, encoded.position());
            Arrays.fill(bytes, (byte) 0);
            return SecretBytes.adopt(exact);
        }

        /** Nothing was typed. */
        public boolean isEmpty() {
            return characters.length == 0;
        }

        @Override
        public void close() {
            Arrays.fill(characters, '\0');
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }

    private final Masked field = new Masked();
    private final BooleanProperty revealed = new SimpleBooleanProperty(this, "revealed");
    private final PauseTransition hide = new PauseTransition(REVEALED);
    private final PauseTransition wipe = new PauseTransition(ON_CLIPBOARD);

    /** Empty. Name it by {@link #setName} or a label with {@code setLabelFor(field.focusTarget())}. */
    public SecretField(Words words) {
        getStyleClass().add("secret-field");
        HBox.setHgrow(field, Priority.ALWAYS);
        field.setAccessibleText(words.of("kit.secret.name"));
        Button reveal = icon(Glyph.EYE, words.of("kit.secret.reveal"));
        reveal.setOnAction(event -> revealed.set(!revealed.get()));
        Button copy = icon(Glyph.COPY, words.of("kit.secret.copy"));
        copy.setOnAction(event -> {
            String secret = field.getText();
            Clip.put(secret);
            Clip.say(copy, words.of("kit.secret.copied"));
            wipe.setOnFinished(done -> {
                Clipboard clipboard = Clipboard.getSystemClipboard();
                if (secret.equals(clipboard.getString())) {
                    clipboard.clear();
                }
            });
            wipe.playFromStart();
        });
        copy.disableProperty().bind(field.textProperty().map(String::isEmpty));
        reveal.disableProperty().bind(field.textProperty().map(String::isEmpty));
        hide.setOnFinished(event -> revealed.set(false));
        revealed.subscribe(now -> {
            field.reveal(now);
            reveal.setGraphic((now ? Glyph.EYE_OFF : Glyph.EYE).icon("button-size"));
            String name = words.of(now ? "kit.secret.hide" : "kit.secret.reveal");
            reveal.setAccessibleText(name);
            reveal.setTooltip(new Tooltip(name));
            if (now) {
                hide.playFromStart();
            } else {
                hide.stop();
            }
        });
        getChildren().addAll(field, reveal, copy);
    }

    /** What is typed now, to be closed after use. */
    public Value value() {
        return new Value(field.getCharacters());
    }

    /** Whether nothing is typed. */
    public ObservableValue<Boolean> emptyProperty() {
        return field.textProperty().map(String::isEmpty);
    }

    /** Whether it can be read on the screen. */
    public BooleanProperty revealedProperty() {
        return revealed;
    }

    /** Forgets what was typed. */
    public void clear() {
        field.clear();
        revealed.set(false);
    }

    /** Says what it is for. */
    public void setName(String name) {
        field.setAccessibleText(name);
        field.setPromptText(name);
    }

    /** For labels and focus. */
    public PasswordField focusTarget() {
        return field;
    }

    /** Called on Enter. */
    public void onEnter(Runnable action) {
        field.setOnAction(event -> action.run());
    }

    private static Button icon(Glyph glyph, String name) {
        Button button = new Button(null, glyph.icon("button-size"));
        button.getStyleClass().addAll("flat", "icon-only");
        button.setAccessibleText(name);
        button.setTooltip(new Tooltip(name));
        return button;
    }

    /** A password field whose skin can be told to draw what it holds. */
    private static final class Masked extends PasswordField {
        private boolean plain;

        void reveal(boolean now) {
            if (plain == now) {
                return;
            }
            plain = now;
            int caret = getCaretPosition();
            // A skin draws its text when it is made or the text changes; the text must not change here.
            setSkin(createDefaultSkin());
            selectRange(caret, caret);
        }

        @Override
        protected Skin<?> createDefaultSkin() {
            return new TextFieldSkin(this) {
                @Override
                protected String maskText(String text) {
                    return plain ? text : super.maskText(text);
                }
            };
        }
    }
}
