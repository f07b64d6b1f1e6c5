package io.limelight.console.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.MachineAct;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.machines.DetailViewModel.Tab;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.shell.Remembered;
import io.limelight.console.testkit.FxScreen;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.CheckMenuItem;
import javafx.scene.control.Label;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TableView;
import javafx.scene.control.ToggleButton;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The pages of machines and the overview, drawn. */
@ResourceLock("javafx")
class MachinesPageTest {
    private static final Words WORDS = Words.english();
    private static final AgentId BAD = FleetScenes.BAD;

    private final FakeFleet fleet = new FakeFleet();
    private final Map<AgentId, Labels> labels = new HashMap<>();
    private final List<Node> dialogs = new ArrayList<>();
    private FxScreen screen;
    private MachinesViewModel model;
    private MachinesPage page;
    private OverviewPage overview;
    private @Nullable String shownFilter;

    private final Remembered remembered = Remembered.inMemory();

    @BeforeEach
    void open() {
        screen = FxScreen.start();
        screen.run(() -> {
            LabelBook book = MachinesViewModelTest.book(labels);
            model = new MachinesViewModel(
                    fleet, book, () -> FakeFleet.NOW, WORDS.locale(), Runnable::run, Runnable::run);
            DetailViewModel detail = new DetailViewModel(
                    fleet, book, () -> Staleness.USUAL, () -> FakeFleet.NOW, Runnable::run, Runnable::run);
            DialogHost host = new DialogHost() {
                @Override
                public void show(String title, Node content, Node focus, Node opener) {
                    dialogs.add(content);
                }

                @Override
                public void hide() {
                    dialogs.clear();
                }
            };
            CommandLines commands = new CommandLines("verifier:8881", "registrar:8891");
            page = new MachinesPage(
                    WORDS,
                    () -> FakeFleet.NOW,
                    model,
                    detail,
                    new MachineDetailView(detail, WORDS, () -> FakeFleet.NOW, model::labelsChanged, () -> commands),
                    new SavedViews(Map.of("Failed or stale", "state:failed,stale"), _ -> {}, _ -> null),
                    new BulkDialogs(
                            fleet,
                            book,
                            WORDS,
                            host,
                            Runnable::run,
                            Runnable::run,
                            () -> commands,
                            io.limelight.console.activity.ActLog.NONE),
                    new SimpleDoubleProperty(1),
                    remembered);
            overview = new OverviewPage(
                    new OverviewViewModel(
                            fleet,
                            AgentId::value,
                            () -> Staleness.USUAL,
                            () -> FakeFleet.NOW,
                            Runnable::run,
                            Runnable::run),
                    WORDS,
                    () -> FakeFleet.NOW,
                    filter -> shownFilter = filter,
                    () -> {});
        });
    }

    @AfterEach
    void close() {
        screen.close();
    }

    private void tellOfAFleet() {
        screen.run(() -> FleetScenes.tell(fleet, labels));
    }

    @Test
    void aFailedMachineIsExplainedFromTheListToTheRow() {
        tellOfAFleet();
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
        assertThat(screen.call(() -> model.rows().getFirst().machine().id()))
                .as("revoked before failed before the rest")
                .isEqualTo(AgentId.of("revoked-1"));
        screen.run(() -> page.showMachine(BAD));
        // What a skin shows is there with one of the next pulses.
        await().untilAsserted(() -> screen.find("#failure-sentence", Label.class));
        Label sentence = screen.find("#failure-sentence", Label.class);
        assertThat(screen.call(sentence::getText)).startsWith("The file /usr/local/bin/backup.sh");
        screen.picture("machines-failed");
        screen.run(() -> model.filterTextProperty().unbind());
        screen.run(() -> page.showFilter("state:failed"));
        screen.picture("machines-filtered");
    }

    @Test
    void everyTabIsDrawn() {
        tellOfAFleet();
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
        screen.run(() -> page.showMachine(BAD));
        for (Tab tab : Tab.values()) {
            screen.run(() -> page.detail().tabProperty().set(tab));
            screen.picture("machine-" + tab.key());
        }
        screen.run(() -> page.detail().point(new FailureSummary.Pointer.ImaEntry(2)));
        screen.picture("machine-evidence-pointed");
    }

    @Test
    void nothingThereIsSaid() {
        screen.show(page.content(), 1280, 720);
        screen.run(page::shown);
        screen.picture("machines-loading");
        screen.run(() -> fleet.tell());
        screen.picture("machines-empty");
    }

    @Test
    void manyAreDoneSomethingToAfterAPreview() {
        tellOfAFleet();
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
        screen.run(() -> model.checkShown(true));
        screen.picture("machines-checked");
        screen.run(() -> screen.find("#bulk-pause", Button.class).fire());
        assertThat(dialogs).hasSize(1);
        assertThat(fleet.asked).noneMatch(asked -> asked.startsWith(MachineAct.PAUSE.key()));
        screen.show((javafx.scene.Parent) dialogs.getFirst(), 760, 520);
        screen.picture("machines-bulk-preview");
        screen.run(() -> screen.find("#bulk-run", Button.class).fire());
        assertThat(fleet.asked).filteredOn(asked -> asked.startsWith("pause ")).hasSize(44);
        screen.picture("machines-bulk-done");
    }

    @Test
    void theOverviewLeadsToTheMachinesItCounts() {
        tellOfAFleet();
        screen.show(overview.content(), 1440, 900);
        screen.run(overview::shown);
        screen.picture("overview");
        screen.run(() -> screen.find("#card-failed", Button.class).fire());
        assertThat(shownFilter).isEqualTo("state:failed");
        screen.show(overview.content(), 800, 900);
        screen.picture("overview-narrow");
    }

    @Test
    void aCountThatChangesLeavesTheKeyboardWhereItIs() {
        tellOfAFleet();
        screen.show(overview.content(), 1440, 900);
        screen.run(overview::shown);
        Button card = screen.find("#card-stale", Button.class);
        screen.run(card::requestFocus);
        screen.run(() -> fleet.tell(FakeFleet.failed("new-1", "x", "It failed.")));
        assertThat(screen.find("#card-stale", Button.class)).isSameAs(card);
        assertThat(screen.call(card::isFocused)).isTrue();
        assertThat(screen.call(card::getAccessibleText)).contains("0");
        screen.run(() -> screen.find("#explain-1", Button.class).requestFocus());
        screen.run(() -> fleet.tell(
                FakeFleet.failed("new-1", "x", "It failed."), FakeFleet.machine("w", MachineState.WAITING, null)));
        assertThat(screen.call(() -> screen.find("#explain-1", Button.class).isFocused()))
                .isTrue();
    }

    @Test
    void howFarBackIsChosenOnceForChartAndTable() {
        screen.show(overview.content(), 1440, 900);
        screen.run(overview::shown);
        fleet.asked.clear();
        screen.run(() -> screen.find("#range-week", ToggleButton.class).fire());
        assertThat(fleet.asked).containsExactly("history");
        screen.run(() -> screen.find("#range-week", ToggleButton.class).fire());
        assertThat(screen.call(
                        () -> screen.find("#range-week", ToggleButton.class).isSelected()))
                .isTrue();
        assertThat(screen.call(
                        () -> screen.find("#range-day", ToggleButton.class).isSelected()))
                .isFalse();
    }

    @Test
    void columnsAndRowsAreRememberedAndCanBeAsDesigned() {
        tellOfAFleet();
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
        MenuButton choices = screen.find("#table-choices", MenuButton.class);
        TableView<?> table = screen.find("#machine-table", TableView.class);
        double comfortable = screen.call(table::getFixedCellSize);
        screen.run(() -> ((CheckMenuItem) item(choices, "column-tags")).setSelected(false));
        screen.run(() -> ((CheckMenuItem) item(choices, "rows-compact")).setSelected(true));
        assertThat(screen.call(table::getFixedCellSize)).isLessThan(comfortable);
        assertThat(remembered.get("machines.columns").orElseThrow()).contains("tags:0:hidden", "state:0:shown");
        assertThat(remembered.get("machines.rows")).contains("compact");
        screen.picture("machines-compact");
        screen.run(() -> item(choices, "table-reset").fire());
        assertThat(screen.call(table::getFixedCellSize)).isEqualTo(comfortable);
        assertThat(remembered.get("machines.columns").orElseThrow())
                .contains("tags:0:shown")
                .doesNotContain("tags:0:hidden");
    }

    private static MenuItem item(MenuButton menu, String id) {
        return menu.getItems().stream()
                .filter(each -> id.equals(each.getId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theTableKeepsWhoIsLookedAtWhenRowsMove() {
        tellOfAFleet();
        screen.show(page.content(), 1440, 900);
        screen.run(page::shown);
        screen.run(() -> page.showMachine(BAD));
        screen.run(() -> model.orderProperty().set(new MachinesViewModel.MachineOrder(MachineColumn.MACHINE, true)));
        TableView<?> table = screen.find("#machine-table", TableView.class);
        assertThat(screen.call(() -> table.getSelectionModel().getSelectedItem()))
                .hasFieldOrPropertyWithValue("machine.id", BAD);
        assertThat(screen.call(() -> model.lookedProperty().get())).isEqualTo(BAD);
    }
}
