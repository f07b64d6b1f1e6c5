package io.limelight.console.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.notify.Occurrence.Kind;
import io.limelight.console.shell.Remembered;
import io.limelight.console.words.Words;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotifyTest {
    private static final Words WORDS = Words.english();

    private Instant now = Instant.parse("2026-11-29T02:00:00Z");
    private final List<Runnable> later = new ArrayList<>();
    private final List<Notice> beyond = new ArrayList<>();
    private final List<String> posted = new ArrayList<>();
    private final Remembered remembered = Remembered.inMemory();
    private final NotifyViewModel model = new NotifyViewModel(() -> now, later::add, beyond::add, remembered);
    private boolean refuses;
    private final AlertsViewModel alerts = new AlertsViewModel(
            (address, json) -> {
                if (refuses) {
                    throw AlertsViewModel.notTaken(WORDS, "hooks.example", new IOException("it answers with 500"));
                }
                posted.add(new String(json, java.nio.charset.StandardCharsets.UTF_8));
            },
            "notify.1",
            "dc-east",
            remembered,
            WORDS,
            () -> now,
            ActLog.NONE,
            Runnable::run,
            Runnable::run);

    private static Occurrence failed(String name) {
        return new Occurrence(Kind.FAILED, "failed " + name, name, name);
    }

    private void flush() {
        List<Runnable> due = List.copyOf(later);
        later.clear();
        due.forEach(Runnable::run);
    }

    @Test
    void whatComesTogetherIsOneNoticeAndNothingIsSaidTwice() {
        model.take(List.of(failed("web-07"), failed("web-12")));
        model.take(List.of(failed("db-03"), failed("web-07")));
        assertThat(later).hasSize(1);
        flush();
        assertThat(model.notices()).hasSize(1);
        assertThat(model.notices().getFirst().text(WORDS)).isEqualTo("3 machines failed their policies");
        assertThat(model.toastProperty().get()).isPresent();
        model.take(List.of(failed("web-07")));
        assertThat(later).isEmpty();
    }

    @Test
    void whoIsNotToBeDisturbedFindsItInTheList() {
        model.doNotDisturbProperty().set(true);
        model.take(List.of(failed("web-07")));
        flush();
        assertThat(model.toastProperty().get()).isEmpty();
        assertThat(model.unreadProperty().get()).isEqualTo(1);
    }

    @Test
    void whatIsStaleIsAnAlertAndNoNotification() {
        model.take(List.of(new Occurrence(Kind.STALE, "stale a", "a", "a")));
        flush();
        assertThat(model.notices()).isEmpty();
        assertThat(beyond).hasSize(1);
    }

    @Test
    void alertsAreLimitedAndWhatWasLeftOutIsCounted() throws Exception {
        alerts.addressProperty().set("https://hooks.example/a");
        alerts.enabledProperty().set(true);
        for (int i = 0; i < AlertsViewModel.MOST + 3; i++) {
            alerts.take(new Notice(now, List.of(failed("m" + i))));
        }
        assertThat(posted).hasSize(AlertsViewModel.MOST);
        now = now.plus(AlertsViewModel.WITHIN);
        alerts.take(new Notice(now, List.of(failed("last"))));
        assertThat(WireJson.parse(posted.getLast()).at("/left_out_before").asInt())
                .isEqualTo(3);
    }

    @Test
    void anAddressWithAPasswordIsNeitherUsedNorRemembered() {
        alerts.addressProperty().set("https://me:secret@hooks.example/a");
        alerts.enabledProperty().set(true);
        alerts.take(new Notice(now, List.of(failed("web-07"))));
        alerts.test();
        assertThat(posted).isEmpty();
        assertThat(remembered.get("notify.1.address").orElse("")).doesNotContain("secret");
        alerts.addressProperty().set("http://hooks.example/a");
        alerts.test();
        assertThat(posted).isEmpty();
    }

    @Test
    void anAlertThatIsNotTakenIsAProblem() {
        refuses = true;
        alerts.addressProperty().set("https://hooks.example/a");
        alerts.test();
        assertThat(alerts.problemProperty().get().orElseThrow().code()).isEqualTo("notify.not-taken");
    }
}
