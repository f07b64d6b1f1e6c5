package io.limelight.console.ca;

import static io.limelight.console.ca.Parts.field;
import static io.limelight.console.ca.Parts.gap;
import static io.limelight.console.ca.Parts.label;
import static io.limelight.console.ca.Parts.show;
import static io.limelight.console.ca.Parts.wrapped;

import io.limelight.console.ca.ActPane.Look;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.ca.CertificateFile;
import io.limelight.core.ca.CertificateSubject;
import io.limelight.core.ca.CrlPreview;
import io.limelight.core.ca.RevocationReason;
import java.io.File;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The dialogs of the CA room. Each says what will happen before anything does. */
final class CaDialogs {
    private static final int DAYS_A_YEAR = 365;
    private static final int MOST_YEARS = 50;

    private final CaViewModel model;
    private final CaPasswords passwords;
    private final Words words;
    private final DialogHost host;
    private final Executor work;
    private final Executor screen;

    CaDialogs(CaViewModel model, CaPasswords passwords, Words words, DialogHost host, Executor work, Executor screen) {
        this.model = model;
        this.passwords = passwords;
        this.words = words;
        this.host = host;
        this.work = work;
        this.screen = screen;
    }

    private CaActViewModel act(Path folder) {
        CaActViewModel act = new CaActViewModel(model.room(), folder, passwords, work, screen);
        act.onDone(() -> model.open(folder));
        return act;
    }

    private CaActViewModel act() {
        CaActViewModel act =
                new CaActViewModel(model.room(), model.folderProperty().get(), passwords, work, screen);
        act.onDone(model::refresh);
        return act;
    }

    private void open(String title, CaActViewModel act, Look look, Node opener, @Nullable Node first) {
        ActPane pane = new ActPane(words, act, look, host::hide);
        // A menu's words end in dots that say that something is asked first.
        host.show(title.replace("\u2026", ""), pane, first == null ? pane.focus() : first, opener);
    }

    private String keep() {
        return words.of("ca.cancel");
    }

    // --- simple ones ---

    /** An act that needs nothing but the password, if that. */
    void simple(CaAct what, Node opener) {
        CaActViewModel act = act();
        act.actProperty().set(Optional.of(what));
        open(
                words.of("ca.act." + what.key() + ".title"),
                act,
                new Look(
                        words.of("ca.act." + what.key() + ".explain"),
                        List.of(),
                        words.of("ca.act." + what.key() + ".run"),
                        keep(),
                        false,
                        ""),
                opener,
                null);
    }

    void changePassword(Node opener) {
        CaActViewModel act = act();
        act.actProperty().set(Optional.of(new CaAct.ChangePassword()));
        open(
                words.of("ca.act.password.title"),
                act,
                new Look(
                        words.of("ca.act.password.explain"),
                        List.of(),
                        words.of("ca.act.password.run"),
                        keep(),
                        false,
                        words.of("ca.password.next")),
                opener,
                null);
    }

    void rotateNotifier(Node opener) {
        CaActViewModel act = act();
        ComboBox<RevocationReason> reasons = reasons(RevocationReason.KEY_COMPROMISE);
        reasons.valueProperty()
                .subscribe(reason -> act.actProperty().set(Optional.of(new CaAct.RotateNotifier(reason))));
        long machines = model.all().stream()
                .filter(row -> row.kind() == CaRow.Kind.MACHINE && row.revocable())
                .count();
        open(
                words.of("ca.act.rotate.title"),
                act,
                new Look(
                        words.of("ca.act.rotate.explain"),
                        List.of(
                                bullets(
                                        words.of("ca.act.rotate.machines", machines),
                                        words.of("ca.act.rotate.verifier"),
                                        words.of("ca.act.rotate.listen")),
                                field(words.of("ca.reason"), reasons, reasons)),
                        words.of("ca.act.rotate.run"),
                        keep(),
                        true,
                        ""),
                opener,
                null);
    }

    private VBox bullets(String... sentences) {
        VBox box = new VBox();
        box.getStyleClass().add("bullets");
        for (String sentence : sentences) {
            Label dot = label("\u2022", "muted");
            Label text = wrapped(sentence);
            HBox.setHgrow(text, Priority.ALWAYS);
            HBox row = new HBox(dot, text);
            row.getStyleClass().add("bullet");
            box.getChildren().add(row);
        }
        return box;
    }

    private ComboBox<RevocationReason> reasons(RevocationReason first) {
        ComboBox<RevocationReason> reasons = new ComboBox<>();
        reasons.setId("ca-reason");
        reasons.getItems().setAll(RevocationReason.values());
        reasons.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable RevocationReason reason) {
                return reason == null
                        ? ""
                        : words.of("ca.reason." + reason.word().toLowerCase(java.util.Locale.ROOT));
            }

            @Override
            public @Nullable RevocationReason fromString(String text) {
                return null;
            }
        });
        reasons.setValue(first);
        reasons.setMaxWidth(Double.MAX_VALUE);
        return reasons;
    }

    // --- revoke ---

    void revoke(List<CaRow> rows, Node opener) {
        if (rows.isEmpty()) {
            return;
        }
        CaActViewModel act = act();
        List<BigInteger> serials = rows.stream().map(CaRow::serial).toList();
        List<String> names = rows.stream().map(CaRow::name).toList();
        ComboBox<RevocationReason> reasons = reasons(RevocationReason.KEY_COMPROMISE);
        CheckBox tell = new CheckBox(words.of("ca.act.revoke.tell"));
        tell.setId("ca-tell");
        String hindrance = model.room().tellHindrance();
        boolean machinesOnly = rows.stream().allMatch(row -> row.kind() == CaRow.Kind.MACHINE);
        String whyNot = !machinesOnly ? "ca.tell.no-machine" : hindrance;
        tell.setDisable(!whyNot.isEmpty());
        Label why = wrapped(words.of(whyNot.isEmpty() ? "ca.tell.how" : whyNot), "muted", "caption");
        Runnable draw = () -> act.actProperty()
                .set(Optional.of(new CaAct.Revoke(serials, names, reasons.getValue(), tell.isSelected())));
        reasons.valueProperty().subscribe(_ -> draw.run());
        tell.selectedProperty().subscribe(_ -> draw.run());
        List<Node> fields = new ArrayList<>();
        CaRow only = rows.getFirst();
        if (rows.size() == 1) {
            Label who = wrapped(words.of("ca.act.revoke.who", only.hex(), only.name()), "muted");
            who.getStyleClass().add("data");
            fields.add(who);
        }
        fields.add(field(words.of("ca.reason"), reasons, reasons));
        fields.add(label(words.of("ca.act.revoke.changes"), "semibold"));
        model.preview(serials).ifPresent(preview -> fields.add(change(preview, rows)));
        fields.add(
                rows.size() == 1
                        ? bullets(words.of("ca.act.revoke.then", only.shown()), words.of("ca.act.revoke.forever"))
                        : bullets(words.of("ca.act.revoke.forever")));
        VBox telling = new VBox(tell, why);
        telling.getStyleClass().add("field");
        fields.add(telling);
        open(
                rows.size() == 1
                        ? words.of("ca.act.revoke.title", only.shown())
                        : words.of("ca.act.revoke.title-many", rows.size()),
                act,
                new Look(
                        words.of("ca.act.revoke.explain"),
                        fields,
                        rows.size() == 1
                                ? words.of("ca.act.revoke.run", only.shown())
                                : words.of("ca.act.revoke.run-many", rows.size()),
                        words.of("ca.act.revoke.keep", rows.size()),
                        true,
                        ""),
                opener,
                null);
    }

    private Node change(CrlPreview preview, List<CaRow> rows) {
        VBox before = card(
                preview.before()
                        .map(crl -> words.of("ca.crl.number", crl.number().toString()))
                        .orElse(words.of("ca.crl.none")),
                words.of("ca.crl.now"),
                words.of("ca.crl.entries", preview.entriesBefore()),
                "",
                preview.before()
                        .map(crl -> words.of("ca.crl.next", Parts.time(words, crl.nextUpdate())))
                        .orElse(""));
        String added = preview.added().isEmpty()
                ? ""
                : words.of(
                        "ca.crl.added",
                        rows.size() == 1
                                ? rows.getFirst().hex() + " " + rows.getFirst().shown()
                                : words.of("ca.crl.added-many", preview.added().size()));
        VBox after = card(
                words.of("ca.crl.number", preview.number().toString()),
                words.of("ca.crl.after"),
                words.of("ca.crl.entries", preview.entries()),
                added,
                words.of("ca.crl.next", Parts.time(words, preview.nextUpdate())));
        after.getStyleClass().add("after");
        after.setId("ca-crl-after");
        Node arrow = Glyph.CHEVRON_RIGHT.icon();
        HBox change = new HBox(before, arrow, after);
        change.getStyleClass().add("crl-change");
        HBox.setHgrow(before, Priority.ALWAYS);
        HBox.setHgrow(after, Priority.ALWAYS);
        return change;
    }

    private VBox card(String title, String when, String entries, String added, String next) {
        Label name = label(title, "semibold");
        HBox head = new HBox(name, gap(), label(when, "muted", "caption"));
        VBox card = new VBox(head, wrapped(entries));
        if (!added.isEmpty()) {
            card.getChildren().add(wrapped(added, "danger-text"));
        }
        if (!next.isEmpty()) {
            card.getChildren().add(wrapped(next, "muted"));
        }
        card.getStyleClass().add("crl-card");
        card.setPrefWidth(280);
        return card;
    }

    // --- issue and renew ---

    void issue(Node opener) {
        CaActViewModel act = act();
        TextField name = new TextField();
        name.setId("ca-name");
        name.setPromptText("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
        Label fault = wrapped("", "fault");
        name.textProperty().subscribe(text -> {
            String typed = text.strip();
            String wrong = Names.fault(typed);
            boolean taken = model.all().stream().anyMatch(row -> row.name().equals(typed) && row.revocable());
            fault.setText(
                    typed.isEmpty()
                            ? words.of("ca.act.issue.hint")
                            : !wrong.isEmpty() ? wrong : taken ? words.of("ca.act.issue.taken", typed) : "");
            fault.getStyleClass().setAll("label", typed.isEmpty() ? "muted" : "fault");
            show(fault, !fault.getText().isEmpty());
            act.actProperty()
                    .set(
                            typed.isEmpty() || !wrong.isEmpty() || taken
                                    ? Optional.empty()
                                    : Optional.of(new CaAct.Issue(typed)));
        });
        open(
                words.of("ca.act.issue.title"),
                act,
                new Look(
                        words.of("ca.act.issue.explain"),
                        List.of(field(words.of("ca.name"), new VBox(name, fault), name)),
                        words.of("ca.act.issue.run"),
                        keep(),
                        false,
                        ""),
                opener,
                name);
    }

    void renew(List<String> names, Node opener) {
        if (names.isEmpty()) {
            return;
        }
        CaActViewModel act = act();
        VBox list = new VBox();
        list.getStyleClass().add("renew-list");
        List<CheckBox> boxes = new ArrayList<>();
        Runnable draw = () -> {
            List<String> chosen = boxes.stream()
                    .filter(CheckBox::isSelected)
                    .map(box -> String.valueOf(box.getUserData()))
                    .toList();
            act.actProperty().set(chosen.isEmpty() ? Optional.empty() : Optional.of(new CaAct.Renew(chosen)));
        };
        List<Node> fields = new ArrayList<>();
        String explain = words.of("ca.act.renew.explain");
        if (names.size() == 1) {
            act.actProperty().set(Optional.of(new CaAct.Renew(names)));
        } else {
            for (String name : names.subList(0, Math.min(SHOWN, names.size()))) {
                CheckBox box = new CheckBox(shown(name));
                box.getStyleClass().add("data");
                box.setUserData(name);
                box.setSelected(true);
                box.selectedProperty().subscribe(_ -> draw.run());
                boxes.add(box);
                list.getChildren().add(box);
            }
            if (names.size() > SHOWN) {
                list.getChildren().add(label(words.of("ca.act.renew.more", names.size() - SHOWN), "muted"));
            }
            draw.run();
            javafx.scene.control.ScrollPane scroll = new javafx.scene.control.ScrollPane(list);
            scroll.setFitToWidth(true);
            scroll.getStyleClass().add(boxes.size() > FEW ? "renew-many" : "renew-few");
            scroll.setFocusTraversable(false);
            fields.add(scroll);
        }
        boolean notifier = names.contains("RevocationNotifier");
        fields.add(bullets(
                notifier && names.size() == 1
                        ? new String[] {words.of("ca.act.renew.notifier")}
                        : new String[] {words.of("ca.act.renew.former"), words.of("ca.act.renew.send")}));
        open(
                names.size() == 1
                        ? words.of("ca.act.renew.title", shown(names.getFirst()))
                        : words.of("ca.act.renew.title-many", names.size()),
                act,
                new Look(
                        explain,
                        fields,
                        names.size() == 1
                                ? words.of("ca.act.renew.run", shown(names.getFirst()))
                                : words.of("ca.act.renew.run-many"),
                        keep(),
                        false,
                        ""),
                opener,
                null);
    }

    /** More check boxes help nobody; the rest comes with the next time. */
    private static final int SHOWN = 200;

    /** So many are seen without scrolling. */
    private static final int FEW = 8;

    private String shown(String name) {
        return model.all().stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .map(CaRow::shown)
                .orElse(name);
    }

    // --- create ---

    void create(Node opener) {
        Path folder = model.folderProperty().get();
        CertificateSubject usual = model.room().subject();
        CaActViewModel act = act(folder);
        TextField name = new TextField(usual.caName());
        name.setId("ca-subject");
        TextField organization = new TextField(usual.organization());
        TextField unit = new TextField(usual.unit());
        TextField country = new TextField(usual.country());
        country.setPrefColumnCount(3);
        TextField state = new TextField(usual.state());
        TextField locality = new TextField(usual.locality());
        TextField years = new TextField(Integer.toString(Math.max(1, usual.caDays() / DAYS_A_YEAR)));
        years.setId("ca-years");
        TextField address = new TextField(usual.crlUrl());
        ComboBox<CaAct.Keys> keys = new ComboBox<>();
        keys.setId("ca-keys");
        keys.getItems().setAll(CaAct.Keys.values());
        keys.setConverter(new StringConverter<>() {
            @Override
            public String toString(CaAct.@Nullable Keys kind) {
                return kind == null ? "" : words.of("ca.keys." + kind.word());
            }

            @Override
            public CaAct.@Nullable Keys fromString(String text) {
                return null;
            }
        });
        keys.setValue(usual.keyBits() > 2048 ? CaAct.Keys.RSA3072 : CaAct.Keys.RSA2048);
        keys.setMaxWidth(Double.MAX_VALUE);
        Label fault = wrapped("", "fault");
        Label keyNote = wrapped("", "muted", "caption");
        Runnable draw = () -> {
            Optional<CertificateSubject> subject = subject(
                    usual,
                    name.getText(),
                    organization.getText(),
                    unit.getText(),
                    country.getText(),
                    state.getText(),
                    locality.getText(),
                    years.getText(),
                    address.getText());
            fault.setText(subject.isPresent() ? "" : words.of("ca.act.create.fault"));
            show(fault, subject.isEmpty());
            CaAct.Keys kind = keys.getValue();
            boolean rsa = kind == CaAct.Keys.RSA2048 || kind == CaAct.Keys.RSA3072;
            keyNote.setText(words.of(rsa ? "ca.keys.shared" : "ca.keys.own"));
            act.actProperty().set(subject.map(known -> new CaAct.Create(known, kind)));
        };
        for (TextField each : List.of(name, organization, unit, country, state, locality, years, address)) {
            each.textProperty().subscribe(_ -> draw.run());
        }
        keys.valueProperty().subscribe(_ -> draw.run());
        Label where = wrapped(words.of("ca.act.create.folder", folder.toString()), "muted");
        where.getStyleClass().add("data");
        GridPane grid = new GridPane();
        grid.getStyleClass().add("form-grid");
        javafx.scene.layout.ColumnConstraints half = new javafx.scene.layout.ColumnConstraints();
        half.setPercentWidth(50);
        grid.getColumnConstraints().addAll(half, half);
        grid.addRow(
                0,
                field(words.of("ca.subject.name"), name, name),
                field(words.of("ca.subject.organization"), organization, organization));
        grid.addRow(
                1,
                field(words.of("ca.subject.unit"), unit, unit),
                field(words.of("ca.subject.country"), country, country));
        grid.addRow(
                2,
                field(words.of("ca.subject.state"), state, state),
                field(words.of("ca.subject.locality"), locality, locality));
        grid.addRow(
                3,
                field(words.of("ca.subject.keys"), new VBox(keys, keyNote), keys),
                field(words.of("ca.subject.years"), years, years));
        open(
                words.of("ca.act.create.title"),
                act,
                new Look(
                        words.of("ca.act.create.explain"),
                        List.of(where, grid, field(words.of("ca.subject.crl"), address, address), fault),
                        words.of("ca.act.create.run"),
                        keep(),
                        false,
                        words.of("ca.password.new")),
                opener,
                name);
    }

    private static Optional<CertificateSubject> subject(
            CertificateSubject usual,
            String name,
            String organization,
            String unit,
            String country,
            String state,
            String locality,
            String years,
            String address) {
        boolean whole = !name.isBlank()
                && country.strip().matches("[A-Za-z]{2}")
                && years.strip().matches("\\d{1,2}")
                && Integer.parseInt(years.strip()) >= 1
                && Integer.parseInt(years.strip()) <= MOST_YEARS
                && Names.address(address.strip());
        return whole
                ? Optional.of(new CertificateSubject(
                        country.strip(),
                        state.strip(),
                        locality.strip(),
                        organization.strip(),
                        unit.strip(),
                        name.strip(),
                        Integer.parseInt(years.strip()) * DAYS_A_YEAR,
                        usual.keyBits(),
                        address.strip(),
                        usual.ocspUrl()))
                : Optional.empty();
    }

    void address(Node opener) {
        CaActViewModel act = act();
        String usual = Optional.ofNullable(model.contentsProperty().get().value())
                .map(CaContents::crlAddress)
                .orElse("");
        TextField address = new TextField(usual);
        address.setId("ca-address");
        address.textProperty()
                .subscribe(text -> act.actProperty()
                        .set(
                                Names.address(text.strip())
                                        ? Optional.of(new CaAct.Address(text.strip()))
                                        : Optional.empty()));
        open(
                words.of("ca.act.address.title"),
                act,
                new Look(
                        words.of("ca.act.address.explain"),
                        List.of(
                                field(words.of("ca.subject.crl"), address, address),
                                bullets(words.of("ca.act.address.renew"), words.of("ca.act.address.conf"))),
                        words.of("ca.act.address.run"),
                        keep(),
                        false,
                        ""),
                opener,
                address);
    }

    // --- files ---

    /** A path to type or to choose. */
    private final class PathField extends HBox {
        private final TextField text;

        PathField(Path usual, Function<Node, @Nullable File> chooser) {
            this.text = new TextField(usual.toString());
            text.setId("ca-file");
            HBox.setHgrow(text, Priority.ALWAYS);
            Button choose = new Button(null, Glyph.FOLDER.icon("button-size"));
            choose.getStyleClass().addAll("icon-only", "browse");
            choose.setAccessibleText(words.of("ca.choose"));
            choose.setTooltip(new Tooltip(words.of("ca.choose")));
            choose.setOnAction(_ -> {
                File chosen = chooser.apply(this);
                if (chosen != null) {
                    text.setText(chosen.getPath());
                }
            });
            getStyleClass().add("field-row");
            getChildren().addAll(text, choose);
        }

        Optional<Path> path() {
            return Names.path(text.getText());
        }
    }

    private @Nullable File save(Node near, String name) {
        FileChooser chooser = new FileChooser();
        chooser.setInitialFileName(name);
        return chooser.showSaveDialog(near.getScene().getWindow());
    }

    private static Path home(String name) {
        return Path.of(System.getProperty("user.home", "/"), name);
    }

    private void toFile(
            String key,
            String fileName,
            List<Node> more,
            Function<Path, Optional<CaAct>> what,
            CaActViewModel act,
            String second,
            List<Runnable> redraw,
            Node opener) {
        PathField file = new PathField(home(fileName), near -> save(near, fileName));
        Runnable draw = () -> act.actProperty().set(file.path().flatMap(what));
        file.text.textProperty().subscribe(_ -> draw.run());
        redraw.add(draw);
        List<Node> fields = new ArrayList<>(List.of(field(words.of("ca.file"), file, file.text)));
        fields.addAll(more);
        open(
                words.of("ca.act." + key + ".title"),
                act,
                new Look(
                        words.of("ca.act." + key + ".explain"),
                        fields,
                        words.of("ca.act." + key + ".run"),
                        keep(),
                        false,
                        second),
                opener,
                file.text);
    }

    void backup(Node opener) {
        CheckBox replace = new CheckBox(words.of("ca.file.replace"));
        List<Runnable> redraw = new ArrayList<>();
        CaActViewModel act = act();
        toFile(
                "backup",
                "ca-backup.zip",
                List.of(replace),
                file -> Optional.of(new CaAct.Backup(file, replace.isSelected())),
                act,
                "",
                redraw,
                opener);
        replace.selectedProperty().subscribe(_ -> redraw.forEach(Runnable::run));
    }

    void calendar(Node opener) {
        CheckBox replace = new CheckBox(words.of("ca.file.replace"));
        List<Runnable> redraw = new ArrayList<>();
        toFile(
                "calendar",
                "ca.ics",
                List.of(replace),
                file -> Optional.of(new CaAct.Calendar(file, replace.isSelected())),
                act(),
                "",
                redraw,
                opener);
        replace.selectedProperty().subscribe(_ -> redraw.forEach(Runnable::run));
    }

    /** PEM or DER: public. */
    void export(CaRow row, CertificateFile.Form form, Node opener) {
        CheckBox replace = new CheckBox(words.of("ca.file.replace"));
        List<Runnable> redraw = new ArrayList<>();
        boolean key = form == CertificateFile.Form.P12;
        String name = row.kind() == CaRow.Kind.AUTHORITY ? "" : row.name();
        String key2 = key ? "export-key" : "export";
        toFile(
                key2,
                (name.isEmpty() ? "ca" : name) + "." + form.word(),
                List.of(replace),
                file -> Optional.of(new CaAct.Export(name, form, file, replace.isSelected())),
                act(),
                key ? words.of("ca.password.file") : "",
                redraw,
                opener);
        replace.selectedProperty().subscribe(_ -> redraw.forEach(Runnable::run));
    }

    void restore(boolean folderSource, Node opener) {
        CaActViewModel act = act(model.folderProperty().get());
        CheckBox replace = new CheckBox(words.of("ca.act.restore.replace"));
        replace.setId("ca-replace");
        PathField source = new PathField(home(folderSource ? "ca" : "ca-backup.zip"), near -> {
            if (folderSource) {
                return new DirectoryChooser().showDialog(near.getScene().getWindow());
            }
            return new FileChooser().showOpenDialog(near.getScene().getWindow());
        });
        Runnable draw =
                () -> act.actProperty().set(source.path().map(path -> new CaAct.Restore(path, replace.isSelected())));
        source.text.textProperty().subscribe(_ -> draw.run());
        replace.selectedProperty().subscribe(_ -> draw.run());
        String key = folderSource ? "import" : "restore";
        Label where = wrapped(
                words.of("ca.act.restore.into", model.folderProperty().get().toString()), "muted");
        where.getStyleClass().add("data");
        open(
                words.of("ca.act." + key + ".title"),
                act,
                new Look(
                        words.of("ca.act." + key + ".explain"),
                        List.of(
                                field(words.of(folderSource ? "ca.folder" : "ca.file"), source, source.text),
                                where,
                                replace),
                        words.of("ca.act." + key + ".run"),
                        keep(),
                        false,
                        ""),
                opener,
                source.text);
    }

    /** Opens another folder: nothing is changed by that. */
    void openFolder(Node opener) {
        File chosen = new DirectoryChooser().showDialog(opener.getScene().getWindow());
        if (chosen != null) {
            try {
                model.open(chosen.toPath());
            } catch (InvalidPathException e) {
                // A chooser gives what can be a path.
                return;
            }
        }
    }
}
