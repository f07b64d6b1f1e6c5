package io.limelight.console.policies;

import io.limelight.console.fleet.FleetService;
import io.limelight.console.fleet.KeptEvidence;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.api.AgentId;
import io.limelight.core.policy.edit.MeasuredNames;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** IMA lists that were fetched because a person asked for them; the latest few are kept. Safe for several threads. */
public final class EvidenceShelf {
    /** More machines are not asked at once. */
    public static final int MOST = 50;

    private final FleetService fleet;
    private final Map<AgentId, List<String>> lists = new LinkedHashMap<>();

    /** Nothing fetched yet. */
    public EvidenceShelf(FleetService fleet) {
        this.fleet = fleet;
    }

    /**
     * Fetches what is not here yet, one after another; blocks.
     *
     * @param done hears how many are here
     * @throws CancelledException when it was cancelled
     */
    public void fetch(List<AgentId> machines, IntConsumer done, Cancellation cancellation)
            throws ProblemException, CancelledException {
        ScreenThread.refuse("fetching evidence");
        int count = 0;
        for (AgentId id : machines.subList(0, Math.min(MOST, machines.size()))) {
            cancellation.throwIfCancelled();
            if (of(id).isEmpty()) {
                KeptEvidence evidence = fleet.evidence(id, cancellation);
                keep(id, evidence.ima());
            }
            done.accept(++count);
        }
    }

    private synchronized void keep(AgentId id, List<String> rows) {
        lists.put(id, List.copyOf(rows));
        while (lists.size() > MOST) {
            lists.remove(lists.keySet().iterator().next());
        }
    }

    /** The list of a machine, where it was fetched. */
    public synchronized Optional<List<String>> of(AgentId id) {
        return Optional.ofNullable(lists.get(id));
    }

    /** What these machines measured, as far as it was fetched. */
    public MeasuredNames names(List<AgentId> machines) {
        List<List<String>> rows = new ArrayList<>();
        machines.forEach(id -> of(id).ifPresent(rows::add));
        return rows.isEmpty() ? MeasuredNames.NONE : MeasuredNames.of(rows);
    }

    /** How many of these were fetched. */
    public int fetched(List<AgentId> machines) {
        return (int) machines.stream().filter(id -> of(id).isPresent()).count();
    }
}
