package io.limelight.console.keys;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleBooleanProperty;

/**
 * Which keys do what in this console: those acts come with, and what a person changed. Only changes are kept, a line each ({@code
 * export=shortcut+shift+P}; nothing behind the sign: no keys). What is kept and makes no sense, wholly or in part, counts for nothing,
 * and {@link #damaged()} says so: half a table would be one that nobody has chosen. Used on the screen's thread.
 */
public final class KeyTable {
    private static final int LONGEST = 8 * 1024;

    private final Map<KeyAct, Optional<Chord>> changes = new EnumMap<>(KeyAct.class);
    private final Consumer<String> keep;
    private final ReadOnlyIntegerWrapper version = new ReadOnlyIntegerWrapper(this, "version");
    private final BooleanProperty recording = new SimpleBooleanProperty(this, "recording");
    private boolean damaged;

    /** What came of giving keys to an act. */
    public sealed interface Answer {
        /** It has them. */
        record Done() implements Answer {}

        /** Nobody can have them. */
        record Refused(Reserved why) implements Answer {}

        /** Another act has them. */
        record Taken(KeyAct by) implements Answer {}
    }

    /**
     * With what was kept.
     *
     * @param kept as it was given to {@code keep}; empty: nothing was changed
     * @param keep is given what is to be kept, on every change
     */
    public KeyTable(String kept, Consumer<String> keep) {
        this.keep = keep;
        damaged = !read(kept);
        if (damaged) {
            changes.clear();
        }
    }

    /** As acts come, kept nowhere. */
    public static KeyTable usual() {
        return new KeyTable("", _ -> {});
    }

    private boolean read(String kept) {
        if (kept.length() > LONGEST) {
            return false;
        }
        for (String line : kept.lines().filter(each -> !each.isBlank()).toList()) {
            int sign = line.indexOf('=');
            Optional<KeyAct> act = KeyAct.of(sign < 0 ? "" : line.substring(0, sign));
            String text = line.substring(sign + 1);
            Optional<Chord> chord = Chord.parse(text);
            if (act.isEmpty() || (chord.isEmpty() && !text.isEmpty()) || changes.put(act.get(), chord) != null) {
                return false;
            }
        }
        return changes.entrySet().stream()
                .allMatch(change -> change.getValue().isEmpty()
                        || (Reserved.why(change.getKey(), change.getValue().get())
                                        .isEmpty()
                                && holder(change.getKey(), change.getValue().get())
                                        .isEmpty()));
    }

    /** Whether what was kept could not be read, so that every act has the keys it comes with. */
    public boolean damaged() {
        return damaged;
    }

    /** All keys of an act. */
    public List<Chord> chords(KeyAct act) {
        Optional<Chord> changed = changes.get(act);
        return changed == null ? act.usual() : changed.stream().toList();
    }

    /** The keys that are shown. */
    public Optional<Chord> shown(KeyAct act) {
        return chords(act).stream().findFirst();
    }

    /** Whether a person changed it. */
    public boolean changed(KeyAct act) {
        return changes.containsKey(act);
    }

    /** Whether a person changed anything. */
    public boolean changed() {
        return !changes.isEmpty();
    }

    /** What these keys do whatever has the keyboard. */
    public Optional<KeyAct> everywhere(Chord chord) {
        return acts().filter(act -> act.where().everywhere() && chords(act).contains(chord))
                .findFirst();
    }

    /** Gives keys to an act, if nobody else has them. */
    public Answer give(KeyAct act, Chord chord) {
        Optional<Reserved> why = Reserved.why(act, chord);
        if (why.isPresent()) {
            return new Answer.Refused(why.get());
        }
        Optional<KeyAct> by = holder(act, chord);
        if (by.isPresent()) {
            return new Answer.Taken(by.get());
        }
        change(act, Optional.of(chord));
        told();
        return new Answer.Done();
    }

    /** Gives keys to an act; whoever had them gets the keys it had, where it may have them, and else none. */
    public void swap(KeyAct act, Chord chord) {
        if (Reserved.why(act, chord).isPresent()) {
            return;
        }
        Optional<Chord> before = shown(act);
        Optional<KeyAct> by = holder(act, chord);
        by.ifPresent(other -> changes.put(other, Optional.empty()));
        change(act, Optional.of(chord));
        by.ifPresent(other -> {
            before.filter(free -> Reserved.why(other, free).isEmpty()
                            && holder(other, free).isEmpty())
                    .ifPresent(free -> change(other, Optional.of(free)));
        });
        told();
    }

    /** Takes an act's keys away. */
    public void clear(KeyAct act) {
        change(act, Optional.empty());
        told();
    }

    /** Gives an act the keys it comes with, if nobody else has them. */
    public Answer reset(KeyAct act) {
        for (Chord chord : act.usual()) {
            Optional<KeyAct> by = holder(act, chord);
            if (by.isPresent()) {
                return new Answer.Taken(by.get());
            }
        }
        changes.remove(act);
        told();
        return new Answer.Done();
    }

    /** Every act as it comes. */
    public void resetAll() {
        changes.clear();
        told();
    }

    private void change(KeyAct act, Optional<Chord> chord) {
        if (chord.equals(act.usual().stream().findFirst())
                && act.usual().stream().allMatch(each -> holder(act, each).isEmpty())) {
            changes.remove(act);
        } else {
            changes.put(act, chord);
        }
    }

    /** Who else has these keys where this act is heard. */
    private Optional<KeyAct> holder(KeyAct act, Chord chord) {
        return acts().filter(other -> other != act
                        && other.where().meets(act.where())
                        && chords(other).contains(chord))
                .findFirst();
    }

    private static Stream<KeyAct> acts() {
        return Arrays.stream(KeyAct.values());
    }

    private void told() {
        damaged = false;
        keep.accept(changes.entrySet().stream()
                .map(change -> change.getKey().key() + "="
                        + change.getValue().map(Chord::text).orElse(""))
                .collect(Collectors.joining("\n")));
        version.set(version.get() + 1);
    }

    /** Grows with every change. */
    public ReadOnlyIntegerProperty versionProperty() {
        return version.getReadOnlyProperty();
    }

    /** While keys are being chosen they do nothing. */
    public BooleanProperty recordingProperty() {
        return recording;
    }
}
