package io.limelight.console;

import io.limelight.console.pictures.Darkroom;
import io.limelight.console.sampler.Sampler;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import javafx.application.Platform;

/** Starts the console. Not an Application itself: on the class path JavaFX refuses a main class that is one. */
public final class Launcher {
    private Launcher() {}

    /** {@code limelight console} and {@code limelight screenshots}. */
    public static void main(String[] arguments) throws Exception {
        System.setProperty("glass.platform", "Headless");
        System.setProperty("prism.order", "sw");
        CountDownLatch up = new CountDownLatch(1);
        Platform.startup(up::countDown);
        up.await();
        Platform.setImplicitExit(false);
        Darkroom.develop(
                new Sampler(Words.english(), InstantSource.system()).pictures(),
                Path.of(arguments[0]),
                new Darkroom.Order(Darkroom.Order.usual().themes(), 900, 700, 1, "*"),
                f -> {});
        Platform.exit();
    }
}
