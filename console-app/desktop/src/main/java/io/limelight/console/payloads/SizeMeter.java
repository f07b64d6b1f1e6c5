package io.limelight.console.payloads;

import io.limelight.console.words.Words;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.VBox;

/** How much of a limit is taken, in words and as a bar. */
final class SizeMeter extends VBox {
    private final Words words;
    private final String key;
    private final Label what = Bits.label("", "medium");
    private final Label limit = Bits.label("", "muted", "text-small");
    private final ProgressBar bar = new ProgressBar(0);

    /** Of the keys {@code KEYsize}, {@code KEYknown}, {@code KEYassumed}, {@code KEYover}. */
    SizeMeter(Words words, String key) {
        this.words = words;
        this.key = key;
        getStyleClass().add("size-meter");
        bar.setMaxWidth(Double.MAX_VALUE);
        bar.setFocusTraversable(false);
        limit.setWrapText(true);
        limit.setMinHeight(USE_PREF_SIZE);
        limit.setMinWidth(0);
        what.setWrapText(true);
        what.setMinWidth(0);
        getChildren().addAll(what, bar, limit);
    }

    void show(long bytes, long most, boolean known) {
        boolean over = bytes > most;
        what.setText(words.of(key + "size", Bits.size(words, bytes)));
        limit.setText(
                over
                        ? words.of(key + "over", Bits.size(words, bytes - most), Bits.size(words, most))
                        : words.of(key + (known ? "known" : "assumed"), Bits.size(words, most)));
        limit.getStyleClass().setAll("label", over ? "danger-text" : "muted", "text-small");
        bar.setProgress(most <= 0 ? 1 : Math.min(1, bytes / (double) most));
        bar.getStyleClass().remove("over");
        if (over) {
            bar.getStyleClass().add("over");
        }
        bar.setAccessibleText(what.getText() + " " + limit.getText());
    }
}
