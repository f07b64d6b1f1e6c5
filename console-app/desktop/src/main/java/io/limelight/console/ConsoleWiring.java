package io.limelight.console;

import io.limelight.console.shell.Page;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellViewModel;
import java.util.List;

/** Puts the console together: services, view models, pages. The one place where things are made for others. */
final class ConsoleWiring implements AutoCloseable {
    private final ShellViewModel model;
    private final Shell shell;

    /** For a window that is about to be shown. */
    ConsoleWiring(Shell.Parts parts, ConsoleArguments arguments) {
        model = new ShellViewModel(parts.words());
        model.profileProperty().set(arguments.profile());
        shell = new Shell(parts, model, List.<Page>of());
    }

    Shell shell() {
        return shell;
    }

    ShellViewModel model() {
        return model;
    }

    @Override
    public void close() {
        shell.close();
    }
}
