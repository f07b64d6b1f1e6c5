package io.limelight.console.policies;

import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.PcrReading.Pcrs;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.boot.BootPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Reads the PCRs of a machine, lets a person choose among them, and keeps the policy under a name. */
final class PcrDialog {
    private final PoliciesViewModel list;
    private final TemplatesViewModel templates;
    private final PcrReading model;
    private final Words words;
    private final DialogHost host;
    private final Function<AgentId, String> names;
    private final Consumer<String> made;

    PcrDialog(
            PoliciesViewModel list,
            TemplatesViewModel templates,
            PcrReading model,
            Words words,
            DialogHost host,
            Function<AgentId, String> names,
            Consumer<String> made) {
        this.list = list;
        this.templates = templates;
        this.model = model;
        this.words = words;
        this.host = host;
        this.names = names;
        this.made = made;
    }

    void open(Node opener) {
        open(Optional.empty(), opener);
    }

    /** Opens it, and reads the PCRs of a machine at once. */
    void open(Optional<AgentId> machine, Node opener) {
        model.begin();
        Open dialog = new Open();
        machine.ifPresent(dialog.machine::setValue);
        host.show(words.of("policies.read.title.tpm"), dialog.box, dialog.machine, opener);
    }

    private final class Open {
        private final ComboBox<AgentId> machine = MachineChoice.of(list, words, names);
        private final TextField name = new TextField();
        private final VBox messages = new VBox();
        private final VBox values = new VBox();
        private final Button keep = Bits.button(words.of("policies.read.keep.tpm"), () -> {}, "accent");
        private final SortedMap<Integer, CheckBox> chosen = new TreeMap<>();
        private final VBox box;

        Open() {
            name.setId("read-name");
            keep.setId("read-keep");
            values.getStyleClass().add("pcr-choices");
            messages.getStyleClass().add("side-group");
            Button cancel = Bits.button(words.of("policies.cancel"), host::hide);
            cancel.setCancelButton(true);
            ScrollPane scroll = new ScrollPane(values);
            scroll.setFitToWidth(true);
            scroll.getStyleClass().add("pcr-scroll");
            HBox buttons = new HBox(Bits.gap(), cancel, keep);
            buttons.getStyleClass().add("dialog-buttons");
            box = new VBox(
                    Bits.wrapped(words.of("policies.read.explain.tpm")),
                    Bits.field(words.of("policies.create.machine"), machine, machine),
                    messages,
                    scroll,
                    Bits.field(words.of("policies.create.name"), name, name),
                    buttons);
            box.getStyleClass().add("policy-dialog");
            box.getStylesheets().add(Bits.sheet());
            machine.valueProperty().addListener((_, _, id) -> {
                if (id != null) {
                    model.recorded(id);
                }
            });
            name.textProperty().subscribe(_ -> judge());
            keep.setOnAction(_ -> keep());
            var reading = model.readProperty().subscribe(_ -> draw());
            box.sceneProperty().addListener((_, _, scene) -> {
                if (scene == null) {
                    reading.unsubscribe();
                }
            });
        }

        private List<Integer> pcrs() {
            return chosen.entrySet().stream()
                    .filter(each -> each.getValue().isSelected())
                    .map(java.util.Map.Entry::getKey)
                    .toList();
        }

        private void judge() {
            keep.setDisable(pcrs().isEmpty()
                    || CreateViewModel.refusal(name.getText().strip()).isPresent()
                    || templates
                            .useProperty()
                            .get()
                            .find(name.getText().strip())
                            .isPresent());
        }

        private void keep() {
            Optional<Pcrs> read = model.readProperty().get().got();
            if (read.isPresent()) {
                host.hide();
                templates.add(name.getText().strip(), read.get().content(pcrs()).text(), made);
            }
        }

        private void draw() {
            Loaded<Pcrs> now = model.readProperty().get();
            List<Node> said = new ArrayList<>();
            values.getChildren().clear();
            chosen.clear();
            if (now.loading()) {
                said.add(Bits.wrapped(words.of("policies.read.reading"), "muted"));
            }
            if (now.problem() != null) {
                said.add(ProblemView.of(words, now.problem()));
                AgentId id = machine.getValue();
                if (id != null) {
                    Button ask = Bits.button(words.of("policies.read.ask"), () -> model.fresh(id));
                    ask.setId("read-ask");
                    said.add(ask);
                }
            }
            now.got().ifPresent(read -> {
                Machine told = list.snapshot().byId().get(read.machine());
                said.add(Bits.wrapped(
                        words.of(
                                read.fresh() ? "policies.read.bank.fresh" : "policies.read.bank.recorded", read.bank()),
                        "muted"));
                if (told != null && told.standing() != MachineState.TRUSTED) {
                    said.add(warning("policies.read.untrusted"));
                }
                if (told != null && !told.bootPolicy().isEmpty()) {
                    said.add(warning("policies.read.boot-judges"));
                }
                read.values().forEach((pcr, value) -> {
                    boolean byLog =
                            told != null && !told.bootPolicy().isEmpty() && BootPolicy.MEASURED_BOOT_PCRS.contains(pcr);
                    choice(pcr, value, !byLog);
                });
            });
            messages.getChildren().setAll(said);
            judge();
        }

        private Node warning(String key) {
            HBox line = new HBox(io.limelight.console.kit.ShapeMark.warning("warning"), Bits.wrapped(words.of(key)));
            line.getStyleClass().addAll("message", "warning");
            return line;
        }

        private void choice(int pcr, String value, boolean on) {
            CheckBox box = new CheckBox(words.of("policies.pcr", pcr));
            box.setId("pcr-" + pcr);
            box.setSelected(on);
            box.setMinWidth(CheckBox.USE_PREF_SIZE);
            box.selectedProperty().subscribe(_ -> judge());
            chosen.put(pcr, box);
            HBox line = new HBox(box, Bits.cut(value, "mono", "data"));
            HBox.setHgrow(line.getChildren().get(1), Priority.ALWAYS);
            line.getStyleClass().add("pcr-line");
            values.getChildren().add(line);
        }
    }
}
