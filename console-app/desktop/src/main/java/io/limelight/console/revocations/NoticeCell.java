package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.label;

import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Shapes;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A notice in the list: machine and age, why, how many have it. */
final class NoticeCell extends ListCell<Notice> {
    private final Words words;
    private final NoticeWords said;
    private final StackPane shape = new StackPane();
    private final Label name = label("", "medium", "may-cut", "data");
    private final AgeLabel age;
    private final Label why = label("", "may-cut", "data");
    private final StackPane mark = new StackPane();
    private final Label told = label("", "caption", "muted", "may-cut");
    private final VBox box;

    NoticeCell(Words words, NoticeWords said, InstantSource clock) {
        this.words = words;
        this.said = said;
        this.age = new AgeLabel(clock, words).ago();
        age.getStyleClass().add("caption");
        name.setMinWidth(0);
        HBox first = new HBox(shape, name, Bits.gap(), age);
        first.getStyleClass().add("notice-first");
        HBox third = new HBox(mark, told);
        third.getStyleClass().add("notice-third");
        box = new VBox(first, why, third);
        box.getStyleClass().add("notice-cell");
        // As wide as the list: what is longer is cut, and whole in the detail.
        setPrefWidth(0);
        setGraphic(null);
    }

    @Override
    protected void updateItem(@Nullable Notice notice, boolean empty) {
        super.updateItem(notice, empty);
        if (notice == null || empty) {
            setGraphic(null);
            setAccessibleText(null);
            return;
        }
        String who = said.name(notice.machine());
        String reason = said.reason(notice);
        String have = said.told(notice);
        name.setText(who);
        why.setText(reason);
        told.setText(have);
        age.setInstant(notice.issued());
        shape.getChildren().setAll(shape(notice));
        mark.getChildren().setAll(mark(notice));
        setGraphic(box);
        setAccessibleText(words.of("revocations.row.accessible", who, reason, have));
    }

    static StackPane shape(Notice notice) {
        boolean revocation = notice.type().equals("revocation");
        StackPane shown = (revocation ? Shapes.RING_BAR : Shapes.DISC_I).boxed("state-shape");
        shown.getStyleClass().add(revocation ? "state-revoked" : "state-proving");
        return shown;
    }

    private static StackPane mark(Notice notice) {
        return switch (notice.state()) {
            case NEW, OPEN -> Shapes.RING_HANDS.boxed("small", "warning");
            case HELD -> Shapes.TRIANGLE.boxed("small", "warning");
            case DISCARDED -> Shapes.DASH.boxed("small");
            case UNVERIFIED -> Shapes.TRIANGLE.boxed("small", "warning");
            case RECEIVED -> Shapes.TICK.boxed("small", "success");
            case DONE ->
                notice.said().failed() > 0
                        ? Shapes.OCTAGON_CROSS.boxed("small", "danger")
                        : notice.told() == notice.receivers()
                                ? Shapes.TICK.boxed("small", "success")
                                : Shapes.TRIANGLE.boxed("small", "warning");
        };
    }
}
