package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.checked;
import static io.limelight.console.revocations.Bits.label;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.Shapes;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The dialogs of the board: what becomes of held notices, a test, a notice to be verified. */
final class BoardDialogs {
    private static final int MOST_MACHINES = 500;

    private final RevocationsViewModel model;
    private final Supplier<VerifyViewModel> verifying;
    private final Supplier<List<AgentId>> machines;
    private final NoticeWords said;
    private final Words words;
    private final DialogHost host;

    BoardDialogs(
            RevocationsViewModel model,
            Supplier<VerifyViewModel> verifying,
            Supplier<List<AgentId>> machines,
            NoticeWords said,
            Words words,
            DialogHost host) {
        this.model = model;
        this.verifying = verifying;
        this.machines = machines;
        this.said = said;
        this.words = words;
        this.host = host;
    }

    /** Asks once more, with the number on the button. */
    void decide(boolean release, Node opener) {
        String key = release ? "revocations.brake.release" : "revocations.brake.discard";
        long held = model.brake().held();
        Button run = new Button(words.of(key, held));
        run.setId("brake-run");
        run.getStyleClass().add(release ? "accent" : "danger");
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setOnAction(_ -> {
            host.hide();
            if (release) {
                model.release();
            } else {
                model.discard();
            }
        });
        Button keep = close("revocations.brake.keep");
        HBox buttons = new HBox(
                CommandLine.of("limelight", "tenant", "-c", release ? "releaserevocations" : "discardrevocations")
                        .button(words),
                Bits.gap(),
                keep,
                run);
        buttons.getStyleClass().add("dialog-buttons");
        VBox box = box(
                wrapped(words.of(
                        release ? "revocations.brake.release.explain" : "revocations.brake.discard.explain", held)),
                buttons);
        host.show(
                words.of(release ? "revocations.brake.release.title" : "revocations.brake.discard.title"),
                box,
                keep,
                opener);
    }

    private Button close(String key) {
        Button close = new Button(words.of(key));
        close.setId("board-close");
        close.setCancelButton(true);
        close.setMinWidth(Region.USE_PREF_SIZE);
        close.setOnAction(_ -> host.hide());
        return close;
    }

    private static VBox box(Node... nodes) {
        VBox box = new VBox(nodes);
        box.getStyleClass().add("board-dialog");
        box.getStylesheets().add(Bits.sheet());
        return box;
    }

    /** "Send test notification". */
    void test(Node opener) {
        model.forgetTest();
        ComboBox<@Nullable AgentId> machine = new ComboBox<>();
        machine.setId("test-machine");
        machine.setMaxWidth(Double.MAX_VALUE);
        machine.getItems().add(null);
        machine.getItems().addAll(machines.get().stream().limit(MOST_MACHINES).toList());
        machine.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable AgentId id) {
                return id == null ? words.of("revocations.test.no-machine") : said.name(id.value());
            }

            @Override
            public @Nullable AgentId fromString(String text) {
                return null;
            }
        });
        machine.setAccessibleText(words.of("revocations.test.machine"));
        machine.getSelectionModel().select(0);
        Label name = label(words.of("revocations.test.machine"), "muted");
        name.setLabelFor(machine);
        VBox field = new VBox(name, machine);
        field.getStyleClass().add("field");
        VBox results = new VBox();
        results.getStyleClass().add("checks");
        results.setId("test-results");
        ProblemView problem = new ProblemView(words);
        Button run = new Button(words.of("revocations.test.run"));
        run.setId("test-run");
        run.getStyleClass().add("accent");
        run.setMinWidth(Region.USE_PREF_SIZE);
        run.setOnAction(_ -> model.test(Optional.ofNullable(machine.getValue())));
        Runnable settle = () -> run.setDisable(
                model.busyProperty().get() || (model.testable().isEmpty() && machine.getValue() == null));
        ListChangeListener<Channel.Tested> drawing = _ -> results.getChildren()
                .setAll(model.tested().stream().map(this::result).toList());
        var busy = model.busyProperty().subscribe(settle);
        var trouble = model.problemProperty().subscribe(said -> said.ifPresentOrElse(problem::show, problem::clear));
        model.tested().addListener(drawing);
        machine.valueProperty().subscribe(_ -> settle.run());
        Button close = close("revocations.close");
        HBox buttons = new HBox(
                CommandLine.of("limelight", "tenant", "-c", "testrevocation").button(words), Bits.gap(), close, run);
        buttons.getStyleClass().add("dialog-buttons");
        String ways = model.testable().isEmpty()
                ? words.of("revocations.test.none")
                : words.of(
                        "revocations.test.explain",
                        String.join(
                                ", ",
                                model.testable().stream()
                                        .map(way -> words.of("revocations.channel." + way.key()))
                                        .toList()));
        VBox box = box(wrapped(ways), field, results, problem, buttons);
        box.sceneProperty().subscribe((before, now) -> {
            // The overlay has let go of it.
            if (before != null && now == null) {
                busy.unsubscribe();
                trouble.unsubscribe();
                model.tested().removeListener(drawing);
            }
        });
        host.show(words.of("revocations.test.title"), box, close, opener);
    }

    private Node result(Channel.Tested tested) {
        String way = words.of("revocations.channel." + tested.kind().key());
        if (tested.delivered()) {
            return checked(Shapes.DISC_TICK, "success", words.of("revocations.test.delivered", way));
        }
        String why = tested.problem() != null ? tested.problem().whatHappened() : tested.detail();
        return checked(Shapes.OCTAGON_CROSS, "danger", words.of("revocations.test.not-delivered", way, why));
    }

    /** "Verify a notice…". */
    void verify(Node opener, java.time.InstantSource clock) {
        VerifyViewModel checking = verifying.get();
        VerifyDialog dialog = new VerifyDialog(checking, said, words, clock, host::hide);
        dialog.sceneProperty().subscribe((before, now) -> {
            if (before != null && now == null) {
                checking.close();
            }
        });
        host.show(words.of("revocations.verify.head"), dialog, dialog.focus(), opener);
    }
}
