package io.limelight.console.machines;

import io.limelight.console.machines.filter.MachineFacts;
import java.util.List;
import javafx.collections.ObservableListBase;

/**
 * The rows a table shows: swapped as a whole when another selection of machines or another order was computed off the screen's thread.
 * A swap that only changes some rows in place is told as just that, so that the table draws those and keeps its place.
 */
final class Rows extends ObservableListBase<MachineFacts> {
    private List<MachineFacts> rows = List.of();

    /** Puts others in the place of all. */
    void swap(List<MachineFacts> next) {
        List<MachineFacts> before = rows;
        rows = next;
        beginChange();
        if (sameMachines(before, next)) {
            for (int i = 0; i < next.size(); i++) {
                if (!sameLooks(before.get(i), next.get(i))) {
                    nextSet(i, before.get(i));
                }
            }
        } else {
            nextReplace(0, next.size(), before);
        }
        endChange();
    }

    private static boolean sameMachines(List<MachineFacts> one, List<MachineFacts> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!one.get(i).machine().id().equals(other.get(i).machine().id())) {
                return false;
            }
        }
        return true;
    }

    /** Time passes in every row; only what it has changed is another look. */
    private static boolean sameLooks(MachineFacts one, MachineFacts other) {
        return one.machine().equals(other.machine())
                && one.state() == other.state()
                && one.reason() == other.reason()
                && one.labels().equals(other.labels());
    }

    @Override
    public MachineFacts get(int index) {
        return rows.get(index);
    }

    @Override
    public int size() {
        return rows.size();
    }
}
