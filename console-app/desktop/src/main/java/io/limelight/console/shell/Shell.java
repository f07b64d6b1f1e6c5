package io.limelight.console.shell;

import io.limelight.console.theme.Glyph;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.work.Tasks;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javafx.scene.Node;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/** The window's content: band, navigation, page, task bar, and the palette over them. */
public final class Shell extends StackPane implements AutoCloseable {
    private static final KeyCombination LARGER_TOO =
            new KeyCodeCombination(KeyCode.EQUALS, KeyCombination.SHORTCUT_DOWN, KeyCombination.SHIFT_ANY);
    private static final KeyCombination LARGER_PAD = new KeyCodeCombination(KeyCode.ADD, KeyCombination.SHORTCUT_DOWN);
    private static final KeyCombination SMALLER_PAD =
            new KeyCodeCombination(KeyCode.SUBTRACT, KeyCombination.SHORTCUT_DOWN);

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
        remember(parts.theme(), parts.remembered());
        List<ShellAction> textActions = textActions(parts.theme());
        palette = new Palette(words, new PaletteSearch(this::actionsAndPages, typed -> machines.apply(typed)));
        shortcuts = new ShortcutList(words);
        tasks = parts.tasks();
        centre = new TaskCentre(words, parts.tasks(), parts.clock(), parts.work());
        taskBar = new TaskBar(words, model, parts.tasks(), centre, parts.clock());
        actions.add(new ShellAction(
                "palette", words.of("shell.palette.open"), Glyph.SEARCH, Shortcuts.PALETTE, this::openPalette));
        actions.add(new ShellAction(
                "refresh", words.of("shell.pace.refresh"), Glyph.REFRESH, Shortcuts.REFRESH, model::refresh));
        actions.add(new ShellAction("tasks", words.of("shell.tasks.open"), Glyph.LIST, Shortcuts.TASKS, taskBar::open));
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
                    null,
                    () -> parts.theme().choiceProperty().set(choice)));
        }
        actions.add(new ShellAction(
                "shortcuts", words.of("shell.shortcuts"), Glyph.HELP, Shortcuts.HELP, this::openShortcuts));
        content.getStyleClass().add("content");
        content.setMinWidth(0);
        BorderPane frame = new BorderPane(content);
        band = new Band(words, parts.theme(), model, textActions, this::openPalette, this::openShortcuts);
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
        shortcuts.open(allActions());
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
        int index = 0;
        for (Page page : pages.values()) {
            all.add(new ShellAction(
                    "go." + page.key(),
                    words.of("shell.go", words.of(page.key() + ".title")),
                    page.glyph(),
                    index < 9 ? Shortcuts.page(index) : null,
                    () -> model.pageProperty().set(page.key())));
            index++;
        }
        return all;
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
                        action.shortcut(),
                        action.run(),
                        null))
                .toList();
    }

    private List<ShellAction> textActions(Theme theme) {
        return List.of(
                new ShellAction(
                        "text.larger", words.of("shell.text.larger"), Glyph.TYPE, Shortcuts.LARGER, theme::larger),
                new ShellAction(
                        "text.smaller", words.of("shell.text.smaller"), Glyph.TYPE, Shortcuts.SMALLER, theme::smaller),
                new ShellAction(
                        "text.usual", words.of("shell.text.usual"), Glyph.TYPE, Shortcuts.USUAL, theme::usualSize));
    }

    private void keys(KeyEvent event) {
        if (palette.isVisible() || shortcuts.isVisible()) {
            if (Shortcuts.PALETTE.match(event) && palette.isVisible()) {
                palette.close();
                event.consume();
            }
            return;
        }
        if (typedQuestionMark(event)) {
            openShortcuts();
            event.consume();
            return;
        }
        KeyEvent known = event;
        String wanted = LARGER_TOO.match(event) || LARGER_PAD.match(event)
                ? "text.larger"
                : SMALLER_PAD.match(event) ? "text.smaller" : "";
        for (ShellAction action : allActions()) {
            KeyCombination keys = action.keys();
            if (action.key().equals(wanted) || (keys != null && keys.match(known))) {
                event.consume();
                action.run().run();
                return;
            }
        }
    }

    private static boolean typedQuestionMark(KeyEvent event) {
        // No single letter does anything while somebody types.
        return "?".equals(event.getText())
                && !event.isShortcutDown()
                && !event.isAltDown()
                && !(event.getTarget() instanceof TextInputControl);
    }

    private static void remember(Theme theme, Remembered remembered) {
        remembered.get("theme").ifPresent(name -> {
            for (Theme.Choice choice : Theme.Choice.values()) {
                if (choice.key().equals(name)) {
                    theme.choiceProperty().set(choice);
                }
            }
        });
        remembered
                .number("text-scale")
                .ifPresent(scale -> theme.textScaleProperty().set(scale));
        theme.choiceProperty().subscribe((before, now) -> remembered.put("theme", now.key()));
        theme.textScaleProperty()
                .subscribe((before, now) -> remembered.put("text-scale", String.valueOf(now.doubleValue())));
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
    public java.util.Optional<Page> shownPage() {
        return java.util.Optional.ofNullable(shown);
    }

    /** For tests: what is shown. */
    public @Nullable Node shownContent() {
        Page page = shown;
        return page == null ? null : page.content();
    }
}
