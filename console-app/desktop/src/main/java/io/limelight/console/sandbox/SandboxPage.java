package io.limelight.console.sandbox;

import io.limelight.console.kit.Clip;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.shell.Page;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** The sandbox's own page: what it is, its machines, and how to break them. */
public final class SandboxPage implements Page {
    private final ScrollPane content = new ScrollPane();

    /**
     * Of a running sandbox.
     *
     * @param showMachine opens a machine's detail
     * @param end ends it and shows where another fleet is chosen
     */
    public SandboxPage(SandboxViewModel model, Words words, Consumer<AgentId> showMachine, Runnable end) {
        Label title = new Label(words.of("sandbox.title"));
        title.getStyleClass().add("title-4");
        Label explain = new Label(words.of("sandbox.explain"));
        explain.setWrapText(true);
        explain.getStyleClass().add("muted");
        VBox machines = new VBox();
        machines.getStyleClass().add("card");
        model.machines()
                .forEach((id, name) -> machines.getChildren().add(machine(model, words, id, name, showMachine)));
        Label said = new Label();
        said.setId("sandbox-said");
        said.setWrapText(true);
        said.textProperty().bind(model.saidProperty());
        VBox message = new VBox(said);
        message.getStyleClass().addAll("message", "info");
        message.visibleProperty().bind(model.saidProperty().isNotEmpty());
        message.managedProperty().bind(message.visibleProperty());
        ProblemView problem = new ProblemView(words);
        model.problemProperty().subscribe(why -> {
            problem.setVisible(why.isPresent());
            problem.setManaged(why.isPresent());
            why.ifPresent(problem::show);
        });
        Button verifier = new Button();
        verifier.setId("sandbox-verifier");
        verifier.textProperty()
                .bind(Bindings.when(model.verifierKilledProperty())
                        .then(words.of("sandbox.verifier.restart"))
                        .otherwise(words.of("sandbox.verifier.kill")));
        verifier.setOnAction(_ -> model.toggleVerifier());
        Label verifierExplain = new Label(words.of("sandbox.verifier.explain"));
        verifierExplain.getStyleClass().add("muted");
        verifierExplain.setWrapText(true);
        HBox.setHgrow(verifierExplain, Priority.ALWAYS);
        verifierExplain.setMaxWidth(Double.MAX_VALUE);
        verifier.setMinWidth(Button.USE_PREF_SIZE);
        HBox verifierRow = new HBox(12, verifierExplain, verifier);
        Label endExplain = new Label(words.of("sandbox.end.explain"));
        endExplain.getStyleClass().add("muted");
        endExplain.setWrapText(true);
        HBox.setHgrow(endExplain, Priority.ALWAYS);
        endExplain.setMaxWidth(Double.MAX_VALUE);
        Button ending = new Button(words.of("sandbox.end"));
        ending.setId("sandbox-end");
        ending.setMinWidth(Button.USE_PREF_SIZE);
        ending.setOnAction(_ -> end.run());
        HBox endRow = new HBox(12, endExplain, ending);
        Label logs = new Label(model.logs());
        logs.getStyleClass().add("mono");
        logs.setMinWidth(0);
        HBox logsRow = new HBox(
                8,
                new Label(words.of("sandbox.logs")),
                logs,
                Clip.button(words, words.of("sandbox.logs"), model::logs));
        VBox page = new VBox(title, explain, message, problem, machines, verifierRow, endRow, logsRow);
        page.getStyleClass().add("page");
        page.setMaxWidth(980);
        content.setContent(page);
        content.setFitToWidth(true);
        content.setFocusTraversable(false);
    }

    private static Node machine(
            SandboxViewModel model, Words words, AgentId id, String name, Consumer<AgentId> showMachine) {
        Hyperlink link = new Hyperlink(name);
        link.setOnAction(_ -> showMachine.accept(id));
        Label idText = new Label(id.value());
        idText.getStyleClass().addAll("mono", "muted");
        idText.setMinWidth(0);
        VBox names = new VBox(link, idText);
        HBox.setHgrow(names, Priority.ALWAYS);
        names.setMinWidth(0);
        Button script = button(words, "sandbox.break", name, () -> model.breakMachine(id));
        script.setId("break-" + name);
        Button pcr = button(words, "sandbox.extend", name, () -> model.extendPcr(id));
        HBox row = new HBox(8, names, script, pcr);
        row.getStyleClass().add("card-head");
        return row;
    }

    private static Button button(Words words, String key, String machine, Runnable action) {
        Button button = new Button(words.of(key));
        button.setAccessibleText(words.of(key) + ", " + machine);
        button.setMinWidth(Button.USE_PREF_SIZE);
        button.setOnAction(_ -> action.run());
        return button;
    }

    @Override
    public String key() {
        return "sandbox";
    }

    @Override
    public Glyph glyph() {
        return Glyph.BOX;
    }

    @Override
    public Node content() {
        return content;
    }
}
