package io.limelight.console.sampler;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.AgeLabel;
import io.limelight.console.kit.Chip;
import io.limelight.console.kit.Clip;
import io.limelight.console.kit.CommandLine;
import io.limelight.console.kit.DetailPane;
import io.limelight.console.kit.EmptyState;
import io.limelight.console.kit.FilterBar;
import io.limelight.console.kit.ProblemView;
import io.limelight.console.kit.SecretField;
import io.limelight.console.kit.StateBadge;
import io.limelight.console.kit.StepList;
import io.limelight.console.kit.Validity;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.Problem;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import javafx.collections.FXCollections;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.control.RadioButton;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.TableCell;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A page for each control of the kit, in all its states. What they show is made up and says so by its words. */
public final class Sampler {
    private final Words words;
    private final InstantSource clock;

    /** Samples in a language. */
    public Sampler(Words words, InstantSource clock) {
        this.words = words;
        this.clock = clock;
    }

    /**
     * A page.
     *
     * @param key names its title and its picture
     * @param make makes it
     */
    public record Sample(String key, Function<Sampler, Parent> make) {}

    /** All pages. */
    public static List<Sample> samples() {
        return List.of(
                new Sample("states", Sampler::states),
                new Sample("ages", Sampler::ages),
                new Sample("buttons", Sampler::buttons),
                new Sample("inputs", Sampler::inputs),
                new Sample("filter", Sampler::filter),
                new Sample("empty", Sampler::empty),
                new Sample("problem", Sampler::problem),
                new Sample("detail", Sampler::detail),
                new Sample("steps", Sampler::steps),
                new Sample("secret", Sampler::secret),
                new Sample("table", Sampler::table),
                new Sample("type", Sampler::type));
    }

    /** The pages as pictures. */
    public List<Picture> pictures() {
        return samples().stream()
                .map(sample -> new Picture("sampler-" + sample.key(), () -> sheet(sample)))
                .toList();
    }

    /** A page, scrolled where it is too long. */
    public Parent sheet(Sample sample) {
        Label title = new Label(words.of("sampler." + sample.key()));
        title.getStyleClass().add("page-title");
        VBox page = new VBox(title, sample.make().apply(this));
        page.getStyleClass().add("page");
        ScrollPane scroll = new ScrollPane(page);
        scroll.setFitToWidth(true);
        scroll.setFocusTraversable(false);
        StackPane sheet = new StackPane(scroll);
        sheet.getStyleClass().add("sampler-sheet");
        return sheet;
    }

    private Parent states() {
        FlowPane plain = row();
        FlowPane pills = row();
        for (MachineState state : MachineState.values()) {
            StateBadge badge = new StateBadge(words);
            badge.setState(state);
            plain.getChildren().add(badge);
            StateBadge pill = StateBadge.pill(words);
            pill.setState(state);
            pills.getChildren().add(pill);
        }
        return column(plain, pills);
    }

    private Parent ages() {
        FlowPane row = row();
        for (long seconds : new long[] {0, 9, 190, 7_500, 600_000, -30}) {
            AgeLabel label = new AgeLabel(clock, words);
            label.setInstant(clock.instant().minusSeconds(seconds));
            AgeLabel ago = new AgeLabel(clock, words).ago();
            ago.setInstant(clock.instant().minusSeconds(seconds));
            row.getChildren().addAll(label, ago);
        }
        row.getChildren().add(new AgeLabel(clock, words));
        return row;
    }

    private Parent buttons() {
        Button primary = new Button(words.of("sampler.button.primary"), Glyph.PLUS.icon("button-size"));
        primary.getStyleClass().add("accent");
        Button usual = new Button(words.of("sampler.button.usual"));
        Button danger = new Button(words.of("sampler.button.danger"));
        danger.getStyleClass().add("danger");
        Button outlined = new Button(words.of("sampler.button.danger"));
        outlined.getStyleClass().addAll("button-outlined", "danger");
        Button flat = new Button(words.of("sampler.button.flat"), Glyph.REFRESH.icon("button-size"));
        flat.getStyleClass().add("flat");
        Button disabled = new Button(words.of("sampler.button.usual"));
        disabled.setDisable(true);
        Button small = new Button(words.of("sampler.button.small"));
        small.getStyleClass().add("small");
        Hyperlink link = new Hyperlink(words.of("sampler.button.link"));
        FlowPane first = row(primary, usual, danger, outlined, flat, disabled, small, link);
        FlowPane second = row(
                Clip.button(words, words.of("sampler.button.sample"), () -> "sample"),
                CommandLine.of("limelight", "tenant", "status", "sample 1").button(words));
        return column(first, second);
    }

    private Parent inputs() {
        TextField text = new TextField();
        text.setPromptText(words.of("sampler.input.prompt"));
        text.setAccessibleText(words.of("sampler.input.prompt"));
        TextArea area = new TextArea(words.of("sampler.input.text"));
        area.setPrefRowCount(3);
        area.setAccessibleText(words.of("sampler.input.text"));
        ComboBox<String> combo = new ComboBox<>(
                FXCollections.observableArrayList(words.of("sampler.input.first"), words.of("sampler.input.second")));
        combo.getSelectionModel().selectFirst();
        combo.setAccessibleText(words.of("sampler.input.choice"));
        CheckBox on = new CheckBox(words.of("sampler.input.on"));
        on.setSelected(true);
        CheckBox off = new CheckBox(words.of("sampler.input.off"));
        ToggleGroup group = new ToggleGroup();
        RadioButton first = new RadioButton(words.of("sampler.input.first"));
        first.setToggleGroup(group);
        first.setSelected(true);
        RadioButton second = new RadioButton(words.of("sampler.input.second"));
        second.setToggleGroup(group);
        ProgressBar progress = new ProgressBar(0.4);
        progress.setAccessibleText(words.of("sampler.input.progress"));
        return column(text, area, row(combo, on, off, first, second), progress);
    }

    private Parent filter() {
        FilterBar empty = new FilterBar(words);
        FilterBar valid = new FilterBar(words);
        valid.chips().addAll(new Chip("state: failed", "state:failed"), new Chip("tag: sample", "tag:sample"));
        valid.textProperty().set("sample-");
        valid.validityProperty().set(Validity.VALID);
        valid.messageProperty().set(words.of("sampler.filter.match", 41));
        valid.savedViews().add(words.of("sampler.filter.view"));
        valid.onSaveView(() -> {});
        valid.setCompletions(typed -> List.of("state:failed", "state:stale").stream()
                .filter(each -> each.startsWith(typed))
                .toList());
        FilterBar invalid = new FilterBar(words);
        invalid.textProperty().set("age:>1x");
        invalid.validityProperty().set(Validity.INVALID);
        invalid.messageProperty().set(words.of("sampler.filter.wrong"));
        return column(empty, valid, invalid);
    }

    private Parent empty() {
        return column(
                new EmptyState(
                        words,
                        Glyph.SERVER,
                        words.of("sampler.empty.sentence"),
                        words.of("sampler.empty.verb"),
                        () -> {}),
                new EmptyState(words, Glyph.CLOCK, words.of("sampler.empty.alone"), null, null));
    }

    /** A problem as an example. */
    private Problem example() {
        return new Problem(
                "sampler.refused",
                words.of("sampler.problem.what"),
                List.of(words.of("sampler.problem.cause1"), words.of("sampler.problem.cause2")),
                List.of(words.of("sampler.problem.do")),
                "connect 10.20.4.17:8881: Connection refused\nagent d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    }

    private Parent problem() {
        return ProblemView.of(words, example());
    }

    private Parent detail() {
        DetailPane pane = new DetailPane(words);
        pane.titleProperty().set("sample-07");
        pane.subtitleProperty().set("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
        StateBadge pill = StateBadge.pill(words);
        pill.setState(MachineState.FAILED);
        AgeLabel age = new AgeLabel(clock, words).ago();
        age.setInstant(clock.instant().minusSeconds(190));
        pane.setBadges(pill, age);
        pane.setBesideSubtitle(Clip.button(words, words.of("sampler.button.sample"), () -> "sample"));
        pane.addTab("verdict", words.of("sampler.detail.verdict"), ProblemView.of(words, example()));
        pane.addTab("timeline", words.of("sampler.detail.timeline"), states());
        Button primary = new Button(words.of("sampler.button.primary"));
        primary.getStyleClass().add("accent");
        Button danger = new Button(words.of("sampler.button.danger"));
        danger.getStyleClass().addAll("button-outlined", "danger");
        pane.setVerbs(List.of(primary, new Button(words.of("sampler.button.usual")), danger));
        pane.setMaxWidth(508);
        pane.setPrefHeight(620);
        return pane;
    }

    private Parent steps() {
        StepList list = new StepList(words);
        for (StepList.State state : StepList.State.values()) {
            boolean bad = state == StepList.State.FAILED || state == StepList.State.WARNING;
            list.steps()
                    .add(new StepList.Step(
                            state.key(),
                            words.of("sampler.steps.title"),
                            state,
                            state == StepList.State.PENDING ? "" : words.of("sampler.steps.detail"),
                            bad ? words.of("sampler.steps.fix") : ""));
        }
        list.setMaxWidth(620);
        return list;
    }

    private Parent secret() {
        SecretField masked = new SecretField(words);
        masked.setName(words.of("sampler.secret.name"));
        masked.focusTarget().setText("sample secret");
        SecretField open = new SecretField(words);
        open.setName(words.of("sampler.secret.name"));
        open.focusTarget().setText("sample secret");
        open.revealedProperty().set(true);
        SecretField empty = new SecretField(words);
        empty.setName(words.of("sampler.secret.name"));
        VBox box = column(masked, open, empty);
        box.setMaxWidth(420);
        return box;
    }

    private record Line(String name, MachineState state, long seconds) {}

    private Parent table() {
        TableView<Line> table = new TableView<>();
        table.setAccessibleText(words.of("sampler.table"));
        table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_FLEX_LAST_COLUMN);
        TableColumn<Line, MachineState> state = new TableColumn<>(words.of("sampler.table.state"));
        state.setCellValueFactory(cell ->
                new javafx.beans.property.SimpleObjectProperty<>(cell.getValue().state()));
        state.setCellFactory(column -> new TableCell<>() {
            private final StateBadge badge = new StateBadge(words);

            @Override
            protected void updateItem(@Nullable MachineState item, boolean empty) {
                super.updateItem(item, empty);
                badge.setState(empty ? null : item);
                setGraphic(empty ? null : badge);
            }
        });
        TableColumn<Line, Instant> age = new TableColumn<>(words.of("sampler.table.age"));
        age.setCellValueFactory(cell -> new javafx.beans.property.SimpleObjectProperty<>(
                clock.instant().minusSeconds(cell.getValue().seconds())));
        age.setCellFactory(column -> new TableCell<>() {
            private final AgeLabel label = new AgeLabel(clock, words);

            @Override
            protected void updateItem(@Nullable Instant item, boolean empty) {
                super.updateItem(item, empty);
                label.setInstant(empty ? null : item);
                setGraphic(empty ? null : label);
            }
        });
        TableColumn<Line, String> name = new TableColumn<>(words.of("sampler.table.machine"));
        name.setCellValueFactory(cell ->
                new javafx.beans.property.SimpleStringProperty(cell.getValue().name()));
        table.getColumns().add(state);
        table.getColumns().add(age);
        table.getColumns().add(name);
        MachineState[] all = MachineState.values();
        for (int i = 0; i < 24; i++) {
            table.getItems().add(new Line("sample-" + i, all[i % all.length], 7L * i * i));
        }
        table.getSelectionModel().select(1);
        table.setPrefHeight(620);
        return table;
    }

    private Parent type() {
        VBox column = column();
        for (String style :
                List.of("page-title", "detail-title", "card-title", "semibold", "medium", "body", "caption", "mono")) {
            Label label = new Label(words.of("sampler.type.line", style));
            label.getStyleClass().add(style);
            column.getChildren().add(label);
        }
        Label muted = new Label(words.of("sampler.type.line", "muted"));
        muted.getStyleClass().add("muted");
        FlowPane glyphs = new FlowPane();
        glyphs.getStyleClass().add("verbs");
        for (Glyph glyph : Glyph.values()) {
            glyphs.getChildren().add(glyph.icon());
        }
        column.getChildren().addAll(muted, glyphs);
        return column;
    }

    private static FlowPane row(Region... nodes) {
        FlowPane row = new FlowPane(nodes);
        row.getStyleClass().add("sampler-row");
        return row;
    }

    private static VBox column(Region... nodes) {
        VBox column = new VBox(nodes);
        column.getStyleClass().add("sampler-column");
        for (Region node : nodes) {
            VBox.setVgrow(node, Priority.NEVER);
        }
        return column;
    }
}
