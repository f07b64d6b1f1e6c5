package io.limelight.verifier;

import io.limelight.core.config.KeylimeConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** A verifier as a process of its own, to be killed: says its port, then runs until then. */
public final class VerifierProcess {
    private VerifierProcess() {}

    /** The folder is the first argument. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        KeylimeConfig loader = new KeylimeConfig(
                Map.of(
                        "KEYLIME_DIR", folder.toString(),
                        "KEYLIME_VERIFIER_CONFIG",
                                folder.resolve("verifier.conf").toString()),
                folder);
        VerifierProgram program =
                VerifierProgram.start(loader, Optional.empty(), new SecureRandom(), InstantSource.system());
        System.out.println("port " + program.port());
        System.out.flush();
        Thread.sleep(Long.MAX_VALUE);
    }
}
