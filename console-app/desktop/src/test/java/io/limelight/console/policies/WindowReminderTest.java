package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.overview.Attention;
import io.limelight.console.overview.OverviewPage;
import io.limelight.console.overview.OverviewViewModel;
import io.limelight.console.policies.PolicyWindows.Window;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowReminderTest {
    private final Records records = Records.inMemory(Words.english(), new SecureRandom(), () -> FakeFleet.NOW);
    private final PolicyWindows windows = new PolicyWindows(records.drafts(), 1);
    private Instant now = Instant.parse("2026-11-28T23:59:30Z");
    private final WindowReminder reminder =
            new WindowReminder(windows, () -> now, ZoneOffset.UTC, Runnable::run, Runnable::run);

    private static Window window(String policy, String until) {
        return new Window(policy, LocalDate.parse(until), policy + "-after");
    }

    private List<String> over() {
        return reminder.over().stream().map(Window::policy).toList();
    }

    @Test
    void aWindowIsOverWhenItsLastDayIs() throws ProblemException {
        windows.keep(window("late", "2026-11-28"));
        windows.keep(window("long-over", "2026-10-01"));
        windows.keep(window("open", "2026-12-24"));
        List<String> changes = new ArrayList<>();
        reminder.onChange(() -> changes.add("read"));
        over();
        assertThat(over()).containsExactly("long-over");
        now = now.plusSeconds(31);
        assertThat(over()).containsExactly("long-over", "late");
        assertThat(changes).hasSize(1);

        windows.forget("long-over");
        assertThat(over()).as("what was read a moment ago").containsExactly("long-over", "late");
        now = now.plusSeconds(31);
        over();
        assertThat(over()).containsExactly("late");
        assertThat(changes).hasSize(2);
        reminder.close();
    }

    @Test
    void theOverviewNamesItBesidesWhatOthersAskFor() throws ProblemException {
        windows.keep(window("late", "2026-11-01"));
        FakeFleet fleet = new FakeFleet();
        OverviewViewModel overview = new OverviewViewModel(
                fleet,
                AgentId::value,
                () -> new Staleness(Duration.ofMinutes(1)),
                () -> now,
                Runnable::run,
                Runnable::run);
        overview.also(() -> List.of(entry("held", OverviewPage.HELD)));
        overview.also(() -> reminder.over().stream()
                .map(each -> entry(each.policy(), OverviewPage.WINDOW))
                .toList());
        reminder.onChange(overview::moreChanged);
        overview.open();
        fleet.tell(FakeFleet.trusted("m1"));
        assertThat(overview.factsProperty().get().attention())
                .extracting(Attention::filter)
                .contains("held", "late");
        overview.close();
        reminder.close();
    }

    private static Attention entry(String what, String verb) {
        return new Attention(55, Attention.Look.WARNING, "overview.window", List.of(), "", List.of(), null, verb, what);
    }
}
