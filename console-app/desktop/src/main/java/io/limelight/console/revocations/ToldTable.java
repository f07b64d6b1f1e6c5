package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.label;

import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.revocations.Notice.Outcome;
import io.limelight.console.revocations.NoticeDetail.Receipt;
import io.limelight.console.words.Words;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.stream.Collectors;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import org.jspecify.annotations.Nullable;

/** Who was told, with answer, time and actions. */
final class ToldTable extends TableView<ToldRow> {
    private static final double ROW = 32;
    private static final String PREFIX = "local_action_";

    private final Words words;
    private final DateTimeFormatter time;
    private final ObservableDoubleValue scale;

    ToldTable(Words words, ObservableDoubleValue scale) {
        this.words = words;
        this.scale = scale;
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", words.locale()).withZone(ZoneId.systemDefault());
        getStyleClass().add("told-table");
        setId("told-table");
        setAccessibleText(words.of("revocations.told.table"));
        setColumnResizePolicy(CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        fixedCellSizeProperty().bind(Bindings.createDoubleBinding(() -> Math.ceil(ROW * scale.get()), scale));
        column("machine", 90, 110, this::machine);
        column("answer", 110, 230, this::answer);
        column("when", 125, 125, this::when);
        column("actions", 150, 190, this::actions);
        setPlaceholder(label(words.of("revocations.told.nobody"), "muted"));
        setRowFactory(_ -> new TableRow<>() {
            @Override
            protected void updateItem(@Nullable ToldRow row, boolean empty) {
                super.updateItem(row, empty);
                setAccessibleText(
                        row == null || empty
                                ? null
                                : words.of(
                                        "revocations.told.row",
                                        row.name(),
                                        answerText(row),
                                        whenText(row),
                                        actionsText(row)));
            }
        });
    }

    @FunctionalInterface
    private interface Drawing {
        Node of(ToldRow row);
    }

    private void column(String key, double least, double width, Drawing drawing) {
        TableColumn<ToldRow, ToldRow> column = new TableColumn<>(words.of("revocations.told." + key));
        column.setId(key);
        TextScale.column(column, least, width, scale);
        column.setSortable(false);
        column.setReorderable(false);
        column.setCellValueFactory(row -> new ReadOnlyObjectWrapper<>(row.getValue()));
        column.setCellFactory(_ -> new TableCell<>() {
            @Override
            protected void updateItem(@Nullable ToldRow row, boolean empty) {
                super.updateItem(row, empty);
                setGraphic(row == null || empty ? null : drawing.of(row));
            }
        });
        getColumns().add(column);
    }

    private Node machine(ToldRow row) {
        Label name = label(row.name(), "may-cut", "data", "medium");
        if (row.delivery().channel() != Channel.Kind.AGENT) {
            name.setText(
                    words.of("revocations.channel." + row.delivery().channel().key()));
            name.getStyleClass().remove("data");
        }
        name.setTooltip(new Tooltip(row.delivery().receiver()));
        return name;
    }

    private Node answer(ToldRow row) {
        Node mark = row.blind() && row.delivery().outcome() == Outcome.DELIVERED
                ? Shapes.TRIANGLE.boxed("warning")
                : switch (row.delivery().outcome()) {
                    case DELIVERED -> Shapes.TICK.boxed("success");
                    case SENDING, WAITING -> Shapes.RING_HANDS.boxed("warning");
                    case UNKNOWN, EXPIRED -> Shapes.TRIANGLE.boxed("warning");
                    case REFUSED, DEAD -> Shapes.OCTAGON_CROSS.boxed("danger");
                    case GONE -> Shapes.DASH.boxed();
                };
        Label text = label(answerText(row), "may-cut", "data");
        text.setMinWidth(0);
        if (!row.delivery().detail().isEmpty()) {
            text.setTooltip(new Tooltip(row.delivery().detail()));
        }
        HBox box = new HBox(mark, text);
        box.getStyleClass().add("told-cell");
        return box;
    }

    String answerText(ToldRow row) {
        if (row.blind() && row.delivery().outcome() == Outcome.DELIVERED) {
            return words.of("revocations.outcome.blind");
        }
        String word = words.of(
                "revocations.outcome." + row.delivery().outcome().key(),
                row.delivery().tries());
        return row.delivery().detail().isEmpty() || row.delivery().outcome() == Outcome.DELIVERED
                ? word
                : words.of("revocations.outcome.because", word, row.delivery().detail());
    }

    private Node when(ToldRow row) {
        return label(whenText(row), "mono", "data", "may-cut");
    }

    String whenText(ToldRow row) {
        Instant next = row.delivery().nextTry();
        Instant changed = row.delivery().changed();
        if (row.delivery().outcome() == Outcome.WAITING && next != null) {
            return words.of("revocations.told.next", time.format(next).substring(0, 8));
        }
        return changed == null ? "\u2013" : time.format(changed);
    }

    private Node actions(ToldRow row) {
        String text = actionsText(row);
        Label shown = label(text, "may-cut", "data");
        shown.setMinWidth(0);
        if (row.receipt().isEmpty()) {
            shown.getStyleClass().add("muted");
            return shown;
        }
        Receipt receipt = row.receipt().get();
        Node mark = switch (receipt.result()) {
            case ACTED -> Shapes.TICK.boxed("success");
            case FAILED -> Shapes.OCTAGON_CROSS.boxed("danger");
            case NOTHING_RUN, OTHER -> Shapes.DASH.boxed();
        };
        shown.setTooltip(new Tooltip(text + "\n" + words.of("revocations.claim", row.name())));
        HBox box = new HBox(mark, shown);
        box.getStyleClass().add("told-cell");
        return box;
    }

    String actionsText(ToldRow row) {
        if (row.receipt().isEmpty()) {
            return row.delivery().channel() != Channel.Kind.AGENT
                    ? ""
                    : row.delivery().outcome() == Outcome.DELIVERED
                            ? words.of("revocations.receipt.unknown")
                            : words.of("revocations.receipt.none");
        }
        Receipt receipt = row.receipt().get();
        if (receipt.actions().isEmpty()) {
            return receipt.trouble().isEmpty()
                    ? words.of("revocations.result." + receipt.result().key())
                    : receipt.trouble();
        }
        // What did not succeed first: a narrow column shows it all the same.
        return receipt.actions().stream()
                .sorted(Comparator.comparing(NoticeDetail.Action::succeeded))
                .map(action -> action.succeeded()
                        ? shortName(action.name())
                        : words.of(
                                "revocations.action.failed",
                                shortName(action.name()),
                                action.exit() == null
                                        ? action.outcome()
                                        : action.exit().toString()))
                .collect(Collectors.joining(", "));
    }

    /** Without the prefix that all of them have. */
    private static String shortName(String name) {
        return name.startsWith(PREFIX) && name.length() > PREFIX.length() ? name.substring(PREFIX.length()) : name;
    }
}
