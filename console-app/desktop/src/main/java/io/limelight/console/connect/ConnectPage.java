package io.limelight.console.connect;

import static io.limelight.console.connect.Doors.gap;
import static io.limelight.console.connect.Doors.label;
import static io.limelight.console.connect.Doors.show;
import static io.limelight.console.connect.Doors.wrapped;

import io.limelight.console.connect.ConnectForm.Field;
import io.limelight.console.connect.ConnectForm.Way;
import io.limelight.console.connect.ConnectViewModel.Offer;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.StepList;
import io.limelight.console.profile.Environment;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.Endpoint;
import java.io.File;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The form at the left, the doctor at the right; below each other where there is no room. */
public final class ConnectPage implements Page {
    private static final double NARROW_IN_EM = 66;
    private static final double HALF = 50;

    private final Words words;
    private final ConnectViewModel model;
    private final Runnable back;
    private final GridPane body = new GridPane();
    private final VBox root = new VBox();
    private final ProblemView problem;
    private final Map<Field, Label> faults = new EnumMap<>(Field.class);
    private final Set<Field> visited = EnumSet.noneOf(Field.class);
    private final Map<Endpoint.Service, StepList> steps = new EnumMap<>(Endpoint.Service.class);
    private final VBox form = new VBox();
    private final VBox doctor = new VBox();
    private final SecretField passphrase;
    private boolean narrow;

    /**
     * A page.
     *
     * @param unlock asks for the vault's passphrase
     * @param back leaves the page
     */
    public ConnectPage(Words words, ConnectViewModel model, Runnable unlock, Runnable back) {
        this.words = words;
        this.model = model;
        this.back = back;
        this.problem = new ProblemView(words);
        this.passphrase = new SecretField(words);
        root.getStyleClass().add("connect-page");
        root.getStylesheets().add(Doors.sheet());
        body.getStyleClass().add("connect-body");
        fillForm();
        fillDoctor();
        VBox page = new VBox(head(), problem, body);
        page.getStyleClass().add("page");
        ScrollPane scroll = new ScrollPane(page);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        VBox.setVgrow(scroll, Priority.ALWAYS);
        root.getChildren().setAll(scroll, foot());
        arrange(false);
        root.widthProperty().addListener((_, _, width) -> {
            boolean now = width.doubleValue() < NARROW_IN_EM * em();
            if (now != narrow) {
                arrange(now);
            }
        });
        model.problemProperty().subscribe(said -> {
            show(problem, said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
            if (said.filter(each -> each.code().equals("records.vault-locked")).isPresent()) {
                unlock.run();
            }
        });
    }

    private double em() {
        Node any = form.getChildren().getFirst();
        return any instanceof Label title ? title.getFont().getSize() / 1.154 : 13;
    }

    @Override
    public String key() {
        return "connect";
    }

    @Override
    public Glyph glyph() {
        return Glyph.LINK;
    }

    @Override
    public Node content() {
        return root;
    }

    @Override
    public void shown() {
        Node name = form.lookup("#name");
        if (name != null) {
            name.requestFocus();
        }
    }

    @Override
    public void hidden() {
        model.cancel();
    }

    private Node head() {
        Button leave = new Button(null, Glyph.CHEVRON_LEFT.icon());
        leave.getStyleClass().addAll("flat", "icon-only");
        leave.setAccessibleText(words.of("connect.back"));
        leave.setTooltip(new Tooltip(words.of("connect.back")));
        leave.setOnAction(_ -> back.run());
        HBox head = new HBox(leave, label(words.of("connect.title"), "page-title"));
        head.getStyleClass().add("page-head");
        return head;
    }

    private void arrange(boolean below) {
        narrow = below;
        body.getChildren().clear();
        body.getColumnConstraints().clear();
        ColumnConstraints column = new ColumnConstraints();
        column.setHgrow(Priority.ALWAYS);
        column.setPercentWidth(below ? 2 * HALF : HALF);
        body.getColumnConstraints().add(column);
        body.add(form, 0, 0);
        if (below) {
            body.add(doctor, 0, 1);
        } else {
            ColumnConstraints second = new ColumnConstraints();
            second.setHgrow(Priority.ALWAYS);
            second.setPercentWidth(HALF);
            body.getColumnConstraints().add(second);
            body.add(doctor, 1, 0);
        }
    }

    // --- the form ---

    private void fillForm() {
        form.getStyleClass().addAll("card", "card-body", "connect-form");
        GridPane.setValignment(form, javafx.geometry.VPos.TOP);
        form.setMaxHeight(Region.USE_PREF_SIZE);
        VBox configuration = new VBox(field(Field.TENANT_CONF, Choose.FILE), field(Field.WORK_DIR, Choose.FOLDER));
        configuration.getStyleClass().add("fields");
        VBox typed = new VBox(
                pair(field(Field.VERIFIER_HOST, Choose.NOTHING), field(Field.VERIFIER_PORT, Choose.NOTHING)),
                pair(field(Field.REGISTRAR_HOST, Choose.NOTHING), field(Field.REGISTRAR_PORT, Choose.NOTHING)),
                field(Field.TLS_FOLDER, Choose.FOLDER),
                field(Field.CLIENT_KEY, Choose.FILE),
                field(Field.CLIENT_CERTIFICATE, Choose.FILE),
                field(Field.TRUSTED_CA, Choose.FILE));
        typed.getStyleClass().add("fields");
        model.form().wayProperty().subscribe(way -> {
            show(configuration, way == Way.CONFIGURATION);
            show(typed, way == Way.TYPED);
        });
        form.getChildren()
                .setAll(
                        label(words.of("connect.fleet"), "card-title"),
                        field(Field.NAME, Choose.NOTHING),
                        environment(),
                        label(words.of("connect.where"), "card-title"),
                        way(),
                        configuration,
                        typed,
                        passphrase());
        model.form().faultsProperty().subscribe(_ -> drawFaults());
    }

    private Node environment() {
        ComboBox<Environment> choice = new ComboBox<>();
        // A sandbox is started, not connected to.
        choice.getItems().setAll(Environment.PRODUCTION, Environment.STAGING, Environment.LAB);
        choice.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable Environment environment) {
                return environment == null ? "" : words.of("connect.environment." + environment.key());
            }

            @Override
            public @Nullable Environment fromString(String text) {
                return null;
            }
        });
        choice.valueProperty().bindBidirectional(model.form().environmentProperty());
        choice.setMaxWidth(Double.MAX_VALUE);
        choice.setId("environment");
        Label name = label(words.of("connect.environment"), "field-name");
        name.setLabelFor(choice);
        choice.setAccessibleText(name.getText());
        VBox box = new VBox(name, choice);
        box.getStyleClass().add("field");
        return box;
    }

    private Node way() {
        ToggleGroup group = new ToggleGroup();
        FlowPane ways = new FlowPane();
        ways.getStyleClass().add("door-acts");
        for (Way each : Way.values()) {
            RadioButton button = new RadioButton(words.of("connect.way." + each.key()));
            button.setToggleGroup(group);
            button.setId("way-" + each.key());
            button.setOnAction(_ -> model.form().wayProperty().set(each));
            model.form().wayProperty().subscribe(now -> button.setSelected(now == each));
            ways.getChildren().add(button);
        }
        return ways;
    }

    private static Node pair(Node wide, Node narrowOne) {
        HBox pair = new HBox(wide, narrowOne);
        pair.getStyleClass().add("pair");
        HBox.setHgrow(wide, Priority.ALWAYS);
        narrowOne.getStyleClass().add("port");
        return pair;
    }

    private enum Choose {
        NOTHING,
        FILE,
        FOLDER
    }

    private Node field(Field field, Choose choose) {
        TextField input = new TextField();
        input.setId(field.key());
        input.textProperty().bindBidirectional(model.form().text(field));
        String prompt = "connect.prompt." + field.key();
        String text = words.of(prompt);
        input.setPromptText(text.equals(prompt) ? "" : text);
        HBox.setHgrow(input, Priority.ALWAYS);
        Label name = label(words.of("connect.field." + field.key()), "field-name");
        name.setLabelFor(input);
        Label fault = wrapped("", "fault");
        faults.put(field, fault);
        show(fault, false);
        // What nobody has come to yet is not wrong.
        input.focusedProperty().subscribe(focused -> {
            if (!focused && input.getScene() != null && !input.getText().isEmpty()) {
                visited.add(field);
                drawFaults();
            }
        });
        HBox row = new HBox(input);
        row.getStyleClass().add("field-row");
        if (choose != Choose.NOTHING) {
            Button browse = new Button(null, (choose == Choose.FILE ? Glyph.FILE : Glyph.FOLDER).icon());
            browse.getStyleClass().addAll("icon-only", "browse");
            String what = words.of("connect.choose", name.getText());
            browse.setAccessibleText(what);
            browse.setTooltip(new Tooltip(what));
            browse.setOnAction(_ -> choose(choose, what)
                    .ifPresent(file -> model.form().text(field).set(file)));
            row.getChildren().add(browse);
        }
        VBox box = new VBox(name, row, fault);
        box.getStyleClass().add("field");
        return box;
    }

    private Optional<String> choose(Choose choose, String title) {
        Window window = root.getScene() == null ? null : root.getScene().getWindow();
        File file;
        if (choose == Choose.FILE) {
            FileChooser chooser = new FileChooser();
            chooser.setTitle(title);
            file = chooser.showOpenDialog(window);
        } else {
            DirectoryChooser chooser = new DirectoryChooser();
            chooser.setTitle(title);
            file = chooser.showDialog(window);
        }
        return Optional.ofNullable(file).map(File::getPath);
    }

    private void drawFaults() {
        Map<Field, String> wrong = model.form().faultsProperty().get();
        faults.forEach((field, label) -> {
            String text = visited.contains(field) ? wrong.getOrDefault(field, "") : "";
            label.setText(text);
            show(label, !text.isEmpty());
        });
    }

    private Node passphrase() {
        passphrase.setName(words.of("connect.passphrase"));
        Label name = label(words.of("connect.passphrase"), "field-name");
        name.setLabelFor(passphrase.focusTarget());
        CheckBox keep = new CheckBox(words.of("connect.passphrase.keep"));
        keep.setWrapText(true);
        keep.selectedProperty().bindBidirectional(model.keepPassphraseProperty());
        VBox box = new VBox(name, passphrase, keep);
        box.getStyleClass().add("field");
        passphrase.onEnter(this::examine);
        model.keyEncryptedProperty().subscribe(encrypted -> show(box, encrypted));
        return box;
    }

    private void examine() {
        if (!passphrase.emptyProperty().getValue()) {
            try (SecretField.Value typed = passphrase.value()) {
                model.passphrase(Typed.secret(typed));
            }
        }
        visited.addAll(EnumSet.allOf(Field.class));
        drawFaults();
        model.examine();
    }

    // --- the doctor ---

    private void fillDoctor() {
        doctor.getStyleClass().addAll("card", "card-body");
        doctor.setMaxHeight(Region.USE_PREF_SIZE);
        GridPane.setValignment(doctor, javafx.geometry.VPos.TOP);
        Label summary = wrapped("", "muted");
        Label old = wrapped(words.of("connect.outdated"), "warning-text");
        VBox lists = new VBox();
        lists.getStyleClass().add("fields");
        for (Endpoint.Service server : List.of(Endpoint.Service.VERIFIER, Endpoint.Service.REGISTRAR)) {
            StepList list = new StepList(words);
            steps.put(server, list);
            VBox part = new VBox(label(words.of("connect.server." + server.word()), "semibold"), list);
            lists.getChildren().add(part);
        }
        doctor.getChildren().setAll(label(words.of("connect.doctor"), "card-title"), summary, old, lists);
        Runnable draw = () -> {
            show(lists, !model.steps().isEmpty());
            summary.setText(summary());
            show(old, model.outdatedProperty().get());
            steps.forEach((server, list) -> list.steps()
                    .setAll(model.steps().stream()
                            .filter(row -> row.server() == server)
                            .map(this::step)
                            .toList()));
        };
        model.steps().addListener((ListChangeListener<DoctorRow>) _ -> draw.run());
        model.offerProperty().subscribe(_ -> draw.run());
        model.outdatedProperty().subscribe(_ -> draw.run());
    }

    private String summary() {
        if (model.examiningProperty().get()) {
            return words.of("connect.summary.running");
        }
        return model.diagnosisProperty()
                .get()
                .map(seen -> words.of(
                        !seen.complete()
                                ? "connect.summary.cancelled"
                                : seen.usable() ? "connect.summary.good" : "connect.summary.bad",
                        seen.findings().stream()
                                .filter(each -> each.status() == Finding.Status.FAILED)
                                .count()))
                .orElseGet(() -> words.of("connect.summary.nothing"));
    }

    private StepList.Step step(DoctorRow row) {
        String title = words.of("connect.check." + row.check().key());
        if (row.running()) {
            return new StepList.Step(row.id(), title, StepList.State.RUNNING, "", "");
        }
        return row.finding()
                .map(finding -> new StepList.Step(
                        row.id(),
                        title,
                        switch (finding.status()) {
                            case PASSED -> StepList.State.PASSED;
                            case WARNED -> StepList.State.WARNING;
                            case FAILED -> StepList.State.FAILED;
                            case SKIPPED -> StepList.State.SKIPPED;
                        },
                        // The failed step above says it all.
                        finding.needs().isPresent() ? "" : finding.seen(),
                        finding.file()
                                .filter(_ -> finding.status() == Finding.Status.FAILED)
                                .map(file -> words.of("connect.fix-file", finding.fix(), file.toString()))
                                .orElse(finding.fix())))
                .orElseGet(() -> StepList.Step.pending(row.id(), title));
    }

    // --- the foot ---

    private Node foot() {
        Button examine = new Button(words.of("connect.examine"));
        examine.setId("examine");
        examine.setOnAction(_ -> examine());
        Button stop = new Button(words.of("connect.stop"));
        stop.setId("stop");
        stop.setOnAction(_ -> model.cancel());
        Button connect = new Button(words.of("connect.connect"));
        connect.setId("connect");
        connect.setOnAction(_ -> model.connect());
        Button anyway = new Button(words.of("connect.anyway"));
        anyway.setId("connect-anyway");
        anyway.getStyleClass().addAll("danger", "button-outlined");
        anyway.setOnAction(_ -> model.connectAnyway());
        Label warning = wrapped(words.of("connect.anyway.warning"), "muted", "text-small");
        HBox.setHgrow(warning, Priority.ALWAYS);
        HBox foot = new HBox(warning, gap(), anyway, stop, examine, connect);
        foot.getStyleClass().add("connect-foot");
        for (Button button : List.of(examine, stop, connect, anyway)) {
            button.setMinWidth(Region.USE_PREF_SIZE);
        }
        model.offerProperty().subscribe(offer -> {
            show(stop, model.examiningProperty().get());
            show(examine, offer != Offer.WAIT);
            examine.setText(words.of(model.steps().isEmpty() ? "connect.examine" : "connect.examine-again"));
            connect.setDisable(offer != Offer.CONNECT);
            show(anyway, offer == Offer.MEND);
            show(warning, offer == Offer.MEND);
            examine.getStyleClass().remove("accent");
            connect.getStyleClass().remove("accent");
            (offer == Offer.CONNECT ? connect : examine).getStyleClass().add("accent");
        });
        return foot;
    }
}
