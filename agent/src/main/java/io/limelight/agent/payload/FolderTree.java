package io.limelight.agent.payload;

import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder inside the secure area whose content is not trusted: a script, mostly root's, has done with it what it liked.
 *
 * @param parent a folder that only the agent writes to
 * @param name of the folder in it
 */
public record FolderTree(Path parent, String name) {
    /** So often a folder that was empty a moment ago is emptied again. */
    private static final int LATECOMERS = 16;

    private Path path() {
        return parent.resolve(name);
    }

    /**
     * Removes the folder with all that is in it, or whatever else has its name. Links are removed, never followed, since every
     * step starts from an opened folder (openat(2)) and no name is resolved twice; a mounted file system is not touched.
     * Neither depth nor number of entries matter: folders inside are lifted to the top before they are emptied.
     *
     * @throws IOException if something is mounted in it or cannot be removed
     */
    public void remove() throws IOException {
        try {
            remove(new Cancellation());
        } catch (CancelledException e) {
            throw new IllegalStateException("nobody cancels this", e);
        }
    }

    /**
     * As {@link #remove()}, until it is cancelled; what is left then can be removed by another call.
     *
     * @throws IOException if something is mounted in it or cannot be removed
     * @throws CancelledException if it was cancelled
     */
    void remove(Cancellation cancellation) throws IOException, CancelledException {
        requireNothingMounted();
        try (SecureDirectoryStream<Path> top = open(parent)) {
            Path self = Path.of(name);
            BasicFileAttributes attributes;
            try {
                attributes = attributes(top, self);
            } catch (NoSuchFileException e) {
                return;
            }
            if (!attributes.isDirectory()) {
                top.deleteFile(self);
                return;
            }
            long lifted = 0;
            boolean again = true;
            while (again) {
                again = false;
                try (SecureDirectoryStream<Path> folder = top.newDirectoryStream(self, LinkOption.NOFOLLOW_LINKS)) {
                    for (Path entry : folder) {
                        cancellation.throwIfCancelled();
                        Path child = entry.getFileName();
                        if (!attributes(folder, child).isDirectory()) {
                            folder.deleteFile(child);
                        } else if (!removedEmpty(folder, child)) {
                            lifted = lift(folder, child, lifted, cancellation);
                            again = true;
                        }
                    }
                }
            }
            deleteEmptied(top, self);
        }
    }

    /** A process that has just ended its work may leave a last file; one that goes on and on is not waited for. */
    private static void deleteEmptied(SecureDirectoryStream<Path> top, Path self) throws IOException {
        for (int left = LATECOMERS; ; left--) {
            try {
                top.deleteDirectory(self);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (left == 0) {
                    throw e;
                }
            }
            try (SecureDirectoryStream<Path> folder = top.newDirectoryStream(self, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : folder) {
                    if (!attributes(folder, entry.getFileName()).isDirectory()) {
                        folder.deleteFile(entry.getFileName());
                    }
                }
            }
        }
    }

    /** Another file system in it is nobody's to remove. */
    void requireNothingMounted() throws IOException {
        MountTable mounts = MountTable.read();
        MountTable.Mount mount =
                mounts.at(path()).or(() -> mounts.inside(path())).orElse(null);
        if (mount != null) {
            throw new MountedException(mount.point());
        }
    }

    private static boolean removedEmpty(SecureDirectoryStream<Path> folder, Path child) throws IOException {
        try {
            folder.deleteDirectory(child);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Empties the child: its files are deleted, its folders moved up beside it. */
    private static long lift(SecureDirectoryStream<Path> folder, Path child, long lifted, Cancellation cancellation)
            throws IOException, CancelledException {
        long count = lifted;
        try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(child, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : inner) {
                cancellation.throwIfCancelled();
                Path grandchild = entry.getFileName();
                if (!attributes(inner, grandchild).isDirectory()) {
                    inner.deleteFile(grandchild);
                } else if (!removedEmpty(inner, grandchild)) {
                    count++;
                    inner.move(grandchild, folder, Path.of(".removed-" + count + "-" + System.nanoTime()));
                }
            }
        }
        folder.deleteDirectory(child);
        return count;
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        return folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
        @SuppressWarnings("StreamResourceLeak") // closed by the caller, or below
        DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new IOException("this system cannot remove files safely (no openat)");
    }

    /**
     * Whole blocks its files take; what removing it would free, nearly.
     *
     * @throws CancelledException if it was cancelled
     */
    long space(int blockSize, Cancellation cancellation) throws IOException, CancelledException {
        if (!Files.isDirectory(path(), LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        long[] total = {0};
        Files.walkFileTree(path(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    total[0] += (attributes.size() + blockSize - 1) / blockSize * blockSize;
                }
                return cancellation.cancelled() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        cancellation.throwIfCancelled();
        return total[0];
    }
}
