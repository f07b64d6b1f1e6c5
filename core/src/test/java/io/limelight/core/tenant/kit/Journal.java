package io.limelight.core.tenant.kit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every request that reached a server of a {@link TenantWorld}, in order: {@code agent POST keys/ukey}. */
public final class Journal {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    void add(String line) {
        lines.add(line);
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public void clear() {
        lines.clear();
    }
}
