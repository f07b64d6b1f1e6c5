package io.limelight.console.keyboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.keyboard.KeyboardViewModel.Row;
import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.words.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyboardViewModelTest {
    private final KeyTable table = KeyTable.usual();
    private final KeyboardViewModel model = new KeyboardViewModel(Words.english(), table);

    private void press(KeyAct act, String keys) {
        model.record(act);
        model.press(Chord.parse(keys).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"export, EXPORT", "shift+e, EXPORT", "EXPÖRT, EXPORT", "rename, RENAME", "f5, REFRESH"})
    void actsAreFoundByWhatTheyDoAndByTheirKeys(String typed, KeyAct act) {
        model.searchProperty().set(typed);
        assertThat(model.rows()).extracting(Row::act).contains(act).hasSizeLessThan(6);
    }

    @Test
    void whileKeysArePressedTheyDoNothingElse() {
        model.record(KeyAct.EXPORT);
        assertThat(table.recordingProperty().get()).isTrue();
        press(KeyAct.EXPORT, "F7");
        assertThat(table.recordingProperty().get()).isFalse();
        assertThat(table.shown(KeyAct.EXPORT).map(Chord::text)).contains("F7");
        model.record(KeyAct.EXPORT);
        model.close();
        assertThat(table.recordingProperty().get()).isFalse();
    }

    @Test
    void whoHasTheKeysIsNamedAndSwapsWhenAsked() {
        press(KeyAct.EXPORT, "F5");
        KeyboardViewModel.Said said = model.saidProperty().get().orElseThrow();
        assertThat(said.sentence()).contains("F5").contains("Refresh now");
        assertThat(table.changed()).isFalse();
        model.leave();
        model.swap();
        assertThat(table.changed()).isFalse();
        press(KeyAct.EXPORT, "F5");
        model.swap();
        assertThat(model.saidProperty().get()).isEmpty();
        assertThat(table.shown(KeyAct.REFRESH).map(Chord::text)).contains("shortcut+shift+E");
    }

    @Test
    void keysOfNobodyAreRefusedWithTheReason() {
        press(KeyAct.EXPORT, "shortcut+V");
        assertThat(model.saidProperty().get()).get().satisfies(said -> {
            assertThat(said.sentence()).contains("text");
            assertThat(said.swap()).isEmpty();
        });
    }

    @Test
    void keysAreTakenAwayAndGivenBack() {
        model.record(KeyAct.EXPORT);
        model.clear();
        assertThat(table.shown(KeyAct.EXPORT)).isEmpty();
        model.reset(KeyAct.EXPORT);
        assertThat(table.changed()).isFalse();
        press(KeyAct.TASKS, "F5");
        model.swap();
        model.resetAll();
        assertThat(table.changed()).isFalse();
        assertThat(model.saidProperty().get()).isEmpty();
    }
}
