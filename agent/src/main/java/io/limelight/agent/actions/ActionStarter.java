package io.limelight.agent.actions;

import java.io.IOException;

/** Starts an action under {@code action-runner.sh}; returns at once. */
interface ActionStarter {
    /**
     * Starts it.
     *
     * @param run number of the folder that tells its course
     * @param action which
     * @throws IOException if the runner cannot be started; a sentence
     */
    void start(int run, FoundAction action) throws IOException;
}
