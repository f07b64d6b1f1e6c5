package io.limelight.cli.sandbox;

import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's own folder, mode 0700: everything its programs write is in here, and nothing is left of it afterwards.
 *
 * @param root the folder; its path is short, since sockets live in it
 */
record SandboxFolder(Path root) {
    private static final int REMOVALS = 40;

    /** Makes a fresh one in the system's temporary folder. */
    static SandboxFolder create() throws SandboxException {
        try {
            return new SandboxFolder(Files.createTempDirectory("limelight-"));
        } catch (IOException e) {
            throw new SandboxException("cannot make a folder for the sandbox: " + e.getMessage(), e);
        }
    }

    /** Work directory of registrar, verifier and tenant, who share {@code cv_ca}. */
    Path services() {
        return root.resolve("services");
    }

    /** Work directory of a machine. */
    Path machine(String name) {
        return root.resolve(name);
    }

    /** Where the machine unpacks its payload. */
    Path unpacked(String name) {
        return machine(name).resolve("secure").resolve("unzipped");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** Writes a file of the sandbox, mode 0600. */
    void write(Path file, String text) throws SandboxException {
        try {
            PrivateFiles.createFolder(java.util.Objects.requireNonNull(file.getParent()));
            PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** File systems mounted inside the folder, deepest first. */
    List<Path> mounts() {
        List<Path> mounts = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                String[] columns = line.split(" ", -1);
                if (columns.length > 1 && columns[1].startsWith(root + "/")) {
                    mounts.add(Path.of(columns[1]));
                }
            }
        } catch (IOException e) {
            // Not Linux, or no /proc: then nothing was mounted either.
            return List.of();
        }
        mounts.sort(Comparator.reverseOrder());
        return mounts;
    }

    /**
     * Unmounts what machines have mounted, then removes the folder. Where a program still works in such a mount (a payload's
     * script that outlived its agent, somebody's shell) it is detached: gone from here at once, and for good when that
     * program ends.
     */
    void remove() throws SandboxException {
        for (Path mount : mounts()) {
            if (!umount(mount.toString()) && !umount("-l", mount.toString())) {
                throw new SandboxException(
                        "cannot unmount " + mount + "; what umount says is in " + logs().resolve("umount.log"));
            }
        }
        IOException failure = removeTree();
        // A thread that was still starting something may have written a last file; its program has been ended by now.
        for (int attempt = 0; failure != null && attempt < REMOVALS; attempt++) {
            Pause.millis(50);
            failure = removeTree();
        }
        if (failure != null) {
            throw new SandboxException("cannot remove " + root + ": " + failure.getMessage(), failure);
        }
    }

    private boolean umount(String... arguments) throws SandboxException {
        List<String> command = new ArrayList<>(List.of("umount"));
        command.addAll(List.of(arguments));
        Child umount = Child.start("umount", command, Map.of(), logs().resolve("umount.log"));
        return umount.waitFor(10, TimeUnit.SECONDS) && umount.exitValue() == 0;
    }

    private @Nullable IOException removeTree() {
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return null;
        } catch (NoSuchFileException e) {
            return Files.exists(root) ? e : null;
        } catch (UncheckedIOException e) {
            return e.getCause();
        } catch (IOException e) {
            return e;
        }
    }
}
