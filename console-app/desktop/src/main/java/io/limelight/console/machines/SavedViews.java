package io.limelight.console.machines;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javafx.scene.Node;
import org.jspecify.annotations.Nullable;

/** Filters with names. Kept by whoever remembers things; asked for a name in a small dialog. */
public final class SavedViews {
    private final TreeMap<String, String> views;
    private final Consumer<Map<String, String>> remember;
    private final NameQuestion question;

    /** Asks a person for a name. */
    @FunctionalInterface
    public interface NameQuestion {
        /** The name; null: never mind. */
        @Nullable String ask(Node opener);
    }

    /**
     * As remembered.
     *
     * @param views filter by name
     * @param remember called with all of them after a change
     * @param question asks for a name
     */
    public SavedViews(Map<String, String> views, Consumer<Map<String, String>> remember, NameQuestion question) {
        this.views = new TreeMap<>(views);
        this.remember = remember;
        this.question = question;
    }

    /** In the order of the alphabet. */
    public List<String> names() {
        return List.copyOf(views.keySet());
    }

    /** What a view shows; an unknown one shows everything. */
    public String filter(String name) {
        return views.getOrDefault(name, "");
    }

    /** Saves a filter under a name that a person gives. */
    void ask(Node opener, String filter, Runnable saved) {
        String name = question.ask(opener);
        if (name != null && !name.isBlank()) {
            views.put(name.strip(), filter);
            remember.accept(Map.copyOf(views));
            saved.run();
        }
    }

    /** Forgets one. */
    void forget(String name) {
        views.remove(name);
        remember.accept(Map.copyOf(views));
    }
}
