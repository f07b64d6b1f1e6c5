package io.limelight.core.policy.edit;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was done to a policy, and the way back. Not for use by several threads. */
public final class EditHistory {
    private static final int MOST = 1000;

    private final Deque<EditedPolicy> before = new ArrayDeque<>();
    private final Deque<EditedPolicy> after = new ArrayDeque<>();
    private EditedPolicy now;

    /** Beginning with this one. */
    public EditHistory(EditedPolicy begin) {
        this.now = begin;
    }

    /** As it is. */
    public EditedPolicy now() {
        return now;
    }

    /** It is another one now; what was undone is forgotten. */
    public void step(EditedPolicy next) {
        before.push(now);
        if (before.size() > MOST) {
            before.removeLast();
        }
        after.clear();
        now = next;
    }

    /** Whether there is a way back. */
    public boolean canUndo() {
        return !before.isEmpty();
    }

    /** Whether there is a way forth. */
    public boolean canRedo() {
        return !after.isEmpty();
    }

    /** One step back, if there is one. */
    public EditedPolicy undo() {
        if (!before.isEmpty()) {
            after.push(now);
            now = before.pop();
        }
        return now;
    }

    /** One step forth again, if there is one. */
    public EditedPolicy redo() {
        if (!after.isEmpty()) {
            before.push(now);
            now = after.pop();
        }
        return now;
    }
}
