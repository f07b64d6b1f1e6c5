package io.limelight.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AgentId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the demo takes from the verifier's log, and how it shows it. */
class VerifierLogTest {
    private static final String WHY = "The file /opt/x [a, b] (entry 3 of the IMA list, sha256:"
            + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08) is not in the runtime policy.";

    @TempDir
    Path folder;

    @Test
    void theSentenceOfTheMachineAndTheEventIsFoundWhateverElseIsSaid() throws Exception {
        Path log = Files.writeString(folder.resolve("verifier.log"), """
                2026-11-28 16:00:00.000 - keylime.verifier - INFO - Starting
                2026-11-28 16:00:01.000 - keylime.verifier - WARNING - machine-a failed its attestation: Another. [ima.x, critical]
                2026-11-28 16:00:01.000 - keylime.verifier - WARNING - machine-b failed its attestation: Of another machine. [ima.y, critical]
                2026-11-28 16:00:02.000 - keylime.verifier - WARNING - machine-a failed its attestation: %s [ima.y, critical]
                """.formatted(WHY));
        assertThat(new VerifierLog(log).why(AgentId.of("machine-a"), "ima.y")).isEqualTo(WHY);
    }

    @Test
    void quotingBreaksLinesAtBlanksOnly() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Transcript(new PrintStream(out, true, StandardCharsets.UTF_8)).quote(WHY);
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.strip().replaceAll("\\n *", " ")).isEqualTo(WHY);
        assertThat(text.lines()).hasSizeGreaterThan(1).allMatch(line -> line.length() < 120);
    }
}
