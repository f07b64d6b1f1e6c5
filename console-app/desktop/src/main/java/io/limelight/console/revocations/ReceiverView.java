package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.label;
import static io.limelight.console.revocations.Bits.show;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.words.Words;
import io.limelight.core.listen.NoticeReceiver;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** This console's receiver: how to start it, and what to write into the verifier's configuration. */
public final class ReceiverView {
    private final ReceiverViewModel model;
    private final Words words;
    private final VBox box = new VBox();
    private final Button start;
    private final Button stop;
    private final FlowPane form = new FlowPane();
    private final Label listening = wrapped("", "data");
    private final Label lines = label("", "mono", "data");
    private final HBox configuration = new HBox();
    private final ProblemView problem;

    /** Wired. */
    public ReceiverView(ReceiverViewModel model, Words words) {
        this.model = model;
        this.words = words;
        this.problem = new ProblemView(words);
        this.start = new Button(words.of("revocations.receiver.start"));
        this.stop = new Button(words.of("revocations.receiver.stop"));
        box.setId("receiver");
        box.getStyleClass().addAll("card", "channel-card");
        start.setId("receiver-start");
        start.getStyleClass().add("accent");
        start.setMinWidth(Region.USE_PREF_SIZE);
        start.setOnAction(_ -> model.start());
        stop.setId("receiver-stop");
        stop.setMinWidth(Region.USE_PREF_SIZE);
        stop.setOnAction(_ -> model.stop());
        ToggleGroup group = new ToggleGroup();
        RadioButton webhook = way("revocations.receiver.webhook", group, false);
        RadioButton bus = way("revocations.receiver.zeromq", group, true);
        form.getStyleClass().add("legend");
        form.getChildren()
                .addAll(
                        webhook,
                        bus,
                        field("revocations.receiver.address", model.addressProperty(), 14),
                        field("revocations.receiver.port", model.portProperty(), 5),
                        start);
        lines.setWrapText(true);
        lines.setMinHeight(Region.USE_PREF_SIZE);
        HBox.setHgrow(lines, Priority.ALWAYS);
        lines.setMaxWidth(Double.MAX_VALUE);
        configuration.getStyleClass().addAll("told-cell", "configuration");
        configuration
                .getChildren()
                .addAll(lines, Clip.button(words, words.of("revocations.receiver.lines"), lines::getText));
        box.getChildren()
                .addAll(
                        label(words.of("revocations.receiver.title"), "medium"),
                        wrapped(words.of("revocations.receiver.explain"), "muted"),
                        form,
                        listening,
                        configuration,
                        stop,
                        problem);
        model.runningProperty().subscribe(_ -> draw());
        model.busyProperty().subscribe(_ -> draw());
        model.portProperty().subscribe(_ -> draw());
        model.addressProperty().subscribe(_ -> draw());
        model.problemProperty().subscribe(why -> why.ifPresentOrElse(problem::show, problem::clear));
        draw();
    }

    private RadioButton way(String key, ToggleGroup group, boolean bus) {
        RadioButton button = new RadioButton(words.of(key));
        button.setToggleGroup(group);
        button.setSelected(model.zeroMqProperty().get() == bus);
        button.setOnAction(_ -> model.zeroMqProperty().set(bus));
        return button;
    }

    private Node field(String key, javafx.beans.property.StringProperty text, int columns) {
        TextField field = new TextField();
        field.setPrefColumnCount(columns);
        field.textProperty().bindBidirectional(text);
        field.setAccessibleText(words.of(key));
        Label name = Bits.whole(words.of(key), "muted");
        name.setLabelFor(field);
        HBox box = new HBox(name, field);
        box.getStyleClass().add("told-cell");
        return box;
    }

    private void draw() {
        Optional<NoticeInbox.Running> now = model.runningProperty().get();
        show(form, now.isEmpty());
        show(listening, now.isPresent());
        show(configuration, now.isPresent());
        show(stop, now.isPresent());
        start.setDisable(!model.ready());
        stop.setDisable(model.busyProperty().get());
        now.ifPresent(running -> {
            boolean webhook = running.way() == NoticeReceiver.Way.WEBHOOK;
            listening.setText(words.of(
                    webhook ? "revocations.receiver.webhook.on" : "revocations.receiver.zeromq.on",
                    running.address(),
                    Integer.toString(running.port()),
                    running.certificate().map(Object::toString).orElse("")));
            String host =
                    running.address().equals("0.0.0.0") || running.address().equals("::")
                            ? words.of("revocations.receiver.this-computer")
                            : running.address();
            lines.setText(
                    webhook
                            ? "[revocations]\nenabled_revocation_notifications = [\"agent\", \"webhook\"]\nwebhook_url ="
                                    + " https://" + host + ":" + running.port() + "/"
                            : "[revocations]\nenabled_revocation_notifications = [\"agent\", \"zeromq\"]\nzmq_ip = "
                                    + running.address() + "\nzmq_port = " + running.port());
        });
    }

    /** What is drawn. */
    public Node node() {
        return box;
    }
}
