package io.limelight.console.advice;

import io.limelight.console.kit.Clip;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** What to do, each with the door to it; a command line only beside it, to copy. */
public final class AdviceList extends VBox {
    /**
     * Of what can be done.
     *
     * @param doors those that are open
     */
    public AdviceList(Words words, List<Advice> all, Map<Door, Runnable> doors) {
        getStyleClass().addAll("numbered", "advice-list");
        for (int i = 0; i < all.size(); i++) {
            getChildren().add(row(words, i + 1, all.get(i), doors));
        }
    }

    private static HBox row(Words words, int number, Advice advice, Map<Door, Runnable> doors) {
        Label place = new Label(Integer.toString(number));
        place.getStyleClass().add("number");
        place.setMinWidth(Region.USE_PREF_SIZE);
        Label sentence = new Label(advice.sentence());
        sentence.setWrapText(true);
        HBox ways = new HBox();
        ways.getStyleClass().add("advice-ways");
        advice.door().ifPresent(door -> {
            Runnable open = doors.get(door);
            if (open != null) {
                Hyperlink link = new Hyperlink(words.of(door.nameKey()));
                link.setId("advice-" + door.name().toLowerCase(Locale.ROOT).replace('_', '-'));
                link.setOnAction(_ -> {
                    link.setVisited(false);
                    open.run();
                });
                link.setMinWidth(Region.USE_PREF_SIZE);
                ways.getChildren().add(link);
            }
        });
        advice.command().ifPresent(command -> {
            Label text = new Label(command.text());
            text.getStyleClass().addAll("mono", "muted", "text-small", "may-cut");
            // Beside a narrow list it is cut; what is copied is all of it. It must not make the page wider.
            text.setMinWidth(0);
            ways.getChildren().addAll(text, Clip.button(words, command.text(), command::text));
        });
        VBox said = new VBox(sentence);
        if (!ways.getChildren().isEmpty()) {
            said.getChildren().add(ways);
        }
        HBox.setHgrow(said, Priority.ALWAYS);
        HBox row = new HBox(place, said);
        row.getStyleClass().add("numbered-row");
        return row;
    }
}
