package io.limelight.console.notify;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.Shapes;
import io.limelight.console.mail.MailSecurity;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import javafx.beans.property.StringProperty;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ChoiceBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;

/** Where mails go, by which server, and a test of it. */
public final class MailAlertsPane extends VBox {
    private final Words words;
    private final MailAlertsViewModel model;
    private final GridPane fields = new GridPane();
    private final CheckBox on;

    /** Of an open fleet. */
    public MailAlertsPane(Words words, MailAlertsViewModel model) {
        this.words = words;
        this.model = model;
        getStyleClass().add("notice-box");
        on = new CheckBox(words.of("notify.mail.on"));
        on.setId("mail-on");
        on.selectedProperty().bindBidirectional(model.enabledProperty());
        Label explain = wrapped(words.of("notify.mail.text"));
        explain.getStyleClass().addAll("muted", "text-small");
        ColumnConstraints names = new ColumnConstraints();
        names.setMinWidth(Region.USE_PREF_SIZE);
        ColumnConstraints values = new ColumnConstraints();
        values.setHgrow(Priority.ALWAYS);
        fields.getColumnConstraints().setAll(names, values);
        fields.setHgap(12);
        fields.setVgap(8);
        TextField host = text("mail-host", model.hostProperty(), "notify.mail.host", "notify.mail.host.prompt");
        TextField port = text("mail-port", model.portProperty(), "notify.mail.port", "");
        port.setPrefColumnCount(5);
        port.setMinWidth(Region.USE_PREF_SIZE);
        HBox.setHgrow(host, Priority.ALWAYS);
        row("notify.mail.host", new HBox(8, host, port));
        row("notify.mail.security", security());
        Node warning = warning();
        fields.add(warning, 1, fields.getRowCount());
        row("notify.mail.user", text("mail-user", model.userProperty(), "notify.mail.user", "notify.mail.user.prompt"));
        row("notify.mail.password", password());
        row("notify.mail.from", text("mail-from", model.fromProperty(), "notify.mail.from", "notify.mail.from.prompt"));
        row("notify.mail.to", text("mail-to", model.toProperty(), "notify.mail.to", "notify.mail.to.prompt"));
        Button test = new Button(words.of("notify.alerts.test"), Glyph.SEND.icon("button-size"));
        test.setId("mail-test");
        test.setMinWidth(Region.USE_PREF_SIZE);
        test.disableProperty().bind(model.busyProperty());
        test.setOnAction(_ -> model.test());
        Label said = wrapped("");
        said.setId("mail-said");
        said.getStyleClass().addAll("muted", "data");
        said.textProperty()
                .bind(model.busyProperty()
                        .flatMap(busy -> busy
                                ? new javafx.beans.property.SimpleStringProperty(words.of("notify.mail.sending"))
                                : model.saidProperty()));
        said.managedProperty().bind(said.textProperty().isNotEmpty());
        ProblemView problem = new ProblemView(words);
        model.problemProperty().subscribe(why -> why.ifPresentOrElse(problem::show, problem::clear));
        getChildren().setAll(explain, on, fields, new FlowPane(8, 8, test), said, problem);
        setSpacing(12);
    }

    /** For the dialog. */
    public Node focus() {
        return on;
    }

    private void row(String key, Node value) {
        Label name = new Label(words.of(key));
        name.getStyleClass().add("muted");
        int row = fields.getRowCount();
        fields.add(name, 0, row);
        fields.add(value, 1, row);
    }

    private TextField text(String id, StringProperty property, String name, String prompt) {
        TextField field = new TextField();
        field.setId(id);
        field.setAccessibleText(words.of(name));
        field.setPromptText(prompt.isEmpty() ? "" : words.of(prompt));
        field.textProperty().bindBidirectional(property);
        return field;
    }

    private Node security() {
        ChoiceBox<MailSecurity> choice = new ChoiceBox<>();
        choice.setId("mail-security");
        choice.setAccessibleText(words.of("notify.mail.security"));
        choice.getItems().setAll(MailSecurity.values());
        choice.setConverter(new StringConverter<>() {
            @Override
            public String toString(MailSecurity security) {
                return security == null ? "" : words.of("notify.mail.security." + security.key());
            }

            @Override
            public MailSecurity fromString(String text) {
                throw new UnsupportedOperationException("nobody types it");
            }
        });
        choice.valueProperty().bindBidirectional(model.securityProperty());
        return choice;
    }

    /** Without encryption whoever is on the way reads which machines failed. */
    private Node warning() {
        Label text = wrapped(words.of("notify.mail.in-clear"));
        HBox.setHgrow(text, Priority.ALWAYS);
        HBox box = new HBox(8, Shapes.TRIANGLE.boxed("warning"), text);
        box.getStyleClass().addAll("message", "warning");
        box.setId("mail-in-clear");
        box.visibleProperty().bind(model.securityProperty().map(MailSecurity.NONE::equals));
        box.managedProperty().bind(box.visibleProperty());
        return box;
    }

    private Node password() {
        SecretField field = new SecretField(words);
        field.setName(words.of("notify.mail.password"));
        field.focusTarget().setId("mail-password");
        Button keep = new Button(words.of("notify.mail.password.keep"));
        keep.setId("mail-keep");
        keep.setMinWidth(Region.USE_PREF_SIZE);
        Runnable act = () -> {
            try (SecretField.Value typed = field.value()) {
                model.keep(typed.utf8());
            }
            field.clear();
        };
        keep.setOnAction(_ -> act.run());
        field.onEnter(act);
        HBox.setHgrow(field, Priority.ALWAYS);
        return new HBox(8, field, keep);
    }

    private static Label wrapped(String text) {
        Label label = new Label(text);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }
}
