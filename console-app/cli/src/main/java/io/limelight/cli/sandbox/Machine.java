package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;

/**
 * A machine of the sandbox.
 *
 * @param name for people: {@code machine-1}
 * @param id its agent id
 * @param attestationKey for people: {@code RSA} or {@code ECC}
 * @param port where its agent listens
 * @param tpm its software TPM
 * @param ima what it measures
 * @param agent the agent's process
 */
public record Machine(
        String name, AgentId id, String attestationKey, int port, SoftwareTpm tpm, ImaEmulator ima, Child agent)
        implements AutoCloseable {
    /** The agent first, so that it can leave its TPM in order. */
    @Override
    public void close() {
        agent.close();
        tpm.close();
    }
}
