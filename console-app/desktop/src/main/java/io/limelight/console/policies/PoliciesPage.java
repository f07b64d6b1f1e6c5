package io.limelight.console.policies;

import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.machines.DialogHost;
import io.limelight.console.policies.EditorViewModel.Opened;
import io.limelight.console.policies.PolicyRow.Facts;
import io.limelight.console.policies.PolicyRow.Kind;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Sheet;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import io.limelight.console.work.Loaded;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.edit.EditedPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** What machines are judged by: the policies, the one that is looked at, and what it would do. */
public final class PoliciesPage implements Page {
    private static final double LIST = 0.19;
    private static final double SIDE = 0.7;

    private final Words words;
    private final PoliciesViewModel model;
    private final EditorViewModel editor;
    private final DryRunViewModel dryRun;
    private final PolicyDialogs dialogs;
    private final SignaturesViewModel signatures;
    private final EditorView editorView;
    private final SplitPane content = new SplitPane();
    private final StackPane middle = new StackPane();
    private final SideView side;
    private final TemplatesViewModel templates;
    private final AssignDialog assigning;
    private final ReadDialog read;
    private final PcrDialog pcrs;
    private final TemplateView templateView;
    private final JsonView plainJson;
    private @Nullable String plainText;
    private final BorderPane plain = new BorderPane();
    private final Acts acts;

    /**
     * The view models of the page.
     *
     * @param list all policies
     * @param editor the one that is looked at
     * @param dryRun what it would do
     * @param create makes new ones
     * @param read makes those of measured boot
     * @param templates those of PCRs
     * @param pcrs makes these
     * @param assigning has machines judged by others
     * @param signatures whose signature the one bears that is looked at
     */
    public record Models(
            PoliciesViewModel list,
            EditorViewModel editor,
            DryRunViewModel dryRun,
            CreateViewModel create,
            ReadViewModel read,
            TemplatesViewModel templates,
            PcrReading pcrs,
            AssignViewModel.Parts assigning,
            SignaturesViewModel signatures) {}

    /**
     * Where its links lead.
     *
     * @param machine opens a machine
     * @param machines shows machines that a filter matches
     * @param assign begins to have machines judged by a policy
     */
    public record Acts(Consumer<AgentId> machine, Consumer<String> machines, Consumer<PolicyRow> assign) {}

    /** Parts, wired. */
    public PoliciesPage(
            Words words,
            Models models,
            DialogHost host,
            Function<AgentId, String> names,
            Acts acts,
            ObservableDoubleValue scale,
            Executor work,
            Executor screen) {
        this.words = words;
        this.model = models.list();
        this.editor = models.editor();
        this.dryRun = models.dryRun();
        this.acts = acts;
        this.signatures = models.signatures();
        this.dialogs = new PolicyDialogs(model, editor, dryRun, models.create(), words, host, names, work, screen);
        read = new ReadDialog(model, models.read(), words, host, names);
        templates = models.templates();
        TemplateDialogs named = new TemplateDialogs(templates, words, host, this::lookAtTemplate);
        pcrs = new PcrDialog(model, templates, models.pcrs(), words, host, names, this::lookAtTemplate);
        assigning = new AssignDialog(models.assigning(), words, host, names);
        templateView = new TemplateView(
                model, templates, named, words, names, new TemplateView.Acts(acts.machine(), assigning::open));
        MenuButton create = new MenuButton(words.of("policies.create.menu"), Glyph.PLUS.icon("button-size"));
        create.setId("new-policy");
        create.getItems()
                .setAll(
                        item("policies.create", () -> dialogs.create(create)),
                        item("policies.read.boot", () -> read.open(create)),
                        item("policies.read.tpm", () -> pcrs.open(create)));
        MenuButton more = more();
        plainJson = new JsonView(words, models.assigning().clock(), work, screen);
        plainJson.look(true);
        JsonView json = new JsonView(words, models.assigning().clock(), work, screen);
        editor.policyProperty()
                .subscribe(now -> json.of(
                        now == null ? null : cancellation -> dialogs.textOf(now).write()));
        editorView = new EditorView(
                editor,
                new SignatureView(models.signatures(), editor, words),
                json,
                words,
                scale,
                () -> dialogs.addPath(content),
                more);
        side = new SideView(
                editor,
                dryRun,
                words,
                names,
                new SideView.Acts(
                        this::tryIt,
                        () -> selected().ifPresent(row -> dialogs.send(row, content)),
                        () -> selected().ifPresent(row -> editor.compareWith(evidenceOf(row))),
                        acts.machine(),
                        this::pass));
        PolicyListView list = new PolicyListView(model, words, create);
        content.getStyleClass().addAll("policies-page", "machines-page");
        content.getStylesheets().add(Bits.sheet());
        content.setFocusTraversable(false);
        SplitPane.setResizableWithParent(list, false);
        SplitPane.setResizableWithParent(side, false);
        content.getItems().setAll(list, middle);
        content.setDividerPositions(LIST);
        model.selectedProperty().addListener((_, before, now) -> select(before, now));
        model.namesProperty().subscribe(_ -> draw());
        model.textProperty().subscribe(_ -> draw());
        templates.noticeProperty().subscribe(_ -> draw());
        editor.policyProperty().subscribe(this::follow);
        editor.problemProperty().subscribe(_ -> draw());
        draw();
    }

    private Optional<PolicyRow> selected() {
        return Optional.ofNullable(model.selectedProperty().get());
    }

    private List<AgentId> evidenceOf(PolicyRow row) {
        List<AgentId> users = model.users(row);
        List<AgentId> some = users.isEmpty()
                ? model.snapshot().machines().stream()
                        .map(io.limelight.console.fleet.Machine::id)
                        .toList()
                : users;
        return some.subList(0, Math.min(10, some.size()));
    }

    private void tryIt() {
        EditedPolicy now = editor.policyProperty().get();
        Opened as = editor.openedProperty().get();
        if (now != null && as != null) {
            List<AgentId> users = selected().map(model::users).orElse(List.of());
            // A policy that nobody uses yet is tried on everybody: that is what assigning it would mean.
            dryRun.run(
                    as.name(),
                    dialogs.textOf(now),
                    users.isEmpty()
                            ? model.snapshot().machines().stream()
                                    .map(io.limelight.console.fleet.Machine::id)
                                    .toList()
                            : users);
        }
    }

    private void pass(List<String> rows) {
        EditedPolicy now = editor.policyProperty().get();
        if (now != null) {
            editor.step(io.limelight.core.policy.edit.PolicyProposal.of(rows, now.base())
                    .changes());
        }
    }

    private @Nullable EditedPolicy tried;

    private void follow(@Nullable EditedPolicy now) {
        if (now != tried) {
            tried = now;
            dryRun.forget();
            Opened as = editor.openedProperty().get();
            if (now != null && as != null) {
                model.drafted(as.name(), as.fresh() || now.isChanged());
            }
        }
        draw();
    }

    private void select(@Nullable PolicyRow before, @Nullable PolicyRow now) {
        boolean same = before != null && now != null && before.id().equals(now.id());
        if (same) {
            return;
        }
        Opened open = editor.openedProperty().get();
        if (now == null) {
            editor.close();
        } else if (now.kind() == Kind.RUNTIME) {
            if (open == null || !open.name().equals(now.name())) {
                editor.open(now.name());
            }
        } else {
            editor.close();
            if (now.kind() == Kind.BOOT) {
                model.readText(now);
            }
        }
        draw();
    }

    private MenuButton more() {
        MenuButton more = new MenuButton(words.of("policies.more-acts"));
        more.setId("policy-more");
        more.getItems()
                .addAll(
                        item("policies.assign", () -> selected().ifPresent(acts.assign())),
                        item(
                                "policies.machines",
                                () -> selected()
                                        .ifPresent(row -> acts.machines().accept("policy:" + row.name()))),
                        new SeparatorMenuItem(),
                        item("policies.diff", () -> dialogs.compare(more)),
                        item("policies.export", () -> dialogs.export(more)),
                        item("policies.window", () -> dialogs.window(more)),
                        new SeparatorMenuItem(),
                        item("policies.discard", () -> dialogs.discard(more)),
                        item("policies.delete", () -> selected().ifPresent(row -> dialogs.delete(row, more))));
        return more;
    }

    private MenuItem item(String key, Runnable action) {
        MenuItem item = new MenuItem(words.of(key));
        item.setOnAction(_ -> action.run());
        return item;
    }

    private void draw() {
        PolicyRow row = model.selectedProperty().get();
        Loaded<PoliciesViewModel.Names> names = model.namesProperty().get();
        Node shown;
        boolean beside = false;
        if (names.value() == null && names.problem() != null) {
            shown = page(ProblemView.of(words, names.problem()));
        } else if (row == null) {
            shown = nothing(names);
        } else if (row.kind() == Kind.RUNTIME) {
            if (editor.policyProperty().get() != null) {
                shown = editorView;
                beside = true;
            } else if (editor.problemProperty().get() != null) {
                shown = page(ProblemView.of(words, editor.problemProperty().get()));
            } else {
                shown = new EmptyState(words, Glyph.POLICY, words.of("policies.opening"), null, null);
            }
        } else {
            shown = row.kind() == Kind.TPM ? templateView : text(row);
        }
        if (!middle.getChildren().equals(List.of(shown))) {
            middle.getChildren().setAll(shown);
        }
        boolean there = content.getItems().contains(side);
        if (beside != there) {
            if (beside) {
                content.getItems().add(side);
                content.setDividerPositions(LIST, SIDE);
            } else {
                content.getItems().remove(side);
                content.setDividerPositions(LIST);
            }
        }
    }

    private Node nothing(Loaded<PoliciesViewModel.Names> names) {
        if (names.value() == null) {
            return new EmptyState(words, Glyph.POLICY, words.of("policies.loading"), null, null);
        }
        String notice = templates.noticeProperty().get();
        if (notice != null && templates.canUndoProperty().get()) {
            // A template was deleted: the way back is where one looks.
            return new EmptyState(words, Glyph.POLICY, notice, words.of("policies.undo"), templates::undo);
        }
        return model.rows().isEmpty() && model.searchProperty().get().isEmpty()
                ? new EmptyState(
                        words,
                        Glyph.POLICY,
                        words.of("policies.empty"),
                        words.of("policies.create"),
                        () -> dialogs.create(content))
                : new EmptyState(words, Glyph.POLICY, words.of("policies.choose-one"), null, null);
    }

    private static Node page(Node node) {
        VBox page = new VBox(node);
        page.getStyleClass().add("page");
        return page;
    }

    /** A policy that is shown and not edited here. */
    private Node text(PolicyRow row) {
        Loaded<String> state = model.textProperty().get();
        HBox title = new HBox(Bits.cut(Bits.printable(row.name()), "title-4", "data"));
        title.getStyleClass().add("editor-title");
        if (row.facts() == Facts.ACCEPTS_ALL) {
            title.getChildren().add(Bits.whole(words.of("policies.accepts-all.tag"), "tag", "danger"));
        }
        FlowPane head = new FlowPane(title);
        head.getStyleClass().add("editor-head");
        Bits.within(head, title);
        Button delete = Bits.button(words.of("policies.delete"), () -> {});
        delete.setOnAction(_ -> dialogs.delete(row, delete));
        Button machines =
                Bits.button(words.of("policies.machines"), () -> acts.machines().accept("policy:" + row.name()));
        FlowPane verbs = new FlowPane(machines, delete);
        verbs.getStyleClass().add("editor-verbs");
        head.getChildren().add(verbs);
        VBox top = new VBox(head);
        top.getStyleClass().add("text-top");
        VBox messages = new VBox();
        messages.getStyleClass().add("editor-messages");
        if (row.facts() == Facts.ACCEPTS_ALL) {
            HBox loud = new HBox(
                    Bits.wrapped(words.of("policies.accepts-all." + row.kind().key())));
            loud.getStyleClass().addAll("message", "danger");
            messages.getChildren().add(loud);
        }
        messages.getChildren()
                .add(Bits.wrapped(words.of("policies.row.machines", row.machines(), row.passing()), "muted"));
        if (state.problem() != null) {
            messages.getChildren().add(ProblemView.of(words, state.problem()));
        }
        top.getChildren().add(messages);
        String text = state.value();
        if (!Objects.equals(text, plainText)) {
            plainText = text;
            plainJson.of(text == null ? null : _ -> text);
        }
        plain.getStyleClass().setAll("policy-text");
        plain.setTop(top);
        plain.setCenter(plainJson);
        return plain;
    }

    /** Opens a runtime policy, also before the list knows it. */
    public void look(String policy) {
        model.look(Kind.RUNTIME, policy);
        if (selected()
                .filter(row -> row.kind() == Kind.RUNTIME && row.name().equals(policy))
                .isEmpty()) {
            model.selectedProperty().set(PolicyRow.named(policy, false));
        }
    }

    /** Opens what machines are judged by, and proposes the smallest change that would pass these rows. */
    public void propose(String policy, List<String> rows) {
        model.searchProperty().set("");
        for (PolicyRow row : model.rows()) {
            if (row.kind() == Kind.RUNTIME && row.name().equals(policy)) {
                model.selectedProperty().set(row);
            }
        }
        if (selected().filter(row -> row.name().equals(policy)).isEmpty()) {
            model.selectedProperty().set(PolicyRow.named(policy, false));
        }
        // Last, as choosing a row opens it too, and what is begun later holds.
        editor.openToPass(policy, rows);
        editorView.showTab("changes");
    }

    /** A policy was made: it is looked at. */
    public void made(String name, String text) {
        dialogs.hide();
        // Of a policy that was made here this says that it is unsigned, which it is.
        signatures.heard(name, SignaturesViewModel.Source.FILE, text);
        model.selectedProperty().set(PolicyRow.named(name, true));
        editor.create(name, text);
        model.refresh();
    }

    /** Asks which policies these machines shall be judged by. */
    public void assign(List<AgentId> machines, Node opener) {
        assigning.open(machines, opener);
    }

    private void lookAtTemplate(String name) {
        // The list hears of it a little later: then the row is this one.
        model.searchProperty().set("");
        model.selectedProperty().set(PolicyRow.template(name));
    }

    /** For pictures. */
    EditorView editorView() {
        return editorView;
    }

    /** For pictures. */
    ReadDialog read() {
        return read;
    }

    /** For pictures. */
    PcrDialog pcrs() {
        return pcrs;
    }

    /** For pictures. */
    AssignDialog assigning() {
        return assigning;
    }

    /** For pictures. */
    PolicyDialogs dialogs() {
        return dialogs;
    }

    /** For pictures: a try. */
    void tryNow() {
        tryIt();
    }

    @Override
    public String key() {
        return "policies";
    }

    @Override
    public Glyph glyph() {
        return Glyph.POLICY;
    }

    @Override
    public Node content() {
        return content;
    }

    @Override
    public void shown() {
        model.shown();
    }

    @Override
    public void hidden() {
        model.hidden();
    }

    @Override
    public Optional<Sheet> sheet() {
        List<List<String>> rows = new ArrayList<>();
        for (PolicyRow row : model.rows()) {
            rows.add(List.of(
                    words.of("policies.kind." + row.kind().key()),
                    row.unnamed() ? words.of("policies.unnamed", row.machines()) : row.name(),
                    Integer.toString(row.machines()),
                    Integer.toString(row.passing()),
                    row.facts() == Facts.ACCEPTS_ALL
                            ? words.of("policies.accepts-all")
                            : row.unnamed() ? row.name() : ""));
        }
        return Optional.of(new Sheet(
                words.of("policies.title"),
                List.of(
                        words.of("policies.sheet.kind"),
                        words.of("policies.sheet.name"),
                        words.of("policies.sheet.machines"),
                        words.of("policies.sheet.passing"),
                        words.of("policies.sheet.remark")),
                rows));
    }
}
