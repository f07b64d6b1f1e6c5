package io.limelight.console.tour;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * Where the tour is. It is offered once, never forced, and can be taken again at any time. A step whose place is not there (the window
 * is too small, the page is another) is left out, and the others are counted without it.
 */
public final class TourViewModel {
    private final Predicate<TourStep> there;
    private final Runnable rememberOffered;
    private final ReadOnlyBooleanWrapper offered = new ReadOnlyBooleanWrapper(this, "offered");
    private final ReadOnlyObjectWrapper<Optional<TourStep>> step = new ReadOnlyObjectWrapper<>(Optional.empty());

    /**
     * Not begun.
     *
     * @param there whether what a step points at can be seen now
     * @param rememberOffered is told that it was offered, which happens once
     */
    public TourViewModel(Predicate<TourStep> there, Runnable rememberOffered) {
        this.there = there;
        this.rememberOffered = rememberOffered;
    }

    /** Offers it. */
    public void offer() {
        offered.set(true);
        rememberOffered.run();
    }

    /** Not now. */
    public void decline() {
        offered.set(false);
    }

    /** Begins, from the first step that is there. */
    public void start() {
        decline();
        step.set(steps().stream().findFirst());
    }

    /** The next step; after the last it ends. */
    public void next() {
        move(1);
    }

    /** The step before; the first stays. */
    public void back() {
        if (number() > 1) {
            move(-1);
        }
    }

    /** Ends. */
    public void end() {
        step.set(Optional.empty());
    }

    /** Which of {@link #count()} it is at, from 1; 0: none. */
    public int number() {
        return step.get().map(now -> steps().indexOf(now) + 1).orElse(0);
    }

    /** How many there are in this window. */
    public int count() {
        return steps().size();
    }

    private void move(int by) {
        Optional<TourStep> now = step.get();
        if (now.isEmpty()) {
            return;
        }
        List<TourStep> all = Arrays.asList(TourStep.values());
        int place = all.indexOf(now.get()) + by;
        while (place >= 0 && place < all.size() && !there.test(all.get(place))) {
            place += by;
        }
        step.set(place >= 0 && place < all.size() ? Optional.of(all.get(place)) : Optional.empty());
    }

    /** The step it is at counts even where its place has gone meanwhile. */
    private List<TourStep> steps() {
        return Arrays.stream(TourStep.values())
                .filter(each -> step.get().filter(each::equals).isPresent() || there.test(each))
                .toList();
    }

    /** Whether it is offered now. */
    public ReadOnlyBooleanProperty offeredProperty() {
        return offered.getReadOnlyProperty();
    }

    /** Where it is; empty: it is not being taken. */
    public ReadOnlyObjectProperty<Optional<TourStep>> stepProperty() {
        return step.getReadOnlyProperty();
    }
}
