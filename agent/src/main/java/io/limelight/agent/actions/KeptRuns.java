package io.limelight.agent.actions;

import io.limelight.agent.payload.FolderTree;
import io.limelight.agent.payload.ScriptRun;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of runs, with what actions have said: kept in the secure area for whoever looks there, since it may be secret.
 * Bounded, as room there is for payloads. Of an action that failed all that was recorded stays until the next notice; of one
 * that succeeded {@value #ENDS} bytes of either end, as long as those of its notice are not more than {@value #ROOM} bytes. What
 * earlier notices have left stays for {@value #EARLIER} more, as long as it is not more than {@value #ROOM} bytes.
 */
final class KeptRuns {
    private static final Logger LOG = LoggerFactory.getLogger(KeptRuns.class);
    static final int ENDS = 4096;
    static final int EARLIER = 3;
    static final int ROOM = 64 * 1024;
    private static final int BLOCK = 4096;

    private final Path folder;

    /** Folders of the runs for each notice, the latest first. */
    private final Deque<Set<Path>> notices = new ArrayDeque<>();

    /** Room for what is still to be kept of actions that succeeded. */
    private long room;

    KeptRuns(Path folder) {
        this.folder = folder;
    }

    /** A notice is handled from here on. */
    void begin() throws IOException {
        PrivateFiles.createFolder(Objects.requireNonNull(folder.getParent()));
        PrivateFiles.createFolder(folder);
        Set<Path> kept = new HashSet<>();
        Deque<Set<Path>> earlier = new ArrayDeque<>();
        long left = ROOM;
        for (Set<Path> notice : notices) {
            left -= notice.stream().mapToLong(KeptRuns::takes).sum();
            if (left >= 0 && earlier.size() < EARLIER) {
                earlier.addLast(notice);
                kept.addAll(notice);
            }
        }
        notices.clear();
        notices.add(new HashSet<>());
        notices.addAll(earlier);
        room = ROOM;
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(folder)) {
            for (Path run : runs) {
                if (!kept.contains(run)) {
                    wipe(run);
                }
            }
        }
    }

    /** One more run for the notice that is handled. */
    void add(ScriptRun run) {
        notices.getFirst().add(run.folder());
    }

    /** The action of this run succeeded, and what it has said was waited for. */
    void shorten(ScriptRun run) {
        Path output = run.folder().resolve("output");
        Path end = run.folder().resolve("output.end");
        try {
            // Without that name somebody still writes there.
            if (Files.isSymbolicLink(run.folder().resolve("kept"))) {
                cut(output, false);
                cut(end, true);
            }
        } catch (IOException e) {
            LOG.debug("what {} holds stays as it is", run.folder(), e);
        }
        long size = takes(run.folder());
        if (size <= BLOCK || size > room) {
            notices.getFirst().remove(run.folder());
            wipe(run.folder());
        } else {
            room -= size;
            LOG.info(
                    "what {} said is in secure/.limelight/actions/{}",
                    run.script(),
                    run.folder().getFileName());
        }
    }

    private static void cut(Path file, boolean keepEnd) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            long size = channel.size();
            if (size <= ENDS) {
                return;
            }
            if (keepEnd) {
                ByteBuffer end = ByteBuffer.allocate(ENDS);
                int read = 0;
                while (end.hasRemaining() && read >= 0) {
                    read = channel.read(end, size - ENDS + end.position());
                }
                end.flip();
                for (int at = 0; end.hasRemaining(); ) {
                    at += channel.write(end, at);
                }
            }
            channel.truncate(ENDS);
        }
    }

    /** What it takes, nearly: a block for the folder and those of its files. */
    private static long takes(Path run) {
        return BLOCK + blocks(run.resolve("output")) + blocks(run.resolve("output.end"));
    }

    private static long blocks(Path file) {
        try {
            return (Files.size(file) + BLOCK - 1) / BLOCK * BLOCK;
        } catch (IOException e) {
            return 0;
        }
    }

    /** What an action has left behind may write there just now; then it stays until the next notice. */
    private void wipe(Path run) {
        try {
            new FolderTree(folder, String.valueOf(run.getFileName())).remove();
        } catch (IOException e) {
            LOG.debug("{} stays for now", run, e);
        }
    }
}
