package io.limelight.console.provision;

import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.kit.TextScale;
import io.limelight.console.provision.ProvisionRun.Phase;
import io.limelight.console.provision.ProvisionViewModel.Step;
import io.limelight.console.records.DraftStore;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.DoubleBinding;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** The wizard: its steps at the left, one of them beside, and what can be done below. */
public final class ProvisionPage implements Page {
    private final Words words;
    private final ProvisionViewModel model;
    private final Runnable leave;
    private final BorderPane root = new BorderPane();
    private final VBox rail = new VBox();
    private final StackPane body = new StackPane();
    private final ProblemView problem;
    private final Label title = new Label();
    private final MenuButton drafts = new MenuButton();
    private final Label notice = new Label();
    private final Label fault = new Label();
    private final Button template = new Button();
    private final Button back = new Button();
    private final Button cancel = new Button();
    private final Button retry = new Button();
    private final Button next = new Button();
    private final Map<Step, Node> pages = new EnumMap<>(Step.class);
    private final Map<Step, RailButton> railButtons = new EnumMap<>(Step.class);
    private boolean tried;

    /**
     * A page.
     *
     * @param leave where a person goes when the wizard is left; the draft stays
     */
    public ProvisionPage(Words words, ProvisionViewModel model, Runnable leave) {
        this.words = words;
        this.model = model;
        this.leave = leave;
        this.problem = new ProblemView(words);
        root.getStyleClass().add("provision-page");
        root.getStylesheets()
                .add(Objects.requireNonNull(ProvisionPage.class.getResource("provision.css"))
                        .toExternalForm());
        pages.put(Step.MACHINES, new MachinesStep(words, model).node());
        pages.put(Step.PAYLOAD, new PayloadStep(words, model).node());
        pages.put(Step.IDENTITY, new IdentityStep(words, model).node());
        pages.put(Step.POLICIES, new PoliciesStep(words, model).node());
        pages.put(Step.PLAN, new PlanStep(words, model).node());
        pages.put(Step.RUN, new RunStep(words, model).node());
        root.setTop(head());
        root.setLeft(rail());
        VBox middle = new VBox(problem, body);
        middle.getStyleClass().add("provision-middle");
        VBox.setVgrow(body, Priority.ALWAYS);
        root.setCenter(middle);
        root.setBottom(foot());
        root.addEventHandler(KeyEvent.KEY_PRESSED, event -> {
            // Nothing is asked: the draft is kept.
            if (event.getCode() == KeyCode.ESCAPE
                    && model.provisionRun().phaseProperty().get() != Phase.RUNNING) {
                event.consume();
                leave.run();
            }
        });
        bind();
    }

    private Node head() {
        title.getStyleClass().addAll("page-title", "may-cut");
        title.setMinWidth(0);
        notice.getStyleClass().addAll("muted", "text-small");
        drafts.setText(words.of("provision.drafts"));
        drafts.setId("provision-drafts");
        drafts.setGraphic(Glyph.BOOKMARK.icon("button-size"));
        drafts.setMinWidth(Region.USE_PREF_SIZE);
        HBox head = new HBox(title, notice, gap(), drafts);
        head.getStyleClass().addAll("page-head", "provision-head");
        return head;
    }

    private Node rail() {
        rail.getStyleClass().add("provision-rail");
        for (Step step : Step.values()) {
            RailButton button = new RailButton(step);
            railButtons.put(step, button);
            rail.getChildren().add(button);
        }
        return rail;
    }

    private Node foot() {
        fault.getStyleClass().add("fault");
        fault.setWrapText(true);
        fault.setMinHeight(Region.USE_PREF_SIZE);
        HBox.setHgrow(fault, Priority.ALWAYS);
        template.setText(words.of("provision.template"));
        template.setId("provision-template");
        template.getStyleClass().add("flat");
        template.setOnAction(_ -> {
            model.saveTemplate(model.choices().title());
            model.shown();
        });
        back.setText(words.of("provision.back"));
        back.setId("provision-back");
        back.setOnAction(_ -> model.back());
        cancel.setId("provision-cancel");
        cancel.setOnAction(_ -> {
            if (model.provisionRun().phaseProperty().get() == Phase.RUNNING) {
                model.provisionRun().cancel();
            } else {
                leave.run();
            }
        });
        retry.setId("provision-retry");
        retry.setGraphic(Glyph.REFRESH.icon("button-size"));
        retry.setOnAction(_ -> model.retryFailed());
        next.setId("provision-next");
        next.getStyleClass().add("accent");
        next.setOnAction(_ -> forward());
        for (Button button : java.util.List.of(template, back, cancel, retry, next)) {
            button.setMinWidth(Region.USE_PREF_SIZE);
        }
        HBox foot = new HBox(template, fault, gap(), back, cancel, retry, next);
        foot.getStyleClass().add("provision-foot");
        return foot;
    }

    private void forward() {
        switch (model.stepProperty().get()) {
            case PLAN -> model.run();
            case RUN -> leave.run();
            case MACHINES, PAYLOAD, IDENTITY, POLICIES -> {
                tried = true;
                model.next();
            }
        }
        draw();
    }

    private void bind() {
        model.stepProperty().subscribe(step -> {
            tried = false;
            boolean inside = focusIsHere();
            body.getChildren().setAll(pages.get(step));
            draw();
            if (inside) {
                // The button that was pressed may be gone or mean something else; go on where the step begins.
                Objects.requireNonNull(railButtons.get(step)).requestFocus();
            }
        });
        model.problemProperty().subscribe(said -> {
            show(problem, said.isPresent());
            said.ifPresentOrElse(problem::show, problem::clear);
        });
        model.noticeProperty().subscribe(text -> notice.setText(text));
        model.choices().chosenProperty().subscribe(_ -> draw());
        model.choices().modeProperty().subscribe(_ -> draw());
        model.choices().runtimeProperty().subscribe(_ -> draw());
        model.choices().bootProperty().subscribe(_ -> draw());
        for (ProvisionForm.Field field : ProvisionForm.Field.values()) {
            model.choices().text(field).subscribe(_ -> draw());
        }
        model.planProperty().subscribe(_ -> draw());
        model.planningProperty().subscribe(_ -> draw());
        model.provisionRun().phaseProperty().subscribe(_ -> draw());
        model.provisionRun().runs().addListener((ListChangeListener<MachineRun>) _ -> draw());
        model.drafts().addListener((ListChangeListener<DraftStore.Draft>) _ -> drawDrafts());
        drawDrafts();
    }

    private boolean focusIsHere() {
        Node owner = root.getScene() == null ? null : root.getScene().getFocusOwner();
        for (Node each = owner; each != null; each = each.getParent()) {
            if (each.equals(root)) {
                return true;
            }
        }
        return false;
    }

    private void drawDrafts() {
        drafts.getItems().clear();
        MenuItem fresh = new MenuItem(words.of("provision.drafts.new"), Glyph.PLUS.icon("button-size"));
        fresh.setOnAction(_ -> model.begin(java.util.List.of()));
        drafts.getItems().add(fresh);
        for (String kind : java.util.List.of(ProvisionViewModel.TEMPLATE, ProvisionViewModel.DRAFT)) {
            boolean first = true;
            for (DraftStore.Draft draft : model.drafts()) {
                if (draft.kind().equals(kind)) {
                    if (first) {
                        drafts.getItems().add(new SeparatorMenuItem());
                        first = false;
                    }
                    MenuItem item = new MenuItem(words.of(
                            kind.equals(ProvisionViewModel.TEMPLATE)
                                    ? "provision.drafts.template"
                                    : "provision.drafts.draft",
                            draft.name()));
                    item.setMnemonicParsing(false);
                    item.setOnAction(_ -> model.resume(draft));
                    drafts.getItems().add(item);
                }
            }
        }
    }

    private void draw() {
        Step step = model.stepProperty().get();
        Phase phase = model.provisionRun().phaseProperty().get();
        title.setText(model.choices().title());
        String wrong = model.choices().fault(step);
        fault.setText(tried ? wrong : "");
        show(fault, tried && !wrong.isEmpty());
        show(template, step != Step.RUN);
        show(back, step != Step.MACHINES && phase != Phase.RUNNING);
        int failed = model.provisionRun().count(MachineRun.State.FAILED)
                + model.provisionRun().count(MachineRun.State.CANCELLED);
        show(retry, step == Step.RUN && phase == Phase.OVER && failed > 0);
        retry.setText(words.of("provision.retry", failed));
        boolean running = phase == Phase.RUNNING;
        cancel.setText(words.of(running ? "provision.stop" : "provision.leave"));
        show(cancel, step != Step.RUN || running);
        int machines =
                model.planProperty().get().map(plan -> plan.machines().size()).orElse(0);
        next.setText(
                switch (step) {
                    case PLAN -> words.of("provision.run", machines);
                    case RUN -> words.of("provision.close");
                    case MACHINES, PAYLOAD, IDENTITY, POLICIES -> words.of("provision.next");
                });
        next.setGraphic(step == Step.PLAN ? Glyph.PLAY.icon("button-size") : null);
        next.setDisable(step == Step.PLAN && !model.ready());
        show(next, step != Step.RUN || !running);
        railButtons.values().forEach(RailButton::draw);
    }

    static void show(Node node, boolean shown) {
        node.setVisible(shown);
        node.setManaged(shown);
    }

    static Region gap() {
        Region gap = new Region();
        HBox.setHgrow(gap, Priority.ALWAYS);
        return gap;
    }

    static Label label(String text, String... classes) {
        Label label = new Label(text);
        label.getStyleClass().addAll(classes);
        return label;
    }

    static Label wrapped(String text, String... classes) {
        Label label = label(text, classes);
        label.setWrapText(true);
        label.setMinHeight(Region.USE_PREF_SIZE);
        return label;
    }

    static ScrollPane scrolled(Node content) {
        ScrollPane scroll = new ScrollPane(content);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.setFocusTraversable(false);
        scroll.getStyleClass().add("provision-scroll");
        return scroll;
    }

    static Button copy(Words words, Node beside, String what, String text) {
        Button button = new Button(null, Glyph.COPY.icon("button-size"));
        button.getStyleClass().addAll("flat", "icon-only");
        button.setAccessibleText(what);
        button.setTooltip(new javafx.scene.control.Tooltip(what));
        button.setOnAction(_ -> Clip.copy(words, beside, text));
        return button;
    }

    /** A step in the rail: its number or a tick, its name, and what was chosen in it. */
    private final class RailButton extends ToggleButton {
        /** Paddings of rail and button and the gap before the text, in pixels at 100 %. */
        private static final double AROUND_TEXT = 52;

        private final Step step;
        private final StackPane mark = new StackPane();
        private final Label name = new Label();
        private final Label detail = new Label();
        private final DoubleBinding scale;

        RailButton(Step step) {
            this.step = step;
            getStyleClass().add("rail-button");
            setId("step-" + step.key());
            setMaxWidth(Double.MAX_VALUE);
            name.setText(words.of("provision.step." + step.key()));
            name.getStyleClass().add("medium");
            name.setWrapText(true);
            name.setMinHeight(Region.USE_PREF_SIZE);
            detail.setWrapText(true);
            detail.setMinHeight(Region.USE_PREF_SIZE);
            detail.getStyleClass().addAll("muted", "text-small", "data");
            mark.getStyleClass().add("rail-mark");
            mark.setMinSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
            VBox text = new VBox(name, detail);
            HBox.setHgrow(text, Priority.ALWAYS);
            // Without a width of its own, text that wraps asks for the height it would have at no width at all.
            scale = TextScale.of(name);
            text.minWidthProperty()
                    .bind(Bindings.createDoubleBinding(
                            () -> Math.max(0, rail.getWidth() - mark.getWidth() - AROUND_TEXT * scale.get()),
                            rail.widthProperty(),
                            mark.widthProperty(),
                            scale));
            text.prefWidthProperty().bind(text.minWidthProperty());
            HBox content = new HBox(mark, text);
            content.getStyleClass().add("rail-content");
            setGraphic(content);
            setOnAction(_ -> {
                model.go(step);
                draw();
            });
        }

        void draw() {
            Step now = model.stepProperty().get();
            boolean done = step.place() < now.place() && model.choices().applies(step);
            setSelected(step == now);
            setDisable(step != now && !model.reachable(step));
            String said = detail();
            detail.setText(said);
            show(detail, !said.isEmpty());
            mark.getStyleClass().removeAll("done", "here");
            if (done) {
                mark.getStyleClass().add("done");
                StackPane tick = Shapes.TICK.boxed();
                mark.getChildren().setAll(tick);
            } else {
                if (step == now) {
                    mark.getStyleClass().add("here");
                }
                mark.getChildren().setAll(label(Integer.toString(step.place() + 1), "text-small"));
            }
            setAccessibleText(words.of(
                    "provision.step.accessible",
                    name.getText(),
                    words.of(
                            done
                                    ? "provision.rail.done"
                                    : step == now ? "provision.rail.here" : "provision.rail.ahead"),
                    said));
        }

        private String detail() {
            if (!model.choices().applies(step)) {
                return words.of("provision.rail.not-needed");
            }
            return switch (step) {
                case MACHINES ->
                    words.of(
                            "provision.rail.machines",
                            model.choices().chosenProperty().get().size());
                case PAYLOAD ->
                    model.choices()
                            .modeProperty()
                            .get()
                            .map(mode -> words.of(
                                    "provision.rail.mode." + mode.name().toLowerCase(java.util.Locale.ROOT)))
                            .orElse(words.of("provision.rail.mode.none"));
                case IDENTITY ->
                    last(model.choices().text(ProvisionForm.Field.CA).get());
                case POLICIES -> policies();
                case PLAN ->
                    words.of(
                            model.provisionRun().runs().isEmpty()
                                    ? "provision.rail.nothing-sent"
                                    : "provision.rail.confirmed");
                case RUN ->
                    model.provisionRun().runs().isEmpty()
                            ? ""
                            : words.of(
                                    "provision.rail.over",
                                    model.provisionRun().runs().stream()
                                            .filter(MachineRun::over)
                                            .count(),
                                    model.provisionRun().runs().size());
            };
        }

        private String policies() {
            return switch (model.choices().runtimeProperty().get()) {
                case NONE -> words.of("provision.rail.no-policy");
                case FILE ->
                    last(model.choices().text(ProvisionForm.Field.RUNTIME_FILE).get());
                case NAME ->
                    model.choices().text(ProvisionForm.Field.RUNTIME_NAME).get();
            };
        }

        private static String last(String path) {
            return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        }
    }

    @Override
    public String key() {
        return "provision";
    }

    @Override
    public Glyph glyph() {
        return Glyph.UPLOAD;
    }

    @Override
    public Node content() {
        return root;
    }

    @Override
    public void shown() {
        model.shown();
        Objects.requireNonNull(railButtons.get(model.stepProperty().get())).requestFocus();
    }

    @Override
    public void hidden() {
        model.hidden();
    }
}
