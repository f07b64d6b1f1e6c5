package io.limelight.agent.privileges;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A short run of one of the system's own programs ({@code mount}, {@code getent}).
 *
 * @param status exit status
 * @param output what it said on both channels, the first 64 KiB, without white space at its ends
 */
public record SystemCommand(int status, String output) {
    private static final int MOST_OUTPUT = 64 * 1024;
    private static final int SECONDS = 30;

    /**
     * Runs it to its end.
     *
     * @throws IOException if it cannot be started or does not end
     */
    public static SystemCommand run(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String said;
            try (InputStream output = process.getInputStream()) {
                said = new String(output.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).strip();
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command[0] + " did not end within " + SECONDS + " s");
            }
            return new SystemCommand(process.exitValue(), said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command[0] + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs it to its end, which has to be a success.
     *
     * @throws IOException otherwise, with what it said
     */
    public static String require(String... command) throws IOException {
        SystemCommand result = run(command);
        if (result.status() != 0) {
            throw new IOException(
                    result.output().isEmpty()
                            ? command[0] + " ended with status " + result.status()
                            : result.output().replace('\n', ' '));
        }
        return result.output();
    }
}
