package io.limelight.console.shell;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.keys.KeyText;
import io.limelight.console.keys.WindowKeys;
import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** The window's content: band, navigation, page, task bar, and the palette over them. */
public final class Shell extends StackPane implements AutoCloseable {
    /** What the window remembers its changed keys by. */
    private static final String KEPT_KEYS = "keys";
    /** What is done in dialogs too. */
    private static final Set<KeyAct> READING = Set.of(KeyAct.TEXT_LARGER, KeyAct.TEXT_SMALLER, KeyAct.TEXT_USUAL);

    private final Words words;
    private final ShellViewModel model;
    private final Map<String, Page> pages = new LinkedHashMap<>();
    private final List<ShellAction> actions = new ArrayList<>();
    private final StackPane content = new StackPane();
    private final Band band;
    private final Palette palette;
    private final ShortcutList shortcuts;
    private final TaskBar taskBar;
    private final TaskCentre centre;
    private final Tasks tasks;
    private final KeyTable keys;
    private final KeyText keyText;
    private final Tasks.Registration watching;
    private final AtomicBoolean drawing = new AtomicBoolean();
    private Function<String, List<PaletteEntry>> machines = typed -> List.of();
    private @Nullable Page shown;

    /**
     * What a shell is made of.
     *
     * @param words every word
     * @param theme how it looks
     * @param tasks what is under way
     * @param clock the time
     * @param work runs what waits: virtual threads
     * @param screen runs on the screen's thread
     * @param remembered what the window remembers
     */
    public record Parts(
            Words words,
            Theme theme,
            Tasks tasks,
            InstantSource clock,
            Executor work,
            Executor screen,
            Remembered remembered) {}

    /** With pages in the order of the navigation; the first is shown. */
    public Shell(Parts parts, ShellViewModel model, List<Page> pageList) {
        this.words = parts.words();
        this.model = model;
        pageList.forEach(page -> pages.put(page.key(), page));
        getStyleClass().add("shell");
        LookMemory.follow(parts.theme(), parts.remembered());
        keys = new KeyTable(
                parts.remembered().get(KEPT_KEYS).orElse(""),
                kept -> parts.remembered().put(KEPT_KEYS, kept));
        keyText = new KeyText(words);
        WindowKeys.put(this, keys);
        List<ShellAction> textActions = textActions(parts.theme());
        palette = new Palette(words, new PaletteSearch(this::actionsAndPages, typed -> machines.apply(typed)));
        shortcuts = new ShortcutList(words);
        tasks = parts.tasks();
        centre = new TaskCentre(words, parts.tasks(), parts.clock(), parts.work());
        taskBar = new TaskBar(words, model, parts.tasks(), centre, parts.clock());
        actions.add(new ShellAction("palette", words.of("shell.palette.open"), Glyph.SEARCH, this::openPalette));
        actions.add(new ShellAction("refresh", words.of("shell.pace.refresh"), Glyph.REFRESH, model::refresh));
        actions.add(new ShellAction("tasks", words.of("shell.tasks.open"), Glyph.LIST, taskBar::open));
        actions.addAll(textActions);
        for (Theme.Choice choice : Theme.Choice.values()) {
            Glyph glyph = switch (choice) {
                case LIGHT -> Glyph.SUN;
                case DARK -> Glyph.MOON;
                case SYSTEM -> Glyph.MONITOR;
            };
            actions.add(new ShellAction(
                    "theme." + choice.key(),
                    words.of("shell.theme.action." + choice.key()),
                    glyph,
                    () -> parts.theme().choiceProperty().set(choice)));
        }
        actions.add(new ShellAction("shortcuts", words.of("shell.shortcuts"), Glyph.LIST, this::openShortcuts));
        content.getStyleClass().add("content");
        content.setMinWidth(0);
        BorderPane frame = new BorderPane(content);
        band = new Band(words, parts.theme(), model, new Band.Doors(textActions, keys, this::openPalette, this::help));
        frame.setTop(band);
        frame.setLeft(new Navigation(words, model, pageList));
        frame.setBottom(taskBar);
        getChildren().addAll(frame, palette, shortcuts);
        watching = parts.tasks().subscribe(task -> {
            // Work may tell of itself a thousand times a second; one drawing waits at most.
            if (drawing.compareAndSet(false, true)) {
                parts.screen().execute(() -> {
                    drawing.set(false);
                    taskBar.draw();
                });
            }
        });
        addEventFilter(KeyEvent.KEY_PRESSED, this::keys);
        model.pageProperty().subscribe(this::go);
        if (!pageList.isEmpty() && !pages.containsKey(model.pageProperty().get())) {
            model.pageProperty().set(pageList.getFirst().key());
        }
    }

    /** Machines for what was typed into the palette; asked on the screen's thread, so from memory. */
    public void setMachines(Function<String, List<PaletteEntry>> suggestions) {
        machines = suggestions;
    }

    /** Something more that can be done from anywhere. */
    public void add(ShellAction action) {
        actions.add(action);
    }

    /** One more control at the top of the window. */
    public void addToBand(Node control) {
        band.add(control);
    }

    /** Opens the palette. */
    public void openPalette() {
        palette.open();
    }

    /** Opens the palette with something typed. */
    public void openPalette(String typed) {
        palette.open(typed);
    }

    /** Closes it. */
    public void closePalette() {
        palette.close();
    }

    /** Shows which keys do what. */
    public void openShortcuts() {
        shortcuts.open(allActions(), this::shortcut);
    }

    /** Does something that can be done from anywhere; nothing where it cannot be done here. */
    public void run(String key) {
        actions.stream()
                .filter(action -> action.key().equals(key))
                .findFirst()
                .ifPresent(action -> action.run().run());
    }

    /** Whether something can be done here. */
    public boolean can(String key) {
        return actions.stream().anyMatch(action -> action.key().equals(key));
    }

    /** Which keys do what in this window. */
    public KeyTable keys() {
        return keys;
    }

    /** Help for the page; where a window has none, its keys. */
    private void help() {
        if (can(KeyAct.HELP.key())) {
            run(KeyAct.HELP.key());
        } else {
            openShortcuts();
        }
    }

    /** Hides the page, listens no more. */
    @Override
    public void close() {
        watching.close();
        Page page = shown;
        shown = null;
        if (page != null) {
            page.hidden();
        }
    }

    private void go(String key) {
        Page page = pages.get(key);
        Page before = shown;
        if (page == null || page.equals(before)) {
            return;
        }
        shown = page;
        content.getChildren().setAll(page.content());
        if (before != null) {
            before.hidden();
        }
        page.shown();
    }

    private List<ShellAction> allActions() {
        List<ShellAction> all = new ArrayList<>(actions);
        for (Page page : pages.values()) {
            all.add(new ShellAction(
                    "go." + page.key(),
                    words.of("shell.go", words.of(page.key() + ".title")),
                    page.glyph(),
                    () -> model.pageProperty().set(page.key())));
        }
        return all;
    }

    /** Its keys for people; empty: none. */
    private String shortcut(ShellAction action) {
        Optional<KeyAct> act = action.key().startsWith("go.")
                ? KeyAct.page(List.copyOf(pages.keySet()).indexOf(action.key().substring(3)))
                : KeyAct.of(action.key());
        return act.map(known -> keyText.of(keys, known)).orElse("");
    }

    private List<PaletteEntry> actionsAndPages() {
        return allActions().stream()
                .filter(action -> !action.key().equals("palette"))
                .map(action -> new PaletteEntry(
                        action.key().startsWith("go.") ? PaletteEntry.Kind.PAGE : PaletteEntry.Kind.ACTION,
                        action.key().startsWith("go.") ? words.of(action.key().substring(3) + ".title") : action.text(),
                        "",
                        action.glyph(),
                        null,
                        shortcut(action),
                        action.run(),
                        null))
                .toList();
    }

    private List<ShellAction> textActions(Theme theme) {
        return List.of(
                new ShellAction("text.larger", words.of("shell.text.larger"), Glyph.TYPE, theme::larger),
                new ShellAction("text.smaller", words.of("shell.text.smaller"), Glyph.TYPE, theme::smaller),
                new ShellAction("text.usual", words.of("shell.text.usual"), Glyph.TYPE, theme::usualSize));
    }

    private void keys(KeyEvent event) {
        if (keys.recordingProperty().get()) {
            return;
        }
        Optional<KeyAct> act = WindowKeys.chord(event).flatMap(keys::everywhere);
        if (palette.isVisible() || shortcuts.isVisible()) {
            if (act.filter(KeyAct.PALETTE::equals).isPresent() && palette.isVisible()) {
                palette.close();
                event.consume();
            }
            return;
        }
        if (typedQuestionMark(event) && !dialogIsOpen()) {
            openShortcuts();
            event.consume();
            return;
        }
        // What a dialog covers is not there; keys would change it unseen, and another dialog would take this one's
        // place.
        act.filter(known -> READING.contains(known) || !dialogIsOpen())
                .filter(this::does)
                .ifPresent(_ -> event.consume());
    }

    private boolean dialogIsOpen() {
        return getChildren().stream().anyMatch(child -> child instanceof Covering && child.isVisible());
    }

    /** Whether it could be done here, and was. */
    private boolean does(KeyAct act) {
        if (act == KeyAct.HELP) {
            help();
            return true;
        }
        OptionalInt page = act.pageIndex();
        if (page.isPresent()) {
            boolean there = page.getAsInt() < pages.size();
            if (there) {
                model.pageProperty().set(List.copyOf(pages.keySet()).get(page.getAsInt()));
            }
            return there;
        }
        run(act.key());
        return can(act.key());
    }

    private static boolean typedQuestionMark(KeyEvent event) {
        // No single letter does anything while somebody types.
        return "?".equals(event.getText())
                && !event.isShortcutDown()
                && !event.isAltDown()
                && !(event.getTarget() instanceof TextInputControl);
    }

    /** For tests and pictures: whether the palette is over the window. */
    public boolean paletteIsOpen() {
        return palette.isVisible();
    }

    /** For pictures: the list of tasks, which else opens in a window of its own. */
    public javafx.scene.Parent taskCentre() {
        centre.draw();
        return centre;
    }

    /** What is under way. */
    public Tasks tasks() {
        return tasks;
    }

    /** The page that is shown. */
    public Optional<Page> shownPage() {
        return Optional.ofNullable(shown);
    }

    /** For tests: what is shown. */
    public @Nullable Node shownContent() {
        Page page = shown;
        return page == null ? null : page.content();
    }
}
