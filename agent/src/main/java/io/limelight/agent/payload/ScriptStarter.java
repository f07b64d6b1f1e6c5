package io.limelight.agent.payload;

import java.io.IOException;

/** Starts the payload script under {@code payload-runner.sh}; returns at once. */
interface ScriptStarter {
    /**
     * Starts it.
     *
     * @param run what is to be run, and where its course is recorded
     * @throws IOException if the runner cannot be started; a sentence
     */
    void start(ScriptRun run) throws IOException;
}
