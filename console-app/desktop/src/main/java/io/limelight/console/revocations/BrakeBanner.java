package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Shapes;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Notices are held: why, and the two ways on. Takes no room while none are. */
final class BrakeBanner extends HBox {
    private final Words words;
    private final Label title = wrapped("", "semibold");
    private final Label why = wrapped("");
    private final AgeLabel age;
    private final Button release = new Button();
    private final Button discard = new Button();
    private final FlowPane acts = new FlowPane();

    /**
     * Hidden.
     *
     * @param decide asks for a confirmation: whether to release, and the button that was pressed
     */
    BrakeBanner(Words words, InstantSource clock, BiConsumer<Boolean, Node> decide) {
        this.words = words;
        this.age = new AgeLabel(clock, words).ago();
        getStyleClass().addAll("message", "warning", "brake");
        setId("brake");
        release.setId("brake-release");
        release.setMinWidth(Region.USE_PREF_SIZE);
        release.setOnAction(_ -> decide.accept(true, release));
        discard.setId("brake-discard");
        discard.setMinWidth(Region.USE_PREF_SIZE);
        discard.setOnAction(_ -> decide.accept(false, discard));
        acts.getStyleClass().add("verbs");
        acts.getChildren().addAll(release, discard);
        HBox head = new HBox(title, age);
        head.getStyleClass().add("told-cell");
        VBox text = new VBox(head, why, acts);
        text.getStyleClass().add("brake-text");
        HBox.setHgrow(text, Priority.ALWAYS);
        getChildren().addAll(Shapes.TRIANGLE.boxed("large", "warning"), text);
        Bits.show(this, false);
    }

    void show(Brake brake, boolean mayAct, boolean busy) {
        Bits.show(this, brake.engaged());
        if (!brake.engaged()) {
            return;
        }
        title.setText(words.of("revocations.brake.title", brake.held()));
        why.setText(words.of(
                "revocations.brake.why", brake.failing(), Math.max(1, brake.windowSeconds() / 60), brake.threshold()));
        age.setInstant(brake.since());
        release.setText(words.of("revocations.brake.release", brake.held()));
        discard.setText(words.of("revocations.brake.discard", brake.held()));
        Bits.show(acts, mayAct);
        release.setDisable(busy);
        discard.setDisable(busy);
    }
}
