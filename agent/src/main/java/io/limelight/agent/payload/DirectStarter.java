package io.limelight.agent.payload;

import io.limelight.agent.privileges.ShippedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts scripts as a child of this process. */
final class DirectStarter implements ScriptStarter {
    private static final Path NOTHING = Path.of("/dev/null");

    private final Map<String, String> environment;
    private final String scriptAs;

    /**
     * @param environment what the script gets, and nothing else
     * @param scriptAs words in front of the script that make it run as another user; empty = as this process
     */
    DirectStarter(Map<String, String> environment, String scriptAs) {
        this.environment = Map.copyOf(environment);
        this.scriptAs = scriptAs;
    }

    @Override
    public void start(ScriptRun run) throws IOException {
        // A session of its own: Ctrl-C at the agent's terminal is not meant for the script.
        ProcessBuilder builder = new ProcessBuilder(List.of(
                "setsid",
                "sh",
                "-c",
                ShippedText.runner("payload-runner.sh"),
                "payload-runner.sh",
                run.folder().toString(),
                run.unzipped().toString(),
                run.script(),
                Integer.toString(run.seconds()),
                Integer.toString(ScriptRun.KEPT_OUTPUT),
                "",
                scriptAs));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(NOTHING.toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "the payload script cannot be started (" + e.getMessage()
                            + "); the agent needs setsid (util-linux) and sh",
                    e);
        }
    }
}
