package io.limelight.console.machines;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Labels held in memory and written through to whoever keeps them. Reading never blocks; a label that cannot be written is not shown. */
public final class RememberedLabels implements LabelBook {
    private final Keeper keeper;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Map<AgentId, Labels> labels;

    /** Where labels are kept. */
    @FunctionalInterface
    public interface Keeper {
        /** Keeps one; blocks. */
        void keep(AgentId id, Labels labels) throws ProblemException;
    }

    /**
     * As read.
     *
     * @param labels all there are
     * @param keeper keeps a change
     */
    public RememberedLabels(Map<AgentId, Labels> labels, Keeper keeper) {
        this.labels = Map.copyOf(labels);
        this.keeper = keeper;
    }

    @Override
    public Map<AgentId, Labels> all() {
        return labels;
    }

    @Override
    public void write(AgentId id, Labels written) throws ProblemException {
        writing.lock();
        try {
            keeper.keep(id, written);
            Map<AgentId, Labels> next = new HashMap<>(labels);
            if (written.equals(Labels.NONE)) {
                next.remove(id);
            } else {
                next.put(id, written);
            }
            labels = Map.copyOf(next);
        } finally {
            writing.unlock();
        }
    }
}
