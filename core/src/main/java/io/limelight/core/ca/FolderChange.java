package io.limelight.core.ca;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Several files of a folder, changed together or not at all.
 *
 * <p>The new files are written into {@code .change.tmp}, forced to disk, and the folder is renamed to {@code .change}: that is
 * the moment it counts. Then each file is renamed over its place. Whoever comes after a crash finishes what is in
 * {@code .change} ({@link #recover}) and throws {@code .change.tmp} away. All of it happens under the folder's lock.
 */
final class FolderChange implements AutoCloseable {
    private static final String DRAFT = ".change.tmp";
    private static final String COMMITTED = ".change";

    /** In {@code .change} while files of the former CA still have to be deleted. */
    private static final String WIPE = ".wipe";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final List<byte[]> secrets = new ArrayList<>();
    private final Path folder;
    private final Consumer<String> step;
    private boolean wipe;

    /**
     * An empty change.
     *
     * @param step told before each step on the disk, for tests that crash there
     */
    FolderChange(Path folder, Consumer<String> step) {
        this.folder = folder;
        this.step = step;
    }

    /** The files of the former CA go. */
    FolderChange wiping() {
        wipe = true;
        return this;
    }

    /** A new file, or the new content of one; they are moved in this order. */
    FolderChange put(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    /** As {@link #put}; the array is this object's from now on, and cleared when it is closed. */
    FolderChange putSecret(String name, byte[] content) {
        secrets.add(content);
        return put(name, content);
    }

    /** Whether there is nothing to do. */
    boolean isEmpty() {
        return files.isEmpty();
    }

    @Override
    public void close() {
        secrets.forEach(secret -> Arrays.fill(secret, (byte) 0));
    }

    void commit() throws IOException {
        Path draft = folder.resolve(DRAFT);
        deleteTree(draft);
        step.accept("draft");
        PrivateFiles.createFolder(draft);
        if (wipe) {
            step.accept("mark");
            PrivateFiles.write(draft.resolve(WIPE), new byte[0]);
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            step.accept("write " + file.getKey());
            PrivateFiles.write(draft.resolve(file.getKey()), file.getValue());
        }
        step.accept("commit");
        Files.move(draft, folder.resolve(COMMITTED), StandardCopyOption.ATOMIC_MOVE);
        PrivateFiles.forceFolder(folder);
        finish(folder, step, List.copyOf(files.keySet()));
    }

    /** Whether somebody was interrupted after the moment it counts. */
    static boolean interrupted(Path folder) {
        return Files.isDirectory(folder.resolve(COMMITTED));
    }

    /** Finishes what was committed, forgets what was not. */
    static void recover(Path folder, Consumer<String> step) throws IOException {
        deleteTree(folder.resolve(DRAFT));
        if (interrupted(folder)) {
            finish(folder, step, List.of());
        }
    }

    private static void finish(Path folder, Consumer<String> step, List<String> order) throws IOException {
        Path committed = folder.resolve(COMMITTED);
        if (Files.exists(committed.resolve(WIPE))) {
            for (Path file : children(folder)) {
                if (!Files.isDirectory(file) && CaFiles.belongsToCa(name(file))) {
                    step.accept("delete " + name(file));
                    Files.delete(file);
                }
            }
            PrivateFiles.forceFolder(folder);
            step.accept("unmark");
            Files.delete(committed.resolve(WIPE));
            PrivateFiles.forceFolder(committed);
        }
        List<Path> rest = children(committed).stream()
                .sorted(Comparator.comparingInt((Path file) -> place(order, name(file))))
                .toList();
        for (Path file : rest) {
            step.accept("move " + name(file));
            Files.move(
                    file,
                    folder.resolve(name(file)),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        PrivateFiles.forceFolder(folder);
        step.accept("done");
        Files.delete(committed);
        PrivateFiles.forceFolder(folder);
    }

    private static int place(List<String> order, String name) {
        int index = order.indexOf(name);
        return index < 0 ? order.size() : index;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void deleteTree(Path draft) throws IOException {
        if (!Files.isDirectory(draft)) {
            return;
        }
        for (Path file : children(draft)) {
            Files.delete(file);
        }
        Files.delete(draft);
    }
}
