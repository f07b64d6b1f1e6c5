package io.limelight.cli.sandbox;

/** Waiting between two looks at something that has no way to tell us. */
final class Pause {
    private Pause() {}

    static void millis(long millis) throws SandboxException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
