package io.limelight.console.policies;

import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.ShapeMark;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.CreateViewModel.Source;
import io.limelight.console.policies.EditorViewModel.Opened;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.PolicyKind;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.sign.PolicySigner;
import java.io.File;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.DatePicker;
import javafx.scene.control.Label;
import javafx.scene.control.RadioButton;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The dialogs of policies. Each says on its button what it will do to what. */
final class PolicyDialogs {
    private static final int WINDOW_DAYS = 14;

    private final PoliciesViewModel list;
    private final EditorViewModel editor;
    private final DryRunViewModel dryRun;
    private final CreateViewModel create;
    private final Words words;
    private final DialogHost host;
    private final Function<AgentId, String> names;
    private final Executor work;
    private final Executor screen;

    PolicyDialogs(
            PoliciesViewModel list,
            EditorViewModel editor,
            DryRunViewModel dryRun,
            CreateViewModel create,
            Words words,
            DialogHost host,
            Function<AgentId, String> names,
            Executor work,
            Executor screen) {
        this.list = list;
        this.editor = editor;
        this.dryRun = dryRun;
        this.create = create;
        this.words = words;
        this.host = host;
        this.names = names;
        this.work = work;
        this.screen = screen;
    }

    private VBox box(Node... parts) {
        VBox box = new VBox(parts);
        box.getStyleClass().add("policy-dialog");
        // A dialog floats above the page and is no part of it.
        box.getStylesheets().add(Bits.sheet());
        return box;
    }

    private HBox buttons(Button act) {
        Button cancel = Bits.button(words.of("policies.cancel"), host::hide);
        cancel.setCancelButton(true);
        HBox buttons = new HBox(Bits.gap(), cancel, act);
        buttons.getStyleClass().add("dialog-buttons");
        return buttons;
    }

    // --- a path ---

    void addPath(Node opener) {
        TextField path = new TextField();
        path.setId("new-path");
        path.getStyleClass().add("mono");
        TextField digest = new TextField();
        digest.setId("new-digest");
        digest.getStyleClass().add("mono");
        Label fault = Bits.wrapped("", "fault");
        Button add = Bits.button(words.of("policies.add.do"), () -> {}, "accent");
        add.setDefaultButton(true);
        Runnable judge = () -> {
            Optional<String> refusal =
                    editor.refusal(path.getText().strip(), digest.getText().strip());
            add.setDisable(refusal.isPresent());
            boolean typed = !path.getText().isEmpty() && !digest.getText().isEmpty();
            fault.setText(typed ? refusal.map(words::of).orElse("") : "");
        };
        path.textProperty().subscribe(_ -> judge.run());
        digest.textProperty().subscribe(_ -> judge.run());
        add.setOnAction(_ -> {
            host.hide();
            editor.step(List.of(PolicyDifference.toAdd(
                    Member.DIGESTS, path.getText().strip(), digest.getText().strip())));
        });
        host.show(
                words.of("policies.add-path"),
                box(
                        Bits.field(words.of("policies.add.path"), path, path),
                        Bits.field(words.of("policies.add.digest"), digest, digest),
                        fault,
                        buttons(add)),
                path,
                opener);
    }

    // --- sending ---

    /** What it will do, whether it was tried, and how it is signed. */
    void send(PolicyRow row, Node opener) {
        Opened as = editor.openedProperty().get();
        EditedPolicy now = editor.policyProperty().get();
        if (as == null || now == null) {
            return;
        }
        List<Node> parts = new ArrayList<>();
        parts.add(Bits.wrapped(words.of(
                as.fresh() ? "policies.send.fresh" : "policies.send.replace",
                row.machines(),
                now.changes().size())));
        DryRunReport report = dryRun.reportProperty().get();
        if (report == null) {
            Button first = Bits.button(words.of("policies.dry-run"), () -> {
                host.hide();
                dryRun.run(as.name(), textOf(now), list.users(row));
            });
            first.setId("dry-run-first");
            Label text = Bits.wrapped(words.of("policies.send.untried"));
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox line = new HBox(ShapeMark.warning("warning"), text, first);
            line.getStyleClass().addAll("message", "warning", "with-act");
            if (row.machines() > 0) {
                parts.add(line);
            }
        } else {
            boolean bad = !report.fail().isEmpty();
            Label text = Bits.wrapped(words.of(
                    "policies.send.tried",
                    report.machines(),
                    report.fail().size(),
                    report.recover().size()));
            HBox line = new HBox(bad ? ShapeMark.failed("danger") : ShapeMark.tick("success"), text);
            line.getStyleClass().addAll("message", bad ? "danger" : "success");
            parts.add(line);
        }
        ChangesView changes = new ChangesView(words);
        changes.show(now.changes());
        changes.setPrefHeight(130);
        parts.add(changes);
        CheckBox sign = new CheckBox(words.of("policies.sign"));
        sign.setId("sign-policy");
        TextField key = new TextField();
        key.setId("sign-key");
        key.getStyleClass().add("mono");
        HBox.setHgrow(key, Priority.ALWAYS);
        Button browse = Bits.button(words.of("policies.choose"), () -> chooseFile(opener, key));
        HBox keyLine = new HBox(key, browse);
        keyLine.getStyleClass().add("field-row");
        SecretField password = new SecretField(words);
        password.setName(words.of("policies.sign.password"));
        VBox signing = new VBox(
                Bits.field(words.of("policies.sign.key"), keyLine, key),
                Bits.field(words.of("policies.sign.password"), password, password.focusTarget()),
                Bits.wrapped(words.of("policies.sign.explain"), "muted"));
        signing.getStyleClass().add("signing");
        signing.visibleProperty().bind(sign.selectedProperty());
        signing.managedProperty().bind(sign.selectedProperty());
        VBox problem = new VBox();
        Button act = Bits.button(words.of("policies.send.do", Bits.printable(as.name())), () -> {}, "accent");
        act.setId("send-now");
        act.setMinWidth(0);
        act.disableProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> sign.isSelected() && key.getText().isBlank(),
                        sign.selectedProperty(),
                        key.textProperty()));
        act.setOnAction(_ -> {
            if (!sign.isSelected()) {
                host.hide();
                sent(null);
                return;
            }
            SecretField.Value secret = password.value();
            Path file = Path.of(key.getText().strip());
            work.execute(() -> {
                try {
                    PolicySigner signer = new SigningKeys(words).read(file, secret);
                    screen.execute(() -> {
                        password.clear();
                        host.hide();
                        sent(signer);
                    });
                } catch (ProblemException e) {
                    screen.execute(() -> problem.getChildren().setAll(ProblemView.of(words, e.problem())));
                }
            });
        });
        parts.addAll(List.of(sign, signing, problem));
        HBox buttons = buttons(act);
        parts.add(buttons);
        host.show(
                words.of("policies.send.title", Bits.printable(as.name())),
                box(parts.toArray(Node[]::new)),
                buttons.getChildren().get(1),
                opener);
    }

    private void sent(@Nullable PolicySigner signer) {
        Opened as = editor.openedProperty().get();
        editor.save(signer, () -> {
            dryRun.forget();
            if (as != null) {
                list.forget(PolicyRow.Kind.RUNTIME.key() + " " + as.name());
            }
        });
    }

    /** The draft as it would be sent, made where it takes its time. */
    DryRunViewModel.Text textOf(EditedPolicy policy) {
        return () -> {
            try {
                return policy.text(java.time.LocalDateTime.now(java.time.ZoneId.systemDefault()));
            } catch (io.limelight.core.policy.create.PolicySourceException e) {
                throw io.limelight.console.problem.Problems.thrown(words, "policies.unwritable", e, "");
            }
        };
    }

    private void chooseFile(Node opener, TextField into) {
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("policies.choose"));
        File file = chooser.showOpenDialog(opener.getScene().getWindow());
        if (file != null) {
            into.setText(file.toString());
        }
    }

    private void chooseFolder(Node opener, TextField into) {
        DirectoryChooser chooser = new DirectoryChooser();
        chooser.setTitle(words.of("policies.choose"));
        File file = chooser.showDialog(opener.getScene().getWindow());
        if (file != null) {
            into.setText(file.toString());
        }
    }

    // --- making one ---

    private enum From {
        MACHINE,
        FILE,
        FOLDER,
        PACKAGES,
        NOTHING;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    void create(Node opener) {
        create.begin();
        TextField name = new TextField();
        name.setId("new-policy-name");
        Label fault = Bits.wrapped("", "fault");
        ToggleGroup group = new ToggleGroup();
        VBox choices = new VBox();
        choices.getStyleClass().add("choices");
        for (From from : From.values()) {
            RadioButton button = new RadioButton(words.of("policies.create.from." + from.key()));
            button.setId("from-" + from.key());
            button.setUserData(from);
            button.setToggleGroup(group);
            choices.getChildren().add(button);
        }
        ComboBox<AgentId> machine = new ComboBox<>();
        machine.setAccessibleText(words.of("policies.create.machine"));
        machine.setMaxWidth(Double.MAX_VALUE);
        machine.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable AgentId id) {
                return id == null ? "" : Bits.printable(names.apply(id));
            }

            @Override
            public @Nullable AgentId fromString(String text) {
                return null;
            }
        });
        machine.getItems()
                .setAll(list.snapshot().machines().stream()
                        .limit(1000)
                        .map(io.limelight.console.fleet.Machine::id)
                        .toList());
        TextField place = new TextField();
        place.getStyleClass().add("mono");
        HBox.setHgrow(place, Priority.ALWAYS);
        Button browse = Bits.button(words.of("policies.choose"), () -> {});
        HBox placeLine = new HBox(place, browse);
        placeLine.getStyleClass().add("field-row");
        VBox machineField = Bits.field(words.of("policies.create.machine"), machine, machine);
        VBox placeField = Bits.field(words.of("policies.create.place"), placeLine, place);
        browse.setOnAction(_ -> {
            if (chosen(group) == From.FILE) {
                chooseFile(opener, place);
            } else {
                chooseFolder(opener, place);
            }
        });
        VBox problem = new VBox();
        Button act = Bits.button(words.of("policies.create.do"), () -> {}, "accent");
        act.setId("create-policy");
        act.setDefaultButton(true);
        Runnable judge = () -> {
            From from = chosen(group);
            Bits.show(machineField, from == From.MACHINE);
            Bits.show(placeField, from != From.MACHINE && from != From.NOTHING);
            Optional<String> refusal = name.getText().isBlank()
                    ? Optional.of("")
                    : CreateViewModel.refusal(name.getText().strip());
            boolean taken = list.rows().stream()
                    .anyMatch(row -> row.kind() == PolicyRow.Kind.RUNTIME
                            && row.name().equals(name.getText().strip()));
            fault.setText(taken ? words.of("policies.create.taken") : refusal.orElse(""));
            boolean complete = switch (from) {
                case MACHINE -> machine.getValue() != null;
                case NOTHING -> true;
                case FILE, FOLDER, PACKAGES -> !place.getText().isBlank();
            };
            act.setDisable(refusal.isPresent()
                    || taken
                    || !complete
                    || create.busyProperty().get());
        };
        group.selectedToggleProperty().subscribe(_ -> judge.run());
        name.textProperty().subscribe(_ -> judge.run());
        place.textProperty().subscribe(_ -> judge.run());
        machine.valueProperty().subscribe(_ -> judge.run());
        group.selectToggle(group.getToggles().getFirst());
        act.setOnAction(_ -> create.make(name.getText().strip(), source(chosen(group), machine.getValue(), place)));
        create.busyProperty().subscribe(_ -> judge.run());
        create.problemProperty()
                .subscribe((@Nullable Problem now) ->
                        problem.getChildren().setAll(now == null ? List.of() : List.of(ProblemView.of(words, now))));
        host.show(
                words.of("policies.create"),
                box(
                        Bits.field(words.of("policies.create.name"), name, name),
                        fault,
                        choices,
                        machineField,
                        placeField,
                        Bits.wrapped(words.of("policies.create.explain"), "muted"),
                        problem,
                        buttons(act)),
                name,
                opener);
    }

    private static From chosen(ToggleGroup group) {
        return group.getSelectedToggle() != null && group.getSelectedToggle().getUserData() instanceof From from
                ? from
                : From.NOTHING;
    }

    private static Source source(From from, @Nullable AgentId machine, TextField place) {
        Path path = Path.of(place.getText().strip());
        return switch (from) {
            case MACHINE -> machine == null ? new Source.Nothing() : new Source.MachineList(machine);
            case FILE -> new Source.File(path);
            case FOLDER -> new Source.Folder(path);
            case PACKAGES -> new Source.Packages(path);
            case NOTHING -> new Source.Nothing();
        };
    }

    void hide() {
        host.hide();
    }

    // --- another policy ---

    private ComboBox<String> others(String except) {
        ComboBox<String> box = new ComboBox<>();
        box.setMaxWidth(Double.MAX_VALUE);
        box.getItems()
                .setAll(list.rows().stream()
                        .filter(row -> row.kind() == PolicyRow.Kind.RUNTIME
                                && !row.name().equals(except))
                        .map(PolicyRow::name)
                        .toList());
        return box;
    }

    /** What makes another policy of this one. */
    void compare(Node opener) {
        Opened as = editor.openedProperty().get();
        if (as == null) {
            return;
        }
        editor.compareToNothing();
        ComboBox<String> other = others(as.name());
        other.setId("compare-policy");
        ChangesView changes = new ChangesView(words);
        changes.setPrefSize(620, 320);
        Label count = Bits.wrapped(words.of("policies.diff.explain"), "muted");
        VBox problem = new VBox();
        other.valueProperty().addListener((_, _, name) -> editor.compareTo(name));
        var subscription = editor.comparisonProperty().subscribe(state -> {
            problem.getChildren()
                    .setAll(state.problem() == null ? List.of() : List.of(ProblemView.of(words, state.problem())));
            changes.show(state.got().orElse(List.of()));
            count.setText(
                    state.got().isEmpty()
                            ? words.of("policies.diff.explain")
                            : words.of("policies.diff.count", state.got().get().size()));
        });
        Button close = Bits.button(words.of("policies.close"), () -> {
            subscription.unsubscribe();
            editor.compareToNothing();
            host.hide();
        });
        close.setCancelButton(true);
        HBox buttons = new HBox(Bits.gap(), close);
        buttons.getStyleClass().add("dialog-buttons");
        host.show(
                words.of("policies.diff.title", Bits.printable(as.name())),
                box(Bits.field(words.of("policies.diff.other"), other, other), count, changes, problem, buttons),
                other,
                opener);
    }

    /** Allows what another policy allows as well, until a day. */
    void window(Node opener) {
        Opened as = editor.openedProperty().get();
        if (as == null) {
            return;
        }
        ComboBox<String> other = others(as.name());
        other.setId("window-policy");
        DatePicker until = new DatePicker(LocalDate.now(ZoneId.systemDefault()).plusDays(WINDOW_DAYS));
        Button act = Bits.button(words.of("policies.window.do"), () -> {}, "accent");
        act.setId("open-window");
        act.disableProperty()
                .bind(other.valueProperty().isNull().or(until.valueProperty().isNull()));
        act.setOnAction(_ -> {
            host.hide();
            editor.openWindow(other.getValue(), until.getValue());
        });
        host.show(
                words.of("policies.window.title", Bits.printable(as.name())),
                box(
                        Bits.wrapped(words.of("policies.window.explain")),
                        Bits.field(words.of("policies.window.after"), other, other),
                        Bits.field(words.of("policies.window.until"), until, until.getEditor()),
                        buttons(act)),
                other,
                opener);
    }

    /** Writes it to a file. */
    void export(Node opener) {
        Opened as = editor.openedProperty().get();
        if (as == null) {
            return;
        }
        FileChooser chooser = new FileChooser();
        chooser.setTitle(words.of("policies.export"));
        chooser.setInitialFileName(as.name().replaceAll("[^A-Za-z0-9._-]", "_") + ".json");
        File file = chooser.showSaveDialog(opener.getScene().getWindow());
        if (file != null) {
            editor.export(file.toPath());
        }
    }

    // --- deleting ---

    void delete(PolicyRow row, Node opener) {
        Button act = Bits.button(words.of("policies.delete.do", Bits.printable(row.name())), () -> {}, "danger");
        act.setId("delete-policy");
        act.setMinWidth(0);
        act.setDisable(row.machines() > 0);
        act.setOnAction(_ -> {
            host.hide();
            editor.delete(
                    row.kind() == PolicyRow.Kind.BOOT ? PolicyKind.MEASURED_BOOT : PolicyKind.RUNTIME,
                    row.name(),
                    () -> {
                        editor.close();
                        list.selectedProperty().set(null);
                        list.forget(row.id());
                    });
        });
        HBox buttons = buttons(act);
        host.show(
                words.of("policies.delete.title", Bits.printable(row.name())),
                box(
                        Bits.wrapped(words.of(
                                row.machines() > 0 ? "policies.delete.used" : "policies.delete.what", row.machines())),
                        buttons),
                buttons.getChildren().get(1),
                opener);
    }

    /** Forgets what was changed. */
    void discard(Node opener) {
        Opened as = editor.openedProperty().get();
        if (as == null) {
            return;
        }
        Button act = Bits.button(words.of("policies.discard.do", Bits.printable(as.name())), () -> {}, "danger");
        act.setMinWidth(0);
        act.setOnAction(_ -> {
            host.hide();
            editor.discard();
            list.refresh();
        });
        HBox buttons = buttons(act);
        host.show(
                words.of("policies.discard"),
                box(Bits.wrapped(words.of("policies.discard.what")), buttons),
                buttons.getChildren().get(1),
                opener);
    }
}
