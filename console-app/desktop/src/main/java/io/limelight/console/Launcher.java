package io.limelight.console;

import io.limelight.console.pictures.Darkroom;
import io.limelight.console.pictures.Picture;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.console.work.Progress;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javafx.application.Application;
import javafx.application.Platform;

/** Starts the console. Not an Application itself: on the class path JavaFX refuses a main class that is one. */
public final class Launcher {
    private static final String USAGE = """
            Usage: limelight console [--profile NAME] [--sampler] [--no-install]
                   limelight screenshots DIR [--theme light|dark] [--size WxH] [--text PERCENT] [--only GLOB]
                   limelight harness [--script FILE] [--profile NAME]

            console      opens the console's window; --sampler shows its controls in every state instead
            screenshots  draws its pages into PNG files, without a screen
            harness      drives a window without a screen by lines of a script (standard input if none is given):
                         list, click NODE, type NODE TEXT, key NAME, snapshot FILE, wait NODE, help
            """;

    private Launcher() {}

    /** {@code limelight console}, {@code limelight screenshots} and {@code limelight harness}. */
    public static void main(String[] arguments) throws InterruptedException {
        ConsoleArguments parsed;
        try {
            parsed = ConsoleArguments.parse(arguments);
        } catch (ConsoleArguments.Wrong e) {
            System.err.println("limelight: " + e.getMessage());
            System.exit(2);
            return;
        }
        switch (parsed.program()) {
            case HELP -> System.out.print(USAGE);
            case CONSOLE, SAMPLER -> window(arguments);
            case SCREENSHOTS -> System.exit(screenshots(parsed));
            case HARNESS -> System.exit(Headless.harness(parsed));
        }
    }

    private static void window(String[] arguments) {
        if (System.getProperty("glass.platform") == null
                && System.getProperty("os.name", "").startsWith("Linux")
                && System.getenv().getOrDefault("DISPLAY", "").isBlank()) {
            System.err.println(
                    "limelight: There is no screen to open a window on (DISPLAY is not set). Start the console in a"
                            + " graphical session, or over ssh with -X; pictures need none: limelight screenshots DIR.");
            System.exit(1);
        }
        Application.launch(ConsoleApp.class, arguments);
    }

    /** Those of the console watching a sandbox, if any of them is wanted. */
    private static List<Path> sandboxPictures(Words words, ConsoleArguments arguments)
            throws IOException, InterruptedException, ProblemException, CancelledException {
        PathMatcher only = FileSystems.getDefault()
                .getPathMatcher("glob:" + arguments.order().only());
        if (SandboxAlbum.NAMES.stream().noneMatch(name -> only.matches(Path.of(name)))) {
            return List.of();
        }
        Progress progress = new Progress() {
            @Override
            public void step(String title) {
                System.err.println("limelight: sandbox: " + title);
            }

            @Override
            public void done(long done, long total) {}
        };
        try (SandboxAlbum album = new SandboxAlbum(words, InstantSource.system(), progress)) {
            return Darkroom.develop(album.pictures(), arguments.folder(), arguments.order(), System.out::println);
        }
    }

    private static int screenshots(ConsoleArguments arguments) throws InterruptedException {
        Headless.start();
        Words words = Words.english();
        try {
            List<Picture> pictures = Album.pictures(words, InstantSource.system());
            List<Path> files = new ArrayList<>(
                    Darkroom.develop(pictures, arguments.folder(), arguments.order(), System.out::println));
            files.addAll(sandboxPictures(words, arguments));
            if (files.isEmpty()) {
                System.err.println(
                        "limelight: No picture is called \"" + arguments.order().only() + "\"; there are:");
                pictures.forEach(picture -> System.err.println("  " + picture.name()));
                SandboxAlbum.NAMES.forEach(name -> System.err.println("  " + name));
                return 1;
            }
            return 0;
        } catch (IOException e) {
            System.err.println("limelight: " + e.getMessage());
            return 1;
        } catch (ProblemException e) {
            System.err.println("limelight: " + e.problem().whatHappened());
            e.problem().whatToDo().forEach(sentence -> System.err.println("limelight: " + sentence));
            return 1;
        } catch (CancelledException e) {
            return 1;
        } finally {
            Platform.exit();
        }
    }
}
