package io.limelight.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SandboxFolderTest {
    @Test
    void mountThatAProgramStillWorksInIsDetachedAndTheFolderGoes() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        SandboxFolder folder = SandboxFolder.create();
        Path mount = Files.createDirectories(folder.machine("machine-1").resolve("secure"));
        Files.createDirectories(folder.logs());
        Process mounting = new ProcessBuilder("mount", "-t", "tmpfs", "tmpfs", mount.toString()).start();
        assertThat(mounting.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assumeTrue(mounting.exitValue() == 0, "this place does not permit mounts");
        Process script =
                new ProcessBuilder("sleep", "600").directory(mount.toFile()).start();
        try {
            folder.remove();

            assertThat(folder.mounts()).isEmpty();
            assertThat(folder.root()).doesNotExist();
            assertThat(script.isAlive()).as("a program that is not ours to end").isTrue();
        } finally {
            script.destroyForcibly().waitFor();
        }
    }
}
