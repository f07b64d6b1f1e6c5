package io.limelight.console.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays what a verifier counted on an even grid of time, on which the steps it did not count are seen as what they are: not known. */
final class HistoryReader {
    private static final int MOST = 2000;

    private HistoryReader() {}

    static History read(io.limelight.core.api.History told) {
        Map<Instant, io.limelight.core.api.History.Step> counted = new HashMap<>();
        told.steps().forEach(step -> counted.put(step.at(), step));
        List<History.Step> steps = new ArrayList<>();
        Duration length = told.step();
        for (Instant at = told.from(); at.isBefore(told.to()) && steps.size() < MOST; at = at.plus(length)) {
            io.limelight.core.api.History.Step step = counted.get(at);
            boolean recorded = step != null && step.recorded().isPositive();
            steps.add(
                    new History.Step(at, recorded, step == null ? 0 : step.passed(), step == null ? 0 : step.failed()));
        }
        return new History(steps);
    }
}
