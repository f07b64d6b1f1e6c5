package io.limelight.console;

import io.limelight.console.keys.KeyAct;
import io.limelight.console.shell.Shell;
import io.limelight.console.shell.ShellAction;
import io.limelight.console.shell.ShellViewModel;
import io.limelight.console.theme.Glyph;
import io.limelight.console.tour.TourCallout;
import io.limelight.console.tour.TourOffer;
import io.limelight.console.tour.TourViewModel;

/** The tour of a window: offered to whoever is connected for the first time, and taken whenever somebody wants it. */
final class TourDesk {
    /** Remembered by the window once it was offered. */
    static final String OFFERED = "tour";

    private TourDesk() {}

    /** Gives a window the action. */
    static void add(Shell.Parts parts, Shell shell, ShellViewModel window) {
        TourViewModel model = new TourViewModel(
                step -> TourCallout.target(shell, step).isPresent(),
                () -> parts.remembered().put(OFFERED, "offered"));
        shell.getChildren().addAll(new TourOffer(parts.words(), model), new TourCallout(parts.words(), model, shell));
        shell.add(new ShellAction(KeyAct.TOUR.key(), parts.words().of("tour.action"), Glyph.COMPASS, model::start));
        if (parts.remembered().get(OFFERED).isEmpty()) {
            model.offer();
            // Whoever goes on by themselves needs none, and the card would lie over the verbs of the next page.
            window.pageProperty().addListener((_, _, _) -> model.decline());
        }
    }
}
