package io.limelight.cli.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a machine of the sandbox has run, and so has measured, by the time its agent starts. */
final class MachineStart {
    /** What the agent and the scripts of the payloads call. */
    private static final List<String> TOOLS =
            List.of("sh", "bash", "cat", "chmod", "cp", "cut", "date", "grep", "ln", "ls", "mkdir", "mv", "sha256sum");

    private MachineStart() {}

    /** Measures programs of this computer, which are those of its machines; what is not installed is left out. */
    static void measure(ImaEmulator ima) throws SandboxException {
        List<Path> programs = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")));
        TOOLS.forEach(
                tool -> InstalledTools.find(tool).filter(Files::isReadable).ifPresent(programs::add));
        for (Path program : programs) {
            ima.measure(program);
        }
    }
}
