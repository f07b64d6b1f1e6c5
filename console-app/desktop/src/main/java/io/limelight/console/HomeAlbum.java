package io.limelight.console;

import io.limelight.console.help.HelpPane;
import io.limelight.console.help.PageHelp;
import io.limelight.console.keyboard.KeyboardPane;
import io.limelight.console.keyboard.KeyboardViewModel;
import io.limelight.console.keys.Chord;
import io.limelight.console.keys.KeyAct;
import io.limelight.console.keys.KeyTable;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.Problem;
import io.limelight.console.problem.Problems;
import io.limelight.console.sampler.ShellSamples;
import io.limelight.console.shell.Overlay;
import io.limelight.console.support.RecentProblems;
import io.limelight.console.support.SupportFacts;
import io.limelight.console.support.SupportPane;
import io.limelight.console.support.SupportViewModel;
import io.limelight.console.tour.TourCallout;
import io.limelight.console.tour.TourOffer;
import io.limelight.console.tour.TourStep;
import io.limelight.console.tour.TourViewModel;
import io.limelight.console.words.Words;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.layout.StackPane;

/** Pictures of what makes one feel at home: keys, help, the tour, the support bundle. */
final class HomeAlbum {
    private HomeAlbum() {}

    static List<Picture> pictures(Words words, InstantSource clock) {
        List<Picture> pictures = new ArrayList<>(List.of(
                new Picture("keyboard", () -> keyboard(words, "", _ -> {})),
                new Picture(
                        "keyboard-taken",
                        () -> keyboard(words, "", model -> {
                            model.record(KeyAct.EXPORT);
                            model.press(new Chord(false, false, false, "F5"));
                        })),
                new Picture("help", () -> help(words, PageHelp.MACHINES)),
                new Picture("help-payloads", () -> help(words, PageHelp.PAYLOADS)),
                new Picture("keyboard-damaged", () -> keyboard(words, "?", model -> model.record(KeyAct.REFRESH)))));
        pictures.add(new Picture("tour-offer", () -> tour(words, clock, TourViewModel::offer)));
        for (TourStep step : TourStep.values()) {
            pictures.add(new Picture(
                    "tour-" + step.key(),
                    () -> tour(words, clock, model -> {
                        model.start();
                        while (model.stepProperty().get().filter(step::equals).isEmpty()
                                && model.stepProperty().get().isPresent()) {
                            model.next();
                        }
                    })));
        }
        pictures.add(new Picture("support-bundle", () -> support(words, clock, "versions.txt")));
        pictures.add(new Picture("support-bundle-problems", () -> support(words, clock, "problems.txt")));
        return pictures;
    }

    private static Parent tour(Words words, InstantSource clock, Consumer<TourViewModel> then) {
        return new ShellSamples(words, clock).shell(shell -> {
            TourViewModel model =
                    new TourViewModel(step -> TourCallout.target(shell, step).isPresent(), () -> {});
            shell.getChildren().addAll(new TourOffer(words, model), new TourCallout(words, model, shell));
            // What it points at is there when it has been drawn once.
            Platform.runLater(() -> Platform.runLater(() -> then.accept(model)));
        });
    }

    private static Parent support(Words words, InstantSource clock, String looked) {
        Problem problem = Problems.of(words, "shell.no-profile", "connect to 10.20.0.11:8881: refused", "dc-east");
        SupportFacts facts = new SupportFacts(
                clock.instant(),
                SystemFacts.versions(words),
                Map.of(),
                Map.of(),
                List.of(new RecentProblems.Seen(clock.instant(), problem)),
                Optional.empty(),
                Map.of("profile", Set.of("dc-east")));
        SupportViewModel model = new SupportViewModel(words, () -> facts, clock, Runnable::run, Runnable::run);
        model.bundleProperty()
                .get()
                .flatMap(bundle -> bundle.parts().stream()
                        .filter(part -> part.name().equals(looked))
                        .findFirst())
                .ifPresent(part -> model.lookedProperty().set(Optional.of(part)));
        SupportPane pane = new SupportPane(words, model, (_, _) -> Optional.empty(), () -> {});
        return over(words, "support.title", pane, pane.focus());
    }

    private static Parent keyboard(Words words, String kept, Consumer<KeyboardViewModel> then) {
        KeyTable table = new KeyTable(kept, _ -> {});
        if (kept.isEmpty()) {
            table.give(KeyAct.TASKS, new Chord(false, false, false, "F8"));
        }
        KeyboardViewModel model = new KeyboardViewModel(words, table);
        KeyboardPane pane = new KeyboardPane(words, model, () -> {}, () -> {});
        then.accept(model);
        return over(words, "keys.title", pane, pane.focus());
    }

    private static Parent help(Words words, PageHelp help) {
        HelpPane pane = new HelpPane(
                words,
                help,
                KeyTable.usual(),
                List.of(
                        new HelpPane.Door("help-tour", words.of("keys.act.tour"), () -> {}),
                        new HelpPane.Door("help-keyboard", words.of("keys.act.keyboard"), () -> {}),
                        new HelpPane.Door("help-support", words.of("keys.act.support"), () -> {})),
                () -> {});
        Overlay overlay = new Overlay(words);
        StackPane root = new StackPane(overlay);
        overlay.show(words.of("help.title", words.of(help.page() + ".title")), pane, pane.focus(), null);
        return root;
    }

    private static StackPane over(Words words, String title, Node content, Node focus) {
        Overlay overlay = new Overlay(words);
        StackPane root = new StackPane(overlay);
        overlay.show(words.of(title), content, focus, null);
        return root;
    }
}
