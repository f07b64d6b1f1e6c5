package io.limelight.agent.payload;

import io.limelight.core.json.WireJson;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far the payload that was delivered last has come. Kept in the secure area, so that an agent that starts again knows
 * what the one before it has done; holds no secret.
 *
 * @param step how far
 * @param container SHA-256 of the sealed payload, hex; empty if it is not known
 * @param problem why it failed
 * @param note something to know that is no failure
 * @param started when the script was started
 * @param exit its exit status
 */
record PayloadState(
        Step step,
        String container,
        @Nullable String problem,
        @Nullable String note,
        @Nullable Instant started,
        @Nullable Integer exit) {
    private static final int MOST = 64 * 1024;

    /** The steps, in order. */
    enum Step {
        /** Nothing has been delivered to be opened. */
        NONE,
        /** K came without a payload and is alone in the folder. */
        KEY,
        /** Being opened; what is in the folder is incomplete. */
        UNPACKING,
        /** Complete in its folder; its script has still to be started. */
        UNPACKED,
        /** The script was started. */
        RUNNING,
        /** Nothing is left to do. */
        DONE,
        /** It is in its folder, but its script could not be started, or how far that came is unknown. */
        FAILED,
        /** It could not be opened; its folder holds an older payload, or none. */
        REFUSED
    }

    static PayloadState none() {
        return new PayloadState(Step.NONE, "", null, null, null, null);
    }

    static PayloadState key() {
        return new PayloadState(Step.KEY, "", null, null, null, null);
    }

    static PayloadState unpacking(String container) {
        return new PayloadState(Step.UNPACKING, container, null, null, null, null);
    }

    PayloadState unpacked() {
        return new PayloadState(Step.UNPACKED, container, null, null, null, null);
    }

    PayloadState since(@Nullable Instant begun) {
        return new PayloadState(step, container, problem, note, begun, exit);
    }

    PayloadState running(Instant since) {
        return new PayloadState(Step.RUNNING, container, null, null, since, null);
    }

    PayloadState done(@Nullable String why) {
        return new PayloadState(Step.DONE, container, null, why, started, null);
    }

    PayloadState exited(int status, @Nullable String why) {
        return new PayloadState(Step.DONE, container, null, why, started, status);
    }

    PayloadState failed(String why) {
        Step end = step == Step.UNPACKING || step == Step.REFUSED ? Step.REFUSED : Step.FAILED;
        return new PayloadState(end, container, why, null, started, null);
    }

    /** Whether nothing is being done. */
    boolean idle() {
        return switch (step) {
            case NONE, KEY, DONE, FAILED, REFUSED -> true;
            case UNPACKING, UNPACKED, RUNNING -> false;
        };
    }

    /** Whether a script has the folder, for as long as it likes. */
    boolean holdsUpOthers() {
        return step == Step.UNPACKED || step == Step.RUNNING;
    }

    /** Whether the key in the payload's folder is that of this delivery. */
    boolean keyIsInItsFolder() {
        return step != Step.UNPACKING && step != Step.REFUSED;
    }

    /** Whether this very container is being worked on or was opened, and its script, if any, ended well. */
    boolean settles(String otherContainer) {
        if (!container.equals(otherContainer) || container.isEmpty()) {
            return false;
        }
        return switch (step) {
            case UNPACKING, UNPACKED, RUNNING -> true;
            case DONE -> exit == null || exit == 0;
            case NONE, KEY, FAILED, REFUSED -> false;
        };
    }

    /** Replaces the file. */
    void write(Path file) throws IOException {
        ObjectNode json = WireJson.object();
        json.put("step", step.name());
        json.put("container", container);
        json.put("problem", problem);
        json.put("note", note);
        if (started != null) {
            json.put("started", started.toEpochMilli());
        }
        if (exit != null) {
            json.put("exit", exit);
        }
        PrivateFiles.write(file, WireJson.compact(json));
    }

    /**
     * Reads the file; empty if there is none.
     *
     * @throws IOException if it cannot be understood
     */
    static Optional<PayloadState> read(Path file) throws IOException {
        ObjectNode json;
        try {
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                throw new IOException(file + " is no plain file");
            }
            if (Files.size(file) > MOST) {
                throw new IOException(file + " is too large");
            }
            json = WireJson.parseObject(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Step step;
        try {
            step = Step.valueOf(WireJson.text(json, "step").orElse(""));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " names no known step", e);
        }
        return Optional.of(new PayloadState(
                step,
                WireJson.text(json, "container").orElse(""),
                WireJson.text(json, "problem").orElse(null),
                WireJson.text(json, "note").orElse(null),
                WireJson.number(json, "started").map(Instant::ofEpochMilli).orElse(null),
                WireJson.number(json, "exit").map(Math::toIntExact).orElse(null)));
    }
}
