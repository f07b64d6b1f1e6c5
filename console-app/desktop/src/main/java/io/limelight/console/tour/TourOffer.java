package io.limelight.console.tour;

import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** A card in the corner that offers the tour. It takes no keyboard from anybody and covers no more than itself. */
public final class TourOffer extends VBox {
    private static final Insets CORNER = new Insets(0, 20, 64, 0);

    /** Hidden until it is offered. */
    public TourOffer(Words words, TourViewModel model) {
        getStyleClass().add("tour-box");
        setId("tour-offer");
        setAccessibleRole(AccessibleRole.PARENT);
        Label text = new Label(words.of("tour.offer"));
        text.setWrapText(true);
        text.setMinHeight(Region.USE_PREF_SIZE);
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox said = new HBox(10, Glyph.COMPASS.icon(), text);
        Button later = button("tour-decline", words.of("tour.decline"), model::decline);
        Button take = button("tour-take", words.of("tour.take"), model::start);
        take.getStyleClass().add("accent");
        FlowPane verbs = new FlowPane(take, later);
        verbs.getStyleClass().add("verbs");
        getChildren().addAll(said, verbs);
        setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        StackPane.setAlignment(this, Pos.BOTTOM_RIGHT);
        StackPane.setMargin(this, CORNER);
        visibleProperty().bind(model.offeredProperty());
        managedProperty().bind(visibleProperty());
    }

    private static Button button(String id, String text, Runnable action) {
        Button button = new Button(text);
        button.setId(id);
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
    }
}
