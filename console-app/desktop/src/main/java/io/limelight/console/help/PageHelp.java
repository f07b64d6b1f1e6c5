package io.limelight.console.help;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.keys.KeyText;
import io.limelight.console.words.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which pages have help, and what belongs to it besides its words. A test holds it against the pages there are. */
public enum PageHelp {
    WELCOME("welcome", "Connect"),
    CONNECT("connect", "Connect"),
    PROFILES("profiles", "Connect"),
    SETTINGS("settings", "Keys", KeyAct.KEYBOARD, KeyAct.TEXT_LARGER, KeyAct.TEXT_SMALLER, KeyAct.TEXT_USUAL),
    OVERVIEW("overview", "See"),
    MACHINES("machines", "See", KeyAct.COPY_ROW),
    PAYLOADS(
            "payloads",
            "Send",
            KeyAct.UNDO,
            KeyAct.REDO,
            KeyAct.SAVE,
            KeyAct.REMOVE,
            KeyAct.RENAME,
            KeyAct.MOVE_UP,
            KeyAct.MOVE_DOWN),
    PROVISION("provision", "Send"),
    POLICIES("policies", "Judge", KeyAct.UNDO, KeyAct.REDO, KeyAct.REMOVE),
    CA("ca", "Send"),
    REVOCATIONS("revocations", "Tell"),
    ACTIVITY("activity", "Remember"),
    SANDBOX("sandbox", "See");

    /** Where the chapters are. */
    public static final String BOOK = "docs/console.md";

    private static final List<KeyAct> EVERYWHERE =
            List.of(KeyAct.PALETTE, KeyAct.HELP, KeyAct.REFRESH, KeyAct.EXPORT, KeyAct.TASKS);

    private final String page;
    private final String chapter;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<KeyAct> acts;

    /**
     * A word of a page.
     *
     * @param word as the page has it
     * @param meaning in a sentence
     */
    public record Meaning(String word, String meaning) {}

    /**
     * Keys of a page.
     *
     * @param what they do
     * @param keys as people read them
     */
    public record Keys(String what, String keys) {}

    PageHelp(String page, String chapter, KeyAct... acts) {
        this.page = page;
        this.chapter = chapter;
        this.acts = List.of(acts);
    }

    /** Of a page; empty: there is none. */
    public static Optional<PageHelp> of(String page) {
        return Arrays.stream(values()).filter(help -> help.page.equals(page)).findFirst();
    }

    /** The page's key. */
    public String page() {
        return page;
    }

    /** The chapter of {@link #BOOK} that has more. */
    public String chapter() {
        return chapter;
    }

    /** What it is for. */
    public String purpose(Words words) {
        return words.of("help." + page + ".what");
    }

    /** What its words mean. */
    public List<Meaning> meanings(Words words) {
        List<Meaning> meanings = new ArrayList<>();
        while (true) {
            String key = "help." + page + ".word" + (meanings.size() + 1);
            String word = words.of(key);
            if (word.equals(key)) {
                return meanings;
            }
            meanings.add(new Meaning(word, words.of("help." + page + ".means" + (meanings.size() + 1))));
        }
    }

    /** Its keys, its own first; acts that have none are left out. */
    public List<Keys> keys(Words words, KeyTable table) {
        KeyText text = new KeyText(words);
        return Stream.concat(acts.stream(), EVERYWHERE.stream())
                .map(act -> new Keys(text.act(act), text.of(table, act)))
                .filter(keys -> !keys.keys().isEmpty())
                .toList();
    }
}
