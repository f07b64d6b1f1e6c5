package io.limelight.agent.payload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short run of one of the system's own programs ({@code mount}), whose only result is whether it worked. */
final class SystemCommand {
    private static final int MOST_OUTPUT = 4096;
    private static final int SECONDS = 30;

    private SystemCommand() {}

    /**
     * Runs it to its end.
     *
     * @throws IOException if it cannot be started, fails, or does not end; with what it said
     */
    static void run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said;
            try (InputStream output = process.getInputStream()) {
                said = new String(output.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8)
                        .strip()
                        .replace('\n', ' ');
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        said.isEmpty() ? command.getFirst() + " ended with status " + process.exitValue() : said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
