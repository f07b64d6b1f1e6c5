package io.limelight.console.kit;

import javafx.beans.binding.Bindings;
import javafx.beans.binding.DoubleBinding;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.control.Labeled;
import javafx.scene.control.TableColumn;

/** How large text is drawn, as a factor of its usual size: for what a style sheet cannot size, columns of tables above all. */
public final class TextScale {
    /** Of body text at 100 %, in pixels. */
    private static final double USUAL = 13;

    private TextScale() {}

    /**
     * Read off a text of the usual size. Whoever sizes by it keeps the result.
     *
     * @param text part of the scene, body text
     */
    public static DoubleBinding of(Labeled text) {
        return Bindings.createDoubleBinding(() -> text.getFont().getSize() / USUAL, text.fontProperty());
    }

    /** Gives a column so many pixels at 100 %, and at other sizes of text in proportion. */
    public static void column(TableColumn<?, ?> column, double least, double usual, ObservableDoubleValue scale) {
        scale.subscribe(factor -> {
            column.setMinWidth(least * factor.doubleValue());
            column.setPrefWidth(usual * factor.doubleValue());
        });
    }
}
