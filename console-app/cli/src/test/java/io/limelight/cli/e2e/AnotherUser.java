package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Makes an {@link Installation} one whose agent runs as somebody without privileges, as a package does when it is installed: the
 * machine's folder, the TPM's socket and the services' CA are made reachable for that user.
 */
final class AnotherUser {
    static final String NAME = "nobody";
    static final String GROUP = "nogroup";

    private AnotherUser() {}

    /** Skips the test, naming what is missing. */
    static void assumePossible() throws Exception {
        assumeTrue(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "not root: no memory can be mounted and nobody else be become");
        for (String tool : List.of("swtpm", "swtpm_setup", "setpriv")) {
            assumeTrue(succeeds("sh", "-c", "command -v " + tool), tool + " is missing");
        }
        assumeTrue(succeeds("getent", "passwd", NAME), "there is no user " + NAME);
        assumeTrue(succeeds("getent", "group", GROUP), "there is no group " + GROUP);
        assumeTrue(
                succeeds(
                        "setpriv",
                        "--reuid=" + NAME,
                        "--regid=" + GROUP,
                        "--clear-groups",
                        "test",
                        "-r",
                        Launched.launcher().toString()),
                NAME + " may not read " + Launched.launcher() + ", so the agent cannot be started as that user");
    }

    private static boolean succeeds(String... command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    static int uid() throws IOException {
        return id("passwd", NAME);
    }

    static int id(String database, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/etc", database))) {
            String[] fields = line.split(":", -1);
            if (fields[0].equals(name)) {
                return Integer.parseInt(fields[2]);
            }
        }
        throw new IOException("no " + name + " in " + database);
    }

    /** Verifier and registrar have to run: the CA's certificate is the verifier's work. */
    static void prepare(Installation installation) throws IOException {
        // The way to the machine's folder, and to nothing else, is open.
        Files.setPosixFilePermissions(installation.root(), PosixFilePermissions.fromString("rwx--x--x"));
        give(installation.machine());
        give(installation.tpm().socket());
        Path ca = installation.root().resolve("etc/cacert.crt");
        Files.copy(installation.services().resolve("cv_ca/cacert.crt"), ca, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(ca, PosixFilePermissions.fromString("rw-r--r--"));
        installation
                .agentOption("run_as", "\"" + NAME + ":" + GROUP + "\"")
                .agentOption("trusted_client_ca", "\"" + ca + "\"");
    }

    private static void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:gid", id("group", GROUP), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:uid", uid(), LinkOption.NOFOLLOW_LINKS);
    }

    /** The JVM below the root helper that the launcher has become. */
    static ProcessHandle jvm(Launched agent) {
        List<ProcessHandle> jvms = agent.process()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .toList();
        assertThat(jvms).as("the agent's JVM").hasSize(1);
        return jvms.getFirst();
    }
}
