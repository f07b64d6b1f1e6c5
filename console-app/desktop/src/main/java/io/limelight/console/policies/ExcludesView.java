package io.limelight.console.policies;

import io.limelight.console.kit.ShapeMark;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.core.policy.create.PolicyDifference;
import io.limelight.core.policy.create.PolicyDifference.Member;
import io.limelight.core.policy.edit.EditedPolicy;
import io.limelight.core.policy.edit.EditedPolicy.Change;
import io.limelight.core.policy.edit.ExcludeCounts.Result;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Expressions of paths that are not judged, with how much of what machines measured each hides; and keyrings. */
final class ExcludesView extends VBox {
    private static final int MOST = 500;
    private static final int LOUD = 10;

    private final EditorViewModel model;
    private final Words words;
    private final VBox rows = new VBox();
    private final boolean keyrings;

    ExcludesView(EditorViewModel model, Words words, boolean keyrings) {
        this.model = model;
        this.words = words;
        this.keyrings = keyrings;
        getStyleClass().add("excludes");
        String what = keyrings ? "keyring" : "exclude";
        TextField field = new TextField();
        field.setId("new-" + what);
        field.getStyleClass().add("mono");
        field.setPromptText(words.of("policies." + what + ".prompt"));
        field.setAccessibleText(words.of("policies." + what + ".new"));
        HBox.setHgrow(field, Priority.ALWAYS);
        Button add = Bits.button(words.of("policies." + what + ".add"), () -> {});
        add.setOnAction(_ -> add(field));
        field.setOnAction(_ -> add(field));
        add.disableProperty().bind(field.textProperty().map(String::isBlank));
        HBox line = new HBox(field, add);
        line.getStyleClass().add("add-line");
        getChildren().addAll(Bits.wrapped(words.of("policies." + what + ".explain"), "muted"), line, rows);
        model.policyProperty().subscribe(_ -> draw());
        model.checksProperty().subscribe(_ -> draw());
    }

    private void add(TextField field) {
        String value = field.getText().strip();
        if (!value.isEmpty()) {
            field.clear();
            model.step(List.of(PolicyDifference.toAdd(member(), "", value)));
        }
    }

    private Member member() {
        return keyrings ? Member.IGNORED_KEYRINGS : Member.EXCLUDES;
    }

    private void draw() {
        EditedPolicy now = model.policyProperty().get();
        List<Node> parts = new ArrayList<>();
        if (now != null) {
            Collection<String> values = keyrings ? now.ignoredKeyrings() : now.excludes();
            Collection<String> before = keyrings
                    ? now.base().ignoredKeyrings().names()
                    : now.base().excludes().patterns();
            Set<String> all = new TreeSet<>(values);
            all.addAll(before);
            for (String value : all) {
                if (parts.size() < MOST) {
                    parts.add(row(
                            value,
                            !values.contains(value)
                                    ? Change.REMOVED
                                    : before.contains(value) ? Change.SAME : Change.ADDED));
                }
            }
            if (all.size() > MOST) {
                parts.add(Bits.wrapped(words.of("policies.more", all.size() - MOST), "muted"));
            }
            if (keyrings) {
                parts.addAll(keys(now));
            }
            if (parts.isEmpty()) {
                parts.add(Bits.wrapped(words.of("policies.exclude.none"), "muted"));
            }
        }
        rows.getChildren().setAll(parts);
    }

    /** Keyrings whose keys are judged: shown, and changed by removing. */
    private List<Node> keys(EditedPolicy now) {
        List<Node> parts = new ArrayList<>();
        List<String> names = now.names(Member.KEYRINGS);
        Label title = Bits.wrapped(words.of("policies.keyring.keys"), "section-title");
        parts.add(title);
        if (names.isEmpty()) {
            parts.add(Bits.wrapped(words.of("policies.keyring.none"), "muted"));
        }
        for (String name : names.subList(0, Math.min(MOST, names.size()))) {
            for (String digest : now.digests(Member.KEYRINGS, name)) {
                HBox line = new HBox(
                        Bits.cut(Bits.printable(name), "mono", "data"),
                        Bits.cut(Bits.begin(digest), "mono", "muted", "data"),
                        Bits.gap(),
                        Bits.icon(
                                Glyph.TRASH,
                                words.of("policies.remove-digest", Bits.begin(digest)),
                                () -> model.step(List.of(new PolicyDifference(false, Member.KEYRINGS, name, digest)))));
                line.getStyleClass().add("exclude-row");
                parts.add(line);
            }
        }
        parts.add(Bits.wrapped(
                words.of("policies.keyring.ima", now.logHash(), now.keys().size()), "muted"));
        return parts;
    }

    private Node row(String value, Change change) {
        Label text = Bits.cut(Bits.printable(value), "mono", "data");
        HBox line = new HBox(text, Bits.gap());
        line.getStyleClass().add("exclude-row");
        if (!keyrings && change != Change.REMOVED) {
            count(value, line);
        }
        if (change != Change.SAME) {
            boolean added = change == Change.ADDED;
            line.getChildren()
                    .add(Bits.whole(
                            words.of(added ? "policies.change.added" : "policies.change.removed"),
                            added ? "success-text" : "danger-text"));
        }
        boolean gone = change == Change.REMOVED;
        line.getChildren()
                .add(Bits.icon(
                        gone ? Glyph.UNDO : Glyph.TRASH,
                        words.of(gone ? "policies.put-back" : "policies.exclude.remove", Bits.printable(value)),
                        () -> model.step(List.of(new PolicyDifference(gone, member(), "", value)))));
        return line;
    }

    private void count(String value, HBox line) {
        Checks checks = model.checksProperty().get();
        Result result = checks.excludes().get(value);
        switch (result) {
            case Result.Hides(long hidden)
            when checks.rows() > 0 -> {
                long percent = 100 * hidden / checks.rows();
                if (percent >= LOUD) {
                    line.getChildren().add(ShapeMark.warning("warning"));
                }
                line.getChildren()
                        .add(Bits.whole(
                                words.of("policies.exclude.hides", hidden, percent),
                                percent >= LOUD ? "warning-text" : "muted"));
            }
            case Result.Invalid(String reason) ->
                line.getChildren()
                        .addAll(ShapeMark.failed("danger"), Bits.cut(Bits.printable(reason), "danger-text", "data"));
            case Result.TooCostly _ ->
                line.getChildren()
                        .addAll(
                                ShapeMark.warning("warning"),
                                Bits.whole(words.of("policies.exclude.costly"), "warning-text"));
            case Result.Hides _ -> {}
            case null -> {}
        }
    }
}
