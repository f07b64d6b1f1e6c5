package io.limelight.console;

import io.limelight.console.help.HelpPane;
import io.limelight.console.help.PageHelp;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyText;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Page;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Optional;

/** F1 of a window. */
final class HelpDesk {
    private static final List<KeyAct> DOORS = List.of(KeyAct.TOUR, KeyAct.KEYBOARD, KeyAct.SUPPORT);

    private HelpDesk() {}

    /** Gives a window the action. */
    static void add(Words words, Shell shell, Overlay overlay) {
        shell.add(new ShellAction(
                KeyAct.HELP.key(), words.of("help.action"), Glyph.HELP, () -> open(words, shell, overlay)));
    }

    private static void open(Words words, Shell shell, Overlay overlay) {
        Optional<PageHelp> help = shell.shownPage().map(Page::key).flatMap(PageHelp::of);
        if (help.isEmpty()) {
            shell.openShortcuts();
            return;
        }
        List<HelpPane.Door> doors = DOORS.stream()
                .filter(act -> shell.can(act.key()))
                .map(act -> new HelpPane.Door("help-" + act.key(), new KeyText(words).act(act), () -> {
                    overlay.hide();
                    shell.run(act.key());
                }))
                .toList();
        HelpPane pane = new HelpPane(words, help.get(), shell.keys(), doors, overlay::hide);
        overlay.show(words.of("help.title", words.of(help.get().page() + ".title")), pane, pane.focus(), null);
    }
}
