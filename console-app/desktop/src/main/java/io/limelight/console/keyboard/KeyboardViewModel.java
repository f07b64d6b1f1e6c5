package io.limelight.console.keyboard;

import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.keys.KeyText;
import io.limelight.console.words.Words;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** Looks up keys, and changes them: keys that are pressed are given to an act, or it is said why not. */
public final class KeyboardViewModel implements AutoCloseable {
    private final Words words;
    private final KeyTable table;
    private final KeyText text;
    private final StringProperty search = new SimpleStringProperty(this, "search", "");
    private final ReadOnlyObjectWrapper<Optional<KeyAct>> recording = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Said>> said = new ReadOnlyObjectWrapper<>(Optional.empty());

    /**
     * A line of the table.
     *
     * @param act what it is about
     * @param what it does
     * @param where it is heard
     * @param keys empty: none
     * @param changed whether a person changed it
     */
    public record Row(KeyAct act, String what, String where, String keys, boolean changed) {}

    /**
     * What came of it, where that was not simply that it was done.
     *
     * @param act whose keys were to change
     * @param sentence why they did not
     * @param swap the keys that it would have if it swapped with whoever has them; empty: it cannot
     */
    public record Said(KeyAct act, String sentence, Optional<Chord> swap) {}

    /** Of a window's keys. */
    public KeyboardViewModel(Words words, KeyTable table) {
        this.words = words;
        this.table = table;
        this.text = new KeyText(words);
    }

    /** What is looked for: a part of what an act does, or of its keys. */
    public StringProperty searchProperty() {
        return search;
    }

    /** The lines found, in the order of the table. */
    public List<Row> rows() {
        String wanted = folded(search.get());
        return all().stream()
                .filter(row -> folded(row.what()).contains(wanted)
                        || folded(row.keys()).contains(wanted)
                        || folded(row.where()).contains(wanted))
                .toList();
    }

    /** Every line, whatever is looked for. */
    public List<Row> all() {
        return Arrays.stream(KeyAct.values())
                .map(act -> new Row(
                        act,
                        text.act(act),
                        words.of("keys.where." + act.where().key()),
                        text.of(table, act),
                        table.changed(act)))
                .toList();
    }

    /** The next keys that are pressed are for this act. */
    public void record(KeyAct act) {
        said.set(Optional.empty());
        table.recordingProperty().set(true);
        recording.set(Optional.of(act));
    }

    /** They are not, after all. */
    public void stopRecording() {
        table.recordingProperty().set(false);
        recording.set(Optional.empty());
    }

    /** These were pressed. */
    public void press(Chord chord) {
        KeyAct act = recording.get().orElse(null);
        if (act == null) {
            return;
        }
        stopRecording();
        said.set(
                switch (table.give(act, chord)) {
                    case KeyTable.Answer.Done() -> Optional.empty();
                    case KeyTable.Answer.Refused(var why) ->
                        Optional.of(new Said(
                                act, words.of("keys.reserved." + why.key(), text.of(chord)), Optional.empty()));
                    case KeyTable.Answer.Taken(KeyAct by) -> Optional.of(taken(act, chord, by));
                });
    }

    /** Gives the act the keys, and whoever had them its own. */
    public void swap() {
        said.get()
                .ifPresent(last -> last.swap().ifPresent(chord -> {
                    said.set(Optional.empty());
                    table.swap(last.act(), chord);
                }));
    }

    /** Leaves it as it is. */
    public void leave() {
        said.set(Optional.empty());
    }

    /** Takes the keys away that are being changed. */
    public void clear() {
        recording.get().ifPresent(act -> {
            stopRecording();
            table.clear(act);
        });
    }

    /** Gives an act the keys it comes with. */
    public void reset(KeyAct act) {
        stopRecording();
        said.set(
                switch (table.reset(act)) {
                    case KeyTable.Answer.Taken(KeyAct by) ->
                        Optional.of(taken(act, act.usual().getFirst(), by));
                    case KeyTable.Answer.Done _, KeyTable.Answer.Refused _ -> Optional.empty();
                });
    }

    /** Gives every act the keys it comes with. */
    public void resetAll() {
        stopRecording();
        said.set(Optional.empty());
        table.resetAll();
    }

    private Said taken(KeyAct act, Chord chord, KeyAct by) {
        return new Said(act, words.of("keys.taken", text.of(chord), text.act(by)), Optional.of(chord));
    }

    private static String folded(String typed) {
        return Normalizer.normalize(typed.strip(), Normalizer.Form.NFD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT);
    }

    /** Which act's keys are being changed. */
    public ReadOnlyObjectProperty<Optional<KeyAct>> recordingProperty() {
        return recording.getReadOnlyProperty();
    }

    /** Why keys did not change. */
    public ReadOnlyObjectProperty<Optional<Said>> saidProperty() {
        return said.getReadOnlyProperty();
    }

    /** The table itself. */
    KeyTable table() {
        return table;
    }

    /** Keys do again what they do. */
    @Override
    public void close() {
        stopRecording();
    }
}
