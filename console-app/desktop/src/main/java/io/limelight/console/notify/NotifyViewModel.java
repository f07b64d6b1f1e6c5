package io.limelight.console.notify;

import io.limelight.console.shell.Remembered;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * What the window says while it happens: grouped, each occurrence once, and not at all while nobody wants to be disturbed; the list has
 * it all the same. Used on the screen's thread.
 */
public final class NotifyViewModel {
    /** Older ones are forgotten. */
    static final int MOST = 200;

    private static final int KEYS = 20_000;
    private static final String DND = "notify.do-not-disturb";

    private final InstantSource clock;
    private final Consumer<Runnable> later;
    private final Consumer<Notice> beyond;
    private final Map<Occurrence.Kind, List<Occurrence>> waiting = new EnumMap<>(Occurrence.Kind.class);
    private final Set<String> known = new LinkedHashSet<>();
    private final ObservableList<Notice> notices = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<Optional<Notice>> toast = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyIntegerWrapper unread = new ReadOnlyIntegerWrapper();
    private final BooleanProperty doNotDisturb = new SimpleBooleanProperty(this, "doNotDisturb");
    private boolean flushing;

    /**
     * Nothing happened yet.
     *
     * @param later runs something on the screen's thread after the window within which occurrences are one notice
     * @param beyond takes every notice, for alerts
     */
    public NotifyViewModel(
            InstantSource clock, Consumer<Runnable> later, Consumer<Notice> beyond, Remembered remembered) {
        this.clock = clock;
        this.later = later;
        this.beyond = beyond;
        doNotDisturb.set(remembered.get(DND).orElse("").equals("true"));
        doNotDisturb.addListener((_, _, now) -> remembered.put(DND, now.toString()));
    }

    /** Something happened. */
    public void take(List<Occurrence> found) {
        for (Occurrence occurrence : found) {
            if (known.add(occurrence.key())) {
                waiting.computeIfAbsent(occurrence.kind(), _ -> new ArrayList<>())
                        .add(occurrence);
            }
        }
        for (var oldest = known.iterator(); known.size() > KEYS; ) {
            oldest.next();
            oldest.remove();
        }
        if (!waiting.isEmpty() && !flushing) {
            flushing = true;
            later.accept(this::flush);
        }
    }

    private void flush() {
        flushing = false;
        Optional<Notice> loudest = Optional.empty();
        for (List<Occurrence> group : waiting.values()) {
            Notice notice = new Notice(clock.instant(), group);
            beyond.accept(notice);
            if (notice.kind().inWindow()) {
                notices.addFirst(notice);
                unread.set(unread.get() + 1);
                loudest = loudest.isPresent() ? loudest : Optional.of(notice);
            }
        }
        waiting.clear();
        if (notices.size() > MOST) {
            notices.remove(MOST, notices.size());
        }
        if (loudest.isPresent() && !doNotDisturb.get()) {
            toast.set(loudest);
        }
    }

    /** The toast was seen, or its time is over. */
    public void hideToast() {
        toast.set(Optional.empty());
    }

    /** The list was looked at. */
    public void read() {
        unread.set(0);
    }

    /** All of them, the newest first. */
    public ObservableList<Notice> notices() {
        return notices;
    }

    /** What is said now. */
    public ReadOnlyObjectProperty<Optional<Notice>> toastProperty() {
        return toast.getReadOnlyProperty();
    }

    /** How many were not looked at. */
    public ReadOnlyIntegerProperty unreadProperty() {
        return unread.getReadOnlyProperty();
    }

    /** Whether nothing pops up. */
    public BooleanProperty doNotDisturbProperty() {
        return doNotDisturb;
    }
}
