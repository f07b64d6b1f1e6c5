package io.limelight.agent.actions;

import io.limelight.agent.payload.ScriptRun;
import io.limelight.agent.privileges.ShippedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts actions as a child of this process. */
final class DirectActionStarter implements ActionStarter {
    private static final Path NOTHING = Path.of("/dev/null");

    private final ActionPlaces places;
    private final int seconds;
    private final String python;
    private final Map<String, String> environment;
    private final String actionAs;

    /**
     * @param environment what an action gets, and nothing else
     * @param actionAs words in front of the action that make it run as another user; empty = as this process
     */
    DirectActionStarter(
            ActionPlaces places, int seconds, String python, Map<String, String> environment, String actionAs) {
        this.places = places;
        this.seconds = seconds;
        this.python = python;
        this.environment = Map.copyOf(environment);
        this.actionAs = actionAs;
    }

    @Override
    public void start(int run, FoundAction action) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                "setsid",
                "sh",
                "-c",
                ShippedText.runner("action-runner.sh"),
                "action-runner.sh",
                places.run(run).toString(),
                action.folder().toString(),
                action.fileName(),
                action.module() ? "module" : "program",
                places.event().toString(),
                places.workDir().toString(),
                Integer.toString(seconds),
                Integer.toString(ScriptRun.KEPT_OUTPUT),
                "",
                actionAs,
                python,
                ShippedText.of("py/action-shim.py")));
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(NOTHING.toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            builder.start();
        } catch (IOException e) {
            throw new IOException(
                    "it cannot be started (" + e.getMessage() + "); the agent needs setsid (util-linux) and sh", e);
        }
    }
}
