package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the verifier has said, for people, of the machines it asks.
 *
 * @param file its log
 */
record VerifierLog(Path file) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String FAILED = " failed its attestation: ";

    /** Why the machine has failed: the sentence with this event id; waits until it is there. */
    String why(AgentId id, String event) throws SandboxException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<String> sentence = sentence(id, event);
            if (sentence.isPresent()) {
                return sentence.get();
            }
            if (System.nanoTime() > deadline) {
                throw new SandboxException("the verifier's log " + file + " does not say why " + id + " failed");
            }
            Pause.millis(20);
        }
    }

    private Optional<String> sentence(AgentId id, String event) throws SandboxException {
        String before = id + FAILED;
        String after = " [" + event + ", ";
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.contains(before) && line.lastIndexOf(after) > line.indexOf(before))
                    .map(line -> line.substring(line.indexOf(before) + before.length(), line.lastIndexOf(after)))
                    .findFirst();
        } catch (IOException e) {
            throw new SandboxException("cannot read the verifier's log " + file + ": " + e.getMessage(), e);
        }
    }
}
