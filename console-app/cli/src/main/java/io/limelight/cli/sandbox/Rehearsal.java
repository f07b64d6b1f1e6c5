package io.limelight.cli.sandbox;

import io.limelight.core.api.AgentId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A short working day: a machine registers, is attested and unlocks a payload. Every program taking part writes at its
 * end what its JVM has learned ({@link StartupCaches}). {@code limelight rehearse} runs this; programs then start in about
 * two thirds of the time.
 */
final class Rehearsal {
    private static final AgentId ID = AgentId.of("00000000-0000-4000-8000-000000000001");

    private Rehearsal() {}

    /** Rehearses; the argument is the folder for the caches. */
    public static void main(String[] args) throws Exception {
        Path caches = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
        System.setProperty(StartupCaches.MAKE, caches.toString());
        try (Sandbox sandbox = Sandbox.create()) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> closeQuietly(sandbox)));
            sandbox.manufactureTpm("machine-1");
            sandbox.startVerifier();
            sandbox.startRegistrar();
            Machine machine = sandbox.startMachine("machine-1", ID, "rsassa");
            sandbox.awaitRegistered(machine);
            Path payload = sandbox.path().resolve("payload.zip");
            DemoPayload.write(payload, new SecureRandom());
            ProgramRun run = sandbox.tenant(
                    "-c",
                    "add",
                    "-u",
                    ID.value(),
                    "-f",
                    payload.toString(),
                    "--runtime-policy",
                    sandbox.createPolicy(machine).toString(),
                    "--verify");
            if (run.status() != 0) {
                throw new SandboxException("the tenant could not add the machine:\n" + run.output());
            }
        }
    }

    private static void closeQuietly(Sandbox sandbox) {
        try {
            sandbox.close();
        } catch (SandboxException e) {
            System.err.println(e.getMessage());
        }
    }
}
