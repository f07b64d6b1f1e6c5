package io.limelight.console.settings;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.RememberedStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.Property;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;

/**
 * How the console looks and behaves. Changes take effect at once and are remembered; what was remembered and makes no sense any more
 * is as if it had not been. Used on the screen's thread.
 */
public final class SettingsViewModel {
    private static final double SMALLEST = 0.8;
    private static final double LARGEST = 2.0;
    private static final String THEME = "settings.theme";
    private static final String SCALE = "settings.scale";
    private static final String MOTION = "settings.motion";
    private static final String LANGUAGE = "settings.language";
    private static final String PACE = "settings.pace";
    private static final String STALE = "settings.stale";
    private static final String TRAY = "settings.tray";

    private final RememberedStore store;
    private final Executor work;
    private final Executor screen;
    private final ObjectProperty<Look> look = new SimpleObjectProperty<>(this, "look", Look.SYSTEM);
    private final DoubleProperty scale = new SimpleDoubleProperty(this, "scale", 1);
    private final ObjectProperty<Motion> motion = new SimpleObjectProperty<>(this, "motion", Motion.SYSTEM);
    /** English until every group of words is there in the others. */
    private final ObjectProperty<Language> language = new SimpleObjectProperty<>(this, "language", Language.ENGLISH);

    private final ObjectProperty<Pace> pace = new SimpleObjectProperty<>(this, "pace", Pace.FIVE_SECONDS);
    private final ObjectProperty<StaleAfter> staleAfter =
            new SimpleObjectProperty<>(this, "staleAfter", StaleAfter.FIVE_MINUTES);
    private final ObjectProperty<Tray> tray = new SimpleObjectProperty<>(this, "tray", Tray.OFF);
    private final BooleanProperty noTray = new SimpleBooleanProperty(this, "noTray");
    private final ReadOnlyObjectWrapper<Optional<Problem>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final Map<String, String> waiting = new LinkedHashMap<>();
    private boolean writing;
    private boolean loading;

    /** Light or dark. */
    public enum Look {
        /** Ink on paper. */
        LIGHT,
        /** Ink on night. */
        DARK,
        /** As the system says. */
        SYSTEM
    }

    /** Whether things move. */
    public enum Motion {
        /** As the system says. */
        SYSTEM,
        /** They do. */
        FULL,
        /** They do not. */
        REDUCED
    }

    /** Which language the console speaks. */
    public enum Language {
        /** The system's, where it is one of these. */
        SYSTEM,
        /** English. */
        ENGLISH,
        /** Deutsch. */
        GERMAN;

        /** Its locale. */
        public Locale locale(Locale system) {
            return switch (this) {
                case SYSTEM ->
                    system.getLanguage().equals("de") || system.getLanguage().equals("en") ? system : Locale.ENGLISH;
                case ENGLISH -> Locale.ENGLISH;
                case GERMAN -> Locale.GERMANY;
            };
        }
    }

    /** How often the list of machines is asked for. */
    public enum Pace {
        /** Only when told. */
        OFF(Duration.ZERO),
        /** Every 5 s. */
        FIVE_SECONDS(Duration.ofSeconds(5)),
        /** Every 30 s. */
        HALF_A_MINUTE(Duration.ofSeconds(30)),
        /** Every minute. */
        MINUTE(Duration.ofMinutes(1));

        private final Duration every;

        Pace(Duration every) {
            this.every = every;
        }

        /** Between two refreshes; zero: never. */
        public Duration every() {
            return every;
        }
    }

    /** When a pass is too old. */
    public enum StaleAfter {
        /** 30 s. */
        HALF_A_MINUTE(Duration.ofSeconds(30)),
        /** 1 min. */
        MINUTE(Duration.ofMinutes(1)),
        /** 5 min. */
        FIVE_MINUTES(Duration.ofMinutes(5)),
        /** 15 min. */
        QUARTER_OF_AN_HOUR(Duration.ofMinutes(15)),
        /** 1 h. */
        HOUR(Duration.ofHours(1));

        private final Duration limit;

        StaleAfter(Duration limit) {
            this.limit = limit;
        }

        /** A pass older than this is stale. */
        public Duration limit() {
            return limit;
        }
    }

    /** Whether the console is in the desktop's tray. */
    public enum Tray {
        /** It is not. */
        OFF,
        /** It is, while a fleet is open. */
        ON
    }

    /** With the usual settings. */
    public SettingsViewModel(RememberedStore store, Executor work, Executor screen) {
        this.store = store;
        this.work = work;
        this.screen = screen;
        remember(look, THEME);
        remember(motion, MOTION);
        remember(language, LANGUAGE);
        remember(pace, PACE);
        remember(staleAfter, STALE);
        remember(tray, TRAY);
        scale.addListener((_, _, now) -> {
            double clamped = Math.clamp(now.doubleValue(), SMALLEST, LARGEST);
            if (clamped != now.doubleValue()) {
                scale.set(clamped);
            } else {
                put(SCALE, Double.toString(clamped));
            }
        });
    }

    private <E extends Enum<E>> void remember(Property<E> property, String name) {
        property.addListener((_, _, now) -> put(name, key(now)));
    }

    /** Names keys of words, and what is remembered: {@code five-seconds}. */
    public static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void put(String name, String text) {
        if (loading) {
            return;
        }
        boolean begin;
        synchronized (waiting) {
            begin = !writing;
            waiting.put(name, text);
            writing = true;
        }
        if (begin) {
            work.execute(this::write);
        }
    }

    /** One at a time and the latest of each, whatever is dragged about meanwhile. */
    private void write() {
        Optional<Problem> told = Optional.empty();
        while (true) {
            Map<String, String> now;
            synchronized (waiting) {
                if (waiting.isEmpty()) {
                    writing = false;
                    break;
                }
                now = new LinkedHashMap<>(waiting);
                waiting.clear();
            }
            try {
                for (Map.Entry<String, String> entry : now.entrySet()) {
                    store.put(entry.getKey(), entry.getValue());
                }
            } catch (ProblemException e) {
                told = Optional.of(e.problem());
            }
        }
        Optional<Problem> said = told;
        screen.execute(() -> problem.set(said));
    }

    /** Reads what was remembered, before there is a window; blocks. */
    public void loadNow() {
        Map<String, String> all = new LinkedHashMap<>();
        try {
            all.putAll(store.all("settings."));
        } catch (ProblemException e) {
            problem.set(Optional.of(e.problem()));
        }
        loading = true;
        try {
            take(all, THEME, look, Look.class);
            take(all, MOTION, motion, Motion.class);
            take(all, LANGUAGE, language, Language.class);
            take(all, PACE, pace, Pace.class);
            take(all, STALE, staleAfter, StaleAfter.class);
            take(all, TRAY, tray, Tray.class);
            double remembered = Double.parseDouble(all.getOrDefault(SCALE, "1"));
            scale.set(Double.isNaN(remembered) ? 1 : Math.clamp(remembered, SMALLEST, LARGEST));
        } catch (NumberFormatException e) {
            scale.set(1);
        } finally {
            loading = false;
        }
    }

    private static <E extends Enum<E>> void take(
            Map<String, String> all, String name, Property<E> property, Class<E> type) {
        String text = all.get(name);
        for (E value : type.getEnumConstants()) {
            if (key(value).equals(text)) {
                property.setValue(value);
            }
        }
    }

    /** Light or dark. */
    public ObjectProperty<Look> lookProperty() {
        return look;
    }

    /** Size of text, 0.8 to 2. */
    public DoubleProperty scaleProperty() {
        return scale;
    }

    /** Whether things move. */
    public ObjectProperty<Motion> motionProperty() {
        return motion;
    }

    /** Which language the console speaks from its next start. */
    public ObjectProperty<Language> languageProperty() {
        return language;
    }

    /** How often the list is asked for. */
    public ObjectProperty<Pace> paceProperty() {
        return pace;
    }

    /** When a pass is too old. */
    public ObjectProperty<StaleAfter> staleAfterProperty() {
        return staleAfter;
    }

    /** Whether the console is in the desktop's tray. */
    public ObjectProperty<Tray> trayProperty() {
        return tray;
    }

    /** Whether it turned out that the desktop has none. */
    public BooleanProperty noTrayProperty() {
        return noTray;
    }

    /** Why a change is not remembered. */
    public ReadOnlyObjectProperty<Optional<Problem>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    /** As it came. */
    public void reset() {
        look.set(Look.SYSTEM);
        scale.set(1);
        motion.set(Motion.SYSTEM);
        language.set(Language.ENGLISH);
        pace.set(Pace.FIVE_SECONDS);
        staleAfter.set(StaleAfter.FIVE_MINUTES);
        tray.set(Tray.OFF);
    }
}
