package io.limelight.console;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.RememberedStore;
import io.limelight.console.shell.Remembered;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the window remembers, kept in the console's own file: read once before there is a window, written off the screen's thread, the
 * latest of each name. That something is not remembered is worth a line in the log and no dialog.
 */
final class RememberedTexts implements Remembered {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedTexts.class);
    private static final String PREFIX = "window.";

    private final RememberedStore store;
    private final Executor work;
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final Map<String, String> waiting = new LinkedHashMap<>();
    private boolean writing;

    /** Reads; blocks. */
    RememberedTexts(RememberedStore store, Executor work) {
        this.store = store;
        this.work = work;
        try {
            store.all(PREFIX).forEach((name, text) -> texts.put(name.substring(PREFIX.length()), text));
        } catch (ProblemException e) {
            LOG.warn("What the window remembers cannot be read: {}", e.getMessage());
        }
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(texts.get(key));
    }

    @Override
    public void put(String key, String value) {
        if (value.equals(texts.put(key, value))) {
            return;
        }
        synchronized (waiting) {
            waiting.put(PREFIX + key, value);
            if (writing) {
                return;
            }
            writing = true;
        }
        work.execute(this::write);
    }

    private void write() {
        while (true) {
            Map<String, String> now;
            synchronized (waiting) {
                if (waiting.isEmpty()) {
                    writing = false;
                    return;
                }
                now = new LinkedHashMap<>(waiting);
                waiting.clear();
            }
            for (Map.Entry<String, String> entry : now.entrySet()) {
                try {
                    store.put(entry.getKey(), entry.getValue());
                } catch (ProblemException e) {
                    LOG.warn("The window's {} is not remembered: {}", entry.getKey(), e.getMessage());
                }
            }
        }
    }
}
