package io.limelight.console.activity;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where signed heads are exported to: a folder that an administrator chose, best on another machine or a medium that is written once. One
 * file a day, that of the day's last export.
 */
public final class HeadFolder {
    private static final int MOST = 800;
    private static final int LARGEST = 16 * 1024;

    private final Path folder;
    private final long profile;
    private final Words words;

    /** A folder. */
    public HeadFolder(Path folder, long profile, Words words) {
        this.folder = folder;
        this.profile = profile;
        this.words = words;
    }

    private Path file(LocalDate day) {
        return folder.resolve("limelight-activity-" + profile + "-" + day + ".json");
    }

    /** Whether this day's is there already. */
    public boolean has(LocalDate day) {
        return Files.isRegularFile(file(day));
    }

    /** Writes a head as that of its day. */
    public Path write(SignedHead head) throws ProblemException {
        ScreenThread.refuse("exporting the head");
        Path file =
                file(java.time.Instant.parse(head.at()).atZone(ZoneOffset.UTC).toLocalDate());
        try {
            Path half = Files.createTempFile(folder, ".limelight-activity", ".part");
            try {
                Files.write(half, head.file());
                Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(half);
            }
            return file;
        } catch (IOException e) {
            throw Problems.thrown(words, "activity.head-not-written", e, folder.toString());
        }
    }

    /** The newest heads of this profile that are there; what is no head is passed over. */
    public List<SignedHead> read() throws ProblemException {
        ScreenThread.refuse("reading exported heads");
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(folder, "limelight-activity-" + profile + "-*.json")) {
            for (Path file : all) {
                files.add(file);
                if (files.size() > 10 * MOST) {
                    break;
                }
            }
        } catch (IOException e) {
            throw Problems.thrown(words, "activity.heads-not-read", e, folder.toString());
        }
        files.sort(Comparator.comparing((Path file) ->
                        Objects.requireNonNull(file.getFileName()).toString())
                .reversed());
        List<SignedHead> heads = new ArrayList<>();
        for (Path file : files.subList(0, Math.min(MOST, files.size()))) {
            read(file).ifPresent(heads::add);
        }
        return heads;
    }

    private static Optional<SignedHead> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return SignedHead.parse(in.readNBytes(LARGEST));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
