package io.limelight.console.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.keys.KeyTable.Answer;
import io.limelight.console.words.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {
    private final AtomicReference<String> kept = new AtomicReference<>("");
    private final KeyTable table = new KeyTable("", kept::set);

    private static Chord chord(String text) {
        return Chord.parse(text).orElseThrow();
    }

    @Test
    void noTwoActsComeWithTheSameKeysWhereBothAreHeard() {
        for (KeyAct act : KeyAct.values()) {
            for (KeyAct other : KeyAct.values()) {
                if (act != other && act.where().meets(other.where())) {
                    assertThat(act.usual()).as("%s and %s", act, other).noneMatch(other.usual()::contains);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KeyAct.class)
    void everyActHasWordsAndIsFoundByItsKey(KeyAct act) {
        assertThat(new KeyText(Words.english()).act(act)).doesNotStartWith("keys.");
        assertThat(KeyAct.of(act.key())).contains(act);
    }

    /** Whoever writes a shortcut into a page takes it from the person who wants to change it. */
    @Test
    void keysAreWrittenDownNowhereElse() throws IOException {
        Path sources = Path.of("src/main/java/io/limelight/console");
        List<String> wrong = new ArrayList<>();
        Pattern action = Pattern.compile("new ShellAction\\(\\s*\"([a-z.-]+)\"\\s*[,+]");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> !each.startsWith(sources.resolve("keys")))
                    .toList()) {
                String source = Files.readString(file);
                if (source.contains("KeyCodeCombination") || source.contains("KeyCombination.")) {
                    wrong.add(file + " has keys of its own");
                }
                Matcher matcher = action.matcher(source);
                while (matcher.find()) {
                    String key = matcher.group(1);
                    boolean known = key.endsWith(".")
                            ? key.equals("go.")
                                    || Stream.of(KeyAct.values())
                                            .anyMatch(act -> act.key().startsWith(key))
                            : KeyAct.of(key).isPresent();
                    if (!known) {
                        wrong.add(file + ": " + key + " is in no table");
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void aChangeIsKeptAndReadAgain() {
        assertThat(table.give(KeyAct.EXPORT, chord("shortcut+shift+P"))).isEqualTo(new Answer.Done());
        assertThat(kept.get()).isEqualTo("export=shortcut+shift+P");
        KeyTable next = new KeyTable(kept.get(), _ -> {});
        assertThat(next.damaged()).isFalse();
        assertThat(next.shown(KeyAct.EXPORT)).contains(chord("shortcut+shift+P"));
        assertThat(next.everywhere(chord("shortcut+shift+E"))).isEmpty();
        assertThat(next.everywhere(chord("shortcut+shift+P"))).contains(KeyAct.EXPORT);
    }

    @ParameterizedTest
    @CsvSource({
        "shortcut+K, PALETTE",
        "shortcut+shift+EQUALS, TEXT_LARGER",
        "shortcut+DIGIT3, PAGE_3",
        "shortcut+S, SAVE",
        "F2, RENAME"
    })
    void keysThatSomethingElseHasAreNotTaken(String keys, KeyAct by) {
        assertThat(table.give(KeyAct.EXPORT, chord(keys))).isEqualTo(new Answer.Taken(by));
        assertThat(table.changed()).isFalse();
        assertThat(kept.get()).isEmpty();
    }

    @Test
    void inTablesAndInEditorsTheSameKeysMayDoDifferentThings() {
        assertThat(table.give(KeyAct.COPY_ROW, chord("shortcut+S"))).isEqualTo(new Answer.Done());
        assertThat(table.shown(KeyAct.SAVE)).contains(chord("shortcut+S"));
    }

    @Test
    void whoSwapsGetsTheKeysOfTheOther() {
        table.swap(KeyAct.EXPORT, chord("F5"));
        assertThat(table.shown(KeyAct.EXPORT)).contains(chord("F5"));
        assertThat(table.shown(KeyAct.REFRESH)).contains(chord("shortcut+shift+E"));
        table.swap(KeyAct.EXPORT, chord("shortcut+shift+E"));
        assertThat(table.changed()).isFalse();
    }

    @Test
    void whoHadNoKeysLeavesNone() {
        table.swap(KeyAct.TOUR, chord("F5"));
        assertThat(table.shown(KeyAct.REFRESH)).isEmpty();
        assertThat(new KeyTable(kept.get(), _ -> {}).shown(KeyAct.REFRESH)).isEmpty();
    }

    /** Undo has keys of text; nothing that is heard everywhere may. */
    @Test
    void aSwapGivesNobodyWhatNobodyElseMayHave() {
        table.swap(KeyAct.UNDO, chord("F5"));
        assertThat(table.shown(KeyAct.UNDO)).contains(chord("F5"));
        assertThat(table.shown(KeyAct.REFRESH)).isEmpty();
    }

    @Test
    void oneIsResetUnlessAnotherHasItsKeysMeanwhile() {
        table.give(KeyAct.EXPORT, chord("F7"));
        table.give(KeyAct.TASKS, chord("shortcut+shift+E"));
        assertThat(table.reset(KeyAct.EXPORT)).isEqualTo(new Answer.Taken(KeyAct.TASKS));
        assertThat(table.reset(KeyAct.TASKS)).isEqualTo(new Answer.Done());
        assertThat(table.reset(KeyAct.EXPORT)).isEqualTo(new Answer.Done());
        assertThat(table.changed()).isFalse();
        assertThat(kept.get()).isEmpty();
    }

    @Test
    void allAreReset() {
        table.give(KeyAct.EXPORT, chord("F7"));
        table.clear(KeyAct.PALETTE);
        table.resetAll();
        assertThat(table.shown(KeyAct.PALETTE)).contains(chord("shortcut+K"));
        assertThat(kept.get()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "K, WRITING",
        "shift+K, WRITING",
        "DIGIT1, WRITING",
        "PLUS, WRITING",
        "alt+K, WRITING",
        "shortcut+alt+Q, WRITING",
        "ESCAPE, MOVING",
        "shortcut+TAB, MOVING",
        "shortcut+ENTER, MOVING",
        "DOWN, MOVING",
        "DELETE, MOVING",
        "shortcut+V, TEXT",
        "shortcut+shift+Z, TEXT",
        "alt+F4, SYSTEM",
        "shortcut+Q, SYSTEM",
        "F10, SYSTEM"
    })
    void someKeysAreGivenToNobody(String keys, Reserved why) {
        assertThat(table.give(KeyAct.EXPORT, chord(keys))).isEqualTo(new Answer.Refused(why));
        table.swap(KeyAct.EXPORT, chord(keys));
        assertThat(table.changed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "export=",
                "nothing=shortcut+K",
                "export=shortcut+",
                "export=shortcut+shortcut+P",
                "export=hyper+P",
                "export=shortcut+K",
                "export=K",
                "export=F7\nexport=F8",
                "export=F7\ntasks=F7",
                "\0\0\0",
                "export=F7\nrefresh"
            })
    void whatIsKeptAndMakesNoSenseCountsForNothing(String text) {
        KeyTable read = new KeyTable(text, kept::set);
        boolean sound = text.equals("export=");
        assertThat(read.damaged()).isEqualTo(!sound);
        assertThat(read.changed()).isEqualTo(sound);
        read.give(KeyAct.EXPORT, chord("F9"));
        assertThat(read.damaged()).isFalse();
        assertThat(kept.get()).isEqualTo("export=F9");
    }

    @Test
    void aTextWithoutEndCountsForNothing() {
        assertThat(new KeyTable("export=F7\n".repeat(10_000), kept::set).damaged())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "shortcut+shift+E, Ctrl+Shift+E, Strg+Umschalt+E, \u21e7\u2318E",
        "F5, F5, F5, F5",
        "shortcut+DIGIT1, Ctrl+1, Strg+1, \u23181",
        "DELETE, Delete, Entf, Delete",
        "alt+UP, Alt+\u2191, Alt+\u2191, \u2325\u2191",
        "shortcut+PLUS, Ctrl++, Strg++, \u2318+"
    })
    void keysAreReadAsTheyStandOnKeyboards(String keys, String english, String german, String mac) {
        assertThat(new KeyText(Words.english(), false).of(chord(keys))).isEqualTo(english);
        assertThat(new KeyText(new Words(Locale.GERMANY, Words.Pseudo.OFF), false).of(chord(keys)))
                .isEqualTo(german);
        assertThat(new KeyText(Words.english(), true).of(chord(keys))).isEqualTo(mac);
    }
}
