package io.limelight.console.activity;

import io.limelight.console.work.ScreenThread;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Which logs there are: the console's own, and those of a sandbox's programs. */
public final class LogSources {
    private static final int MOST = 200;

    private final Optional<Path> own;
    private final Optional<Path> folder;

    /**
     * Logs.
     *
     * @param own the console's own file
     * @param folder where a sandbox's programs write theirs
     */
    public LogSources(Optional<Path> own, Optional<Path> folder) {
        this.own = own;
        this.folder = folder;
    }

    /**
     * A log.
     *
     * @param name of a program; empty: the console's own
     */
    public record Source(String name, Path file) {}

    /** All of them; blocks. */
    public List<Source> list() {
        ScreenThread.refuse("looking for logs");
        List<Source> sources = new ArrayList<>();
        own.ifPresent(file -> sources.add(new Source("", file)));
        folder.filter(Files::isDirectory).ifPresent(path -> sources.addAll(of(path)));
        return sources;
    }

    private static List<Source> of(Path path) {
        List<Source> sources = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, "*.log")) {
            for (Path file : files) {
                String name = Objects.requireNonNull(file.getFileName()).toString();
                sources.add(new Source(name.substring(0, name.length() - ".log".length()), file));
                if (sources.size() == MOST) {
                    break;
                }
            }
        } catch (IOException e) {
            return sources;
        }
        sources.sort(Comparator.comparing(Source::name));
        return sources;
    }
}
