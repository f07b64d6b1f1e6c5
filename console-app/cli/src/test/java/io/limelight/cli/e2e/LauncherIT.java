package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself: what it starts, what it says when it cannot, what it hands on. */
class LauncherIT {
    @TempDir
    Path folder;

    private Launched run(String... arguments) throws IOException {
        return Launched.start(folder, Map.of(), arguments);
    }

    private Launched shell(String script) throws IOException {
        return Launched.startCommand(folder, Map.of(), "sh", List.of("sh", "-c", script));
    }

    @Test
    void aSecondStartBuildsNothing() throws Exception {
        try (Launched version = run("version")) {
            assertThat(version.exitStatus()).isZero();
            assertThat(version.out()).startsWith("limelight ");
            assertThat(version.err()).isEmpty();
        }
    }

    @Test
    void exitStatusesAreTheProgramsOwn() throws Exception {
        try (Launched unknown = run("no-such-program");
                Launched usage = run("tenant", "--no-such-option");
                Launched missing = run("userdata-encrypt")) {
            assertThat(unknown.exitStatus()).isEqualTo(2);
            assertThat(usage.exitStatus()).isEqualTo(2);
            assertThat(missing.exitStatus()).isEqualTo(255);
        }
    }

    /** With the classes as the build has laid them out, which is not how unit tests load them. */
    @Test
    void ramdisksInEveryCompressionAreRead() throws Exception {
        Path ramdisks =
                Launched.launcher().resolveSibling("core/src/test/resources/fixtures/create-runtime-policy/initrds");
        for (Path ramdisk : files(ramdisks)) {
            Path boot = Files.createDirectory(folder.resolve("boot-" + ramdisk.getFileName()));
            Files.copy(ramdisk, boot.resolve(ramdisk.getFileName()));
            try (Launched policy = run("policy", "create", "runtime", "--ramdisk-dir", boot.toString())) {
                assertThat(policy.exitStatus())
                        .as("%s: %s", ramdisk, policy.err())
                        .isZero();
                assertThat(policy.out()).contains("\"digests\"");
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().contains("early-debian"))
                    .toList();
        }
    }

    @Test
    void helpOnTheTestsIsOurOwnAndNotMavens() throws Exception {
        for (String option : List.of("--help", "-h")) {
            try (Launched help = run("test", option)) {
                assertThat(help.exitStatus()).isZero();
                assertThat(help.out()).startsWith("Usage: limelight test");
            }
        }
    }

    @Test
    void itWorksThroughALinkAndFromAnyFolder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("ll"), Launched.launcher());
        try (Launched version = shell("cd / && exec '" + link + "' version")) {
            assertThat(version.exitStatus()).isZero();
            assertThat(version.out()).startsWith("limelight ");
        }
    }

    @Test
    void withoutAJdkItSaysHowToGetOne() throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("needs root, to hide the JDKs of this machine in a mount namespace")
                .isEqualTo("root");
        try (Launched hidden = shell("unset JAVA_HOME; exec unshare -m sh -c 'mount -t tmpfs none /usr/lib/jvm &&"
                + " PATH=/usr/bin:/bin exec \"" + Launched.launcher() + "\" version'")) {
            assertThat(hidden.exitStatus()).isEqualTo(1);
            assertThat(hidden.err()).contains("JDK 25").contains("JAVA_HOME").doesNotContain("Exception");
        }
    }

    @Test
    void onlyDemoTestAndConsoleMayInstallAndNotWhenForbidden() throws Exception {
        // A PATH with everything the launcher itself needs and without swtpm.
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of(
                "sh", "dirname", "readlink", "sed", "find", "head", "id", "grep", "cat", "mkdir", "touch", "mktemp")) {
            for (String place : List.of("/bin/", "/usr/bin/")) {
                if (Files.exists(Path.of(place + tool)) && !Files.exists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), Path.of(place + tool));
                }
            }
        }
        try (Launched demo = Launched.startCommand(
                folder,
                Map.of("PATH", bin.toString()),
                "demo",
                List.of(Launched.launcher().toString(), "demo", "--no-console", "--no-install"))) {
            assertThat(demo.exitStatus()).isEqualTo(1);
            assertThat(demo.err()).contains("apt-get install -y swtpm");
        }
    }

    /** A checkout of its own whose Maven only notes that it was called, so that what the launcher decides can be seen. */
    private Path checkoutWithANotingMaven(int mavenStatus) throws IOException {
        Path checkout = Files.createDirectories(folder.resolve("checkout"));
        Files.copy(Launched.launcher(), checkout.resolve("limelight"));
        checkout.resolve("limelight").toFile().setExecutable(true);
        for (String module : List.of("core", "agent", "verifier", "console-app/cli")) {
            Files.createDirectories(checkout.resolve(module).resolve("src/main"));
            Files.writeString(checkout.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        Path bin = Files.createDirectories(folder.resolve("maven"));
        Files.writeString(bin.resolve("mvn"), """
                #!/bin/sh
                echo called >> '%1$s/calls'
                echo '[ERROR] something is wrong'
                [ %2$d != 0 ] || touch '%1$s/console-app/cli/target/limelight.stamp'
                exit %2$d
                """.formatted(checkout, mavenStatus));
        bin.resolve("mvn").toFile().setExecutable(true);
        return checkout;
    }

    private long builds(Path checkout) throws IOException {
        Path calls = checkout.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
    }

    private Launched version(Path checkout) throws IOException {
        return shell("PATH='" + folder.resolve("maven") + "':$PATH exec '" + checkout + "/limelight' version");
    }

    @Test
    void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
        Path checkout = checkoutWithANotingMaven(0);
        Path source = Files.writeString(checkout.resolve("core/src/main/A.java"), "class A {}");
        for (int start = 0; start < 2; start++) {
            version(checkout).exitStatus();
            assertThat(builds(checkout)).isEqualTo(1);
        }
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        version(checkout).exitStatus();
        assertThat(builds(checkout)).isEqualTo(2);
    }

    @Test
    void aBuildThatFailsIsSaidAndNothingIsStarted() throws Exception {
        Path checkout = checkoutWithANotingMaven(1);
        try (Launched version = version(checkout)) {
            assertThat(version.exitStatus()).isEqualTo(1);
            assertThat(version.err()).contains("something is wrong").contains("build.log");
            assertThat(version.out()).isEmpty();
        }
    }
}
