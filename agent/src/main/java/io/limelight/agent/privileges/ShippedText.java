package io.limelight.agent.privileges;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Texts that ship inside the program and are handed to an interpreter as they are, so that nobody can change a file of them. */
public final class ShippedText {
    private ShippedText() {}

    /**
     * What a shell reads to run a payload script or an action: {@code agent-helper.sh} puts the same together.
     *
     * @param name {@code payload-runner.sh} or {@code action-runner.sh}
     */
    public static String runner(String name) {
        return of("sh/run-recorder.sh") + of("sh/" + name);
    }

    /** A text by its place in the program. */
    public static String of(String name) {
        try (InputStream text =
                Objects.requireNonNull(ShippedText.class.getResourceAsStream("/io/limelight/agent/" + name))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
