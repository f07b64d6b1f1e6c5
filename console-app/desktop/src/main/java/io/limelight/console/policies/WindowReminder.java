package io.limelight.console.policies;

import io.limelight.console.policies.PolicyWindows.Window;
import io.limelight.console.work.Loader;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Which policies still allow more than they shall in the end, though the last day of their update window is over. Nothing is made narrower by
 * itself: a person is told until it is. Used on the screen's thread.
 */
public final class WindowReminder implements AutoCloseable {
    /** Windows are this console's own records: reading them asks nobody. */
    private static final Duration LASTS = Duration.ofSeconds(30);

    private final PolicyWindows windows;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Loader<List<Window>> read;

    /**
     * Nothing read yet.
     *
     * @param zone whose midnight ends a day
     */
    public WindowReminder(PolicyWindows windows, InstantSource clock, ZoneId zone, Executor work, Executor screen) {
        this.windows = windows;
        this.clock = clock;
        this.zone = zone;
        this.read = new Loader<>(work, screen, clock);
    }

    /** Calls {@code changed} when other windows were read than before. */
    public void onChange(Runnable changed) {
        read.stateProperty().addListener((_, before, now) -> {
            if (now.value() != null && !now.value().equals(before.value())) {
                changed.run();
            }
        });
    }

    /** Those that are over, the longest over first; what was read last, which is read again where that was a while ago. */
    public List<Window> over() {
        read.loadIfOlder(LASTS, _ -> windows.all());
        LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
        return read.stateProperty().get().got().orElse(List.of()).stream()
                .filter(window -> window.over(today))
                .sorted(Comparator.comparing(Window::until).thenComparing(Window::policy))
                .toList();
    }

    @Override
    public void close() {
        read.close();
    }
}
