package io.limelight.console.notify;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import javafx.animation.PauseTransition;
import javafx.collections.ListChangeListener;
import javafx.geometry.Insets;
import javafx.geometry.Pos;
import javafx.scene.AccessibleRole;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The bell of the band, the list behind it, and what pops up. */
public final class NoticeBell {
    private static final javafx.util.Duration SHOWN = javafx.util.Duration.seconds(8);

    private final Words words;
    private final NotifyViewModel model;
    private final AlertsViewModel alerts;
    private final InstantSource clock;
    private final Consumer<Notice> go;
    private final Runnable mail;
    private final Button bell = new Button();
    private final Label count = new Label();
    private final VBox list = new VBox();
    private final VBox toast = new VBox();
    private final PauseTransition pause = new PauseTransition(SHOWN);

    /**
     * Of a window.
     *
     * @param go shows what a notice is about
     * @param mail opens where alerts by mail are set up
     */
    public NoticeBell(
            Words words,
            NotifyViewModel model,
            AlertsViewModel alerts,
            InstantSource clock,
            Consumer<Notice> go,
            Runnable mail) {
        this.words = words;
        this.model = model;
        this.alerts = alerts;
        this.clock = clock;
        this.go = go;
        this.mail = mail;
        count.getStyleClass().addAll("tiny-text", "danger-text");
        HBox face = new HBox(3, Glyph.BELL.icon(), count);
        face.setAlignment(Pos.CENTER);
        bell.setGraphic(face);
        bell.setId("band-bell");
        bell.getStyleClass().addAll("flat", "icon-only");
        bell.setMinWidth(Region.USE_PREF_SIZE);
        model.unreadProperty().subscribe(number -> {
            int unread = number.intValue();
            count.setText(unread == 0 ? "" : words.of("notify.count", unread));
            count.setManaged(unread > 0);
            count.setVisible(unread > 0);
            String name = words.of("notify.bell", unread);
            bell.setAccessibleText(name);
            bell.setTooltip(new Tooltip(name));
        });
        model.notices().addListener((ListChangeListener<Notice>) _ -> drawList());
        toast.setVisible(false);
        toast.setManaged(false);
        toast.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
        toast.getStyleClass().add("toast");
        toast.setAccessibleRole(AccessibleRole.TEXT);
        // Over the navigation's free end: pages have their verbs at the bottom right, and a click must not miss them.
        StackPane.setAlignment(toast, Pos.BOTTOM_LEFT);
        StackPane.setMargin(toast, new Insets(0, 0, 84, 10));
        toast.setOnMouseClicked(_ -> model.hideToast());
        pause.setOnFinished(_ -> model.hideToast());
        model.toastProperty().subscribe(shown -> shown.ifPresentOrElse(this::pop, this::hide));
        drawList();
    }

    /** For the band. */
    public Button bell() {
        return bell;
    }

    /** Over the window. */
    public Node toast() {
        return toast;
    }

    private void pop(Notice notice) {
        Label text = wrapped(notice.text(words));
        text.getStyleClass().add("medium");
        Label names = wrapped(notice.names(words));
        names.getStyleClass().addAll("muted", "data");
        Button show = new Button(words.of("notify.go"));
        show.setId("toast-go");
        show.getStyleClass().addAll("flat", "accent", "small");
        show.setMinWidth(Region.USE_PREF_SIZE);
        show.setOnAction(_ -> {
            model.hideToast();
            go.accept(notice);
        });
        VBox said = new VBox(2, text, names);
        said.getStyleClass().add("notice-said");
        HBox row = new HBox(10, shape(notice.kind()), said, show);
        row.setAlignment(Pos.CENTER_LEFT);
        toast.setAccessibleText(notice.text(words));
        toast.getChildren().setAll(row);
        toast.setManaged(true);
        toast.setVisible(true);
        toast.toFront();
        pause.playFromStart();
    }

    private void hide() {
        pause.stop();
        toast.setVisible(false);
        toast.setManaged(false);
    }

    private static Node shape(Occurrence.Kind kind) {
        return switch (kind) {
            case FAILED -> Shapes.OCTAGON_CROSS.boxed("danger");
            case REVOKED -> Shapes.RING_BAR.boxed("danger");
            case STALE, EXPIRING -> Shapes.RING_HANDS.boxed("warning");
            case CRL_OVERDUE, BRAKE_HELD -> Shapes.TRIANGLE.boxed("warning");
            case BRAKE_RELEASED -> Shapes.DISC_TICK.boxed("success");
            case BRAKE_DISCARDED, BRAKE_ENDED -> Shapes.DASH.boxed();
        };
    }

    /** The list, whether anything pops up, and alerts: for a dialog. */
    public Node list() {
        model.read();
        CheckBox quiet = new CheckBox(words.of("notify.do-not-disturb"));
        quiet.setId("notify-quiet");
        quiet.selectedProperty().bindBidirectional(model.doNotDisturbProperty());
        ScrollPane scroll = new ScrollPane(list);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.getStyleClass().add("notice-scroll");
        scroll.setFocusTraversable(false);
        VBox box = new VBox(14, quiet, scroll, alerts());
        box.getStyleClass().add("notice-box");
        return box;
    }

    private void drawList() {
        list.getChildren().clear();
        if (model.notices().isEmpty()) {
            Label none = wrapped(words.of("notify.none"));
            none.getStyleClass().add("muted");
            list.getChildren().add(none);
        }
        int place = 0;
        for (Notice notice : model.notices()) {
            Label text = wrapped(notice.text(words));
            Label names = wrapped(notice.names(words));
            names.getStyleClass().addAll("muted", "text-small", "data");
            VBox said = new VBox(2, text, names);
            HBox.setHgrow(said, Priority.ALWAYS);
            Label age = new Label(Ages.ago(words, Duration.between(notice.at(), clock.instant())));
            age.getStyleClass().add("age");
            age.setMinWidth(Region.USE_PREF_SIZE);
            Button show = new Button(words.of("notify.go"));
            show.setId("notice-go-" + place++);
            show.getStyleClass().addAll("flat", "accent", "small");
            show.setMinWidth(Region.USE_PREF_SIZE);
            show.setAccessibleText(show.getText() + ": " + text.getText());
            show.setOnAction(_ -> go.accept(notice));
            HBox row = new HBox(10, shape(notice.kind()), said, age, show);
            row.setAlignment(Pos.CENTER_LEFT);
            row.getStyleClass().add("ended-task");
            list.getChildren().add(row);
        }
    }

    private Node alerts() {
        Label title = new Label(words.of("notify.alerts"));
        title.getStyleClass().add("semibold");
        Label text = wrapped(words.of("notify.alerts.text"));
        text.getStyleClass().addAll("muted", "text-small");
        CheckBox on = new CheckBox(words.of("notify.alerts.on"));
        on.setId("alerts-on");
        on.selectedProperty().bindBidirectional(alerts.enabledProperty());
        TextField address = new TextField();
        address.setId("alerts-address");
        address.setAccessibleText(words.of("notify.alerts.address"));
        address.setPromptText(words.of("notify.alerts.prompt"));
        address.textProperty().bindBidirectional(alerts.addressProperty());
        HBox.setHgrow(address, Priority.ALWAYS);
        Button test = new Button(words.of("notify.alerts.test"), Glyph.SEND.icon("button-size"));
        test.setId("alerts-test");
        test.setMinWidth(Region.USE_PREF_SIZE);
        test.setOnAction(_ -> alerts.test());
        Label said = wrapped("");
        said.getStyleClass().addAll("muted", "data");
        said.textProperty().bind(alerts.saidProperty());
        ProblemView problem = new ProblemView(words);
        alerts.problemProperty().subscribe(why -> why.ifPresentOrElse(problem::show, problem::clear));
        Button byMail = new Button(words.of("notify.mail.open"), Glyph.SEND.icon("button-size"));
        byMail.setId("alerts-mail");
        byMail.setAccessibleText(words.of("notify.mail"));
        byMail.setOnAction(_ -> mail.run());
        return new VBox(8, title, text, on, new HBox(8, address, test), said, problem, byMail);
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }
}
