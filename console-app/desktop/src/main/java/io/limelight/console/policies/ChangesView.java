package io.limelight.console.policies;

import io.limelight.console.words.Words;
import io.limelight.core.policy.create.PolicyDifference;
import java.util.List;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** What makes one policy of another, line by line: removals before additions, name by name. */
final class ChangesView extends ListView<PolicyDifference> {
    private final Words words;

    ChangesView(Words words) {
        this.words = words;
        getStyleClass().add("changes");
        setAccessibleText(words.of("policies.changes"));
        setPlaceholder(Bits.wrapped(words.of("policies.changes.none"), "muted"));
        setCellFactory(_ -> new Cell());
    }

    void show(List<PolicyDifference> changes) {
        if (!getItems().equals(changes)) {
            getItems().setAll(changes);
        }
    }

    private final class Cell extends ListCell<PolicyDifference> {
        @Override
        protected void updateItem(@Nullable PolicyDifference change, boolean empty) {
            super.updateItem(change, empty);
            setText(null);
            getStyleClass().removeAll("line-added", "line-removed");
            if (change == null || empty) {
                setGraphic(null);
                setAccessibleText(null);
                return;
            }
            getStyleClass().add(change.added() ? "line-added" : "line-removed");
            Label sign = Bits.whole(change.added() ? "+" : "\u2212", "mono", "data");
            sign.getStyleClass().add(change.added() ? "success-text" : "danger-text");
            Label member = Bits.whole(
                    words.of("policies.member." + change.member().name().toLowerCase(java.util.Locale.ROOT)), "muted");
            boolean named = !change.name().isEmpty();
            Label name = Bits.cut(Bits.printable(named ? change.name() : change.value()), "mono", "data");
            HBox line = new HBox(sign, member, name);
            line.getStyleClass().add("change-line");
            if (named) {
                line.getChildren().add(Bits.cut(Bits.begin(change.value()), "mono", "muted", "data"));
            }
            line.setMinWidth(0);
            line.setPrefWidth(1);
            setGraphic(line);
            setAccessibleText(Bits.printable(change.line()));
        }
    }
}
