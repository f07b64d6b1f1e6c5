package io.limelight.console.revocations;

import io.limelight.console.revocations.Notice.Outcome;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;

/** How many of a notice's receivers stand how, as one bar; the legend below it says it in words. */
final class TellBar {
    private final GridPane bar = new GridPane();

    TellBar(Notice notice) {
        bar.getStyleClass().add("tell-bar");
        long failed = Math.min(notice.said().failed(), notice.told());
        long open = notice.count(Outcome.WAITING) + notice.count(Outcome.SENDING);
        long lost = notice.receivers() - notice.told() - open;
        part(notice.told() - failed, notice.receivers(), "tell-good");
        part(failed, notice.receivers(), "tell-bad");
        part(open, notice.receivers(), "tell-open");
        part(lost, notice.receivers(), "tell-lost");
    }

    private void part(long count, long all, String styleClass) {
        if (count <= 0) {
            return;
        }
        Region region = new Region();
        region.getStyleClass().addAll("tell-part", styleClass);
        ColumnConstraints column = new ColumnConstraints();
        // A few among thousands are still seen.
        column.setPercentWidth(Math.max(1.0, 100.0 * count / all));
        column.setHgrow(Priority.ALWAYS);
        column.setFillWidth(true);
        List<ColumnConstraints> columns = new ArrayList<>(bar.getColumnConstraints());
        columns.add(column);
        bar.getColumnConstraints().setAll(columns);
        bar.addRow(0, region);
    }

    Node node() {
        return bar;
    }
}
