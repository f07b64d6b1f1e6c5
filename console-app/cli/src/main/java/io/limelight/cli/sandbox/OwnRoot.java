package io.limelight.cli.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a program is given a {@code /root} of its own: a folder that takes its place in a mount namespace, so that the real one is
 * neither seen nor touched, whatever becomes of the program.
 */
enum OwnRoot {
    /** For root. */
    MOUNTS("unshare -m"),
    /** For everybody else where the kernel lets them: a user namespace in which they are root, but only over what is theirs. */
    USER("unshare -Ur -m");

    private static final int PROBE_SECONDS = 10;
    private static final String HIDE = "mount --bind \"$0\" /root && exec \"$@\"";

    private final String unshare;

    OwnRoot(String unshare) {
        this.unshare = unshare;
    }

    /** The way that this kernel allows, tried with a folder; empty if there is none. */
    static Optional<OwnRoot> find(boolean root, Path folder, Path log) throws SandboxException {
        OwnRoot way = root ? MOUNTS : USER;
        List<String> probe = way.before(folder);
        probe.add("true");
        Child child;
        try {
            child = Child.start("unshare", probe, Map.of(), log);
        } catch (SandboxException e) {
            // unshare(1) is not installed.
            return Optional.empty();
        }
        if (!child.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
            child.kill();
            return Optional.empty();
        }
        return child.exitValue() == 0 ? Optional.of(way) : Optional.empty();
    }

    /** The words before a command that is to see this folder as {@code /root}; they can be added to. */
    List<String> before(Path folder) {
        List<String> command = new ArrayList<>(List.of(unshare.split(" ", -1)));
        command.addAll(List.of("sh", "-c", HIDE, folder.toString()));
        return command;
    }
}
