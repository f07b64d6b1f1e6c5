package io.limelight.console;

import io.limelight.console.activity.ActLog;
import io.limelight.console.shell.Overlay;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;

/** What every window has, whatever it shows: export, keys, help, the support bundle. */
final class HomeDesk {
    private HomeDesk() {}

    /** Gives a window all of it. */
    static void add(
            Shell.Parts parts,
            Shell shell,
            ShellViewModel model,
            Overlay overlay,
            ActLog acts,
            SupportDesk.Needs support) {
        ExportDesk exports = ExportDesk.add(parts, shell, model, overlay, acts);
        KeyboardDesk.add(parts.words(), shell, overlay, exports::open);
        HelpDesk.add(parts.words(), shell, overlay);
        SupportDesk.add(parts, shell, model, overlay, support);
    }
}
