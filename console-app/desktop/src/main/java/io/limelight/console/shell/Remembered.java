package io.limelight.console.shell;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What a window remembers of itself from one day to the next: sizes, columns, the theme. Never blocks: writing happens behind it. */
public interface Remembered {
    /** What was put last under a name. */
    Optional<String> get(String key);

    /** Remembers. */
    void put(String key, String value);

    /** Until the program ends. */
    static Remembered inMemory() {
        Map<String, String> values = new ConcurrentHashMap<>();
        return new Remembered() {
            @Override
            public Optional<String> get(String key) {
                return Optional.ofNullable(values.get(key));
            }

            @Override
            public void put(String key, String value) {
                values.put(key, value);
            }
        };
    }

    /** A number; empty where none was put, or no number. */
    default Optional<Double> number(String key) {
        try {
            return get(key).map(Double::valueOf).filter(Double::isFinite);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
