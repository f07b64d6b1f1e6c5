package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.testkit.Traces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code limelight demo} as a newcomer runs it: the whole story, what is left of it, and what it may not give away. */
class DemoIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Of a whole story. How long it takes on a computer that does nothing else is measured elsewhere. */
    private static final Duration STORY = Duration.ofMinutes(3);

    private static final String FOLDER = "Limelight demo: a private installation in ";

    @TempDir
    Path logs;

    private Launched demo(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("demo", "--no-console", "--no-install"));
        arguments.addAll(List.of(more));
        return Launched.start(logs, Map.of(), arguments.toArray(new String[0]));
    }

    private static Path folder(Launched demo) {
        String line = demo.awaitLine(FOLDER);
        return Path.of(line.substring(FOLDER.length(), line.indexOf(',', FOLDER.length())));
    }

    /** Processes whose command line names the folder. */
    private static List<String> processesOf(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .map(process -> commandLine(process.pid()))
                .filter(command -> command.contains(folder.toString()))
                .toList();
    }

    private static String commandLine(long pid) {
        try {
            Path proc = Path.of("/proc", Long.toString(pid));
            return Files.readString(proc.resolve("cmdline")) + Files.readString(proc.resolve("environ"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void nothingIsLeft(Path folder) {
        await("nothing is left of the demo").atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(processesOf(folder)).isEmpty();
            assertThat(new Traces(folder).mounts()).isEmpty();
            assertThat(folder).doesNotExist();
        });
    }

    private static List<String> with(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }

    private static boolean succeeds(List<String> command) throws Exception {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Names in the folder and in its {@code .ssh}; none where it may not be read. */
    private static List<String> listing(Path root) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path folder : List.of(root, root.resolve(".ssh"))) {
            if (Files.isReadable(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.forEach(file -> names.add(file.toString()));
                }
            }
        }
        names.sort(null);
        return names;
    }

    /**
     * Where a machine unpacked its payload. Those of the second half are in mount namespaces of their own, into which
     * {@code /proc/PID/root} leads.
     */
    private static Path unpacked(Path folder, char machine) {
        Path seen = folder.resolve("machine-" + machine + "/secure/unzipped");
        if (Files.exists(seen)) {
            return seen;
        }
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(folder + "/machine-" + machine))
                .map(process -> Path.of("/proc/" + process.pid() + "/root" + seen))
                .filter(Files::exists)
                .findAny()
                .orElseThrow();
    }

    /** The verifier's own sentence, which the demo may break at blanks. */
    private static void theFailureIsExplained(String machine, String out) {
        assertThat(out)
                .contains("limelight policy create runtime", "an unapproved script on " + machine)
                .containsPattern(("The file \\S+/" + machine + "/unapproved.sh \\(entry [0-9]+ of the IMA list,"
                                + " sha256:[0-9a-f]{64}\\) is not in the runtime policy")
                        .replace(" ", "\\s+"));
    }

    private static void theSecondHalfIsTold(String out) {
        theFailureIsExplained("machine-4", out);
        assertThat(out)
                .contains("out of authorized_keys", "deleted its own key", "the CA revoked certificate")
                .containsPattern("machine-4 +RSA +Revoked +[0-9]+ +certificate +ima.validation.ima-ng.not_in_allowlist")
                .containsPattern("machine-5 +RSA +Trusted +[0-9]+ +certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void anInterruptedDemoLeavesNothingBehind(String signal) throws Exception {
        try (Launched demo = demo()) {
            Path folder = folder(demo);
            await().atMost(PATIENCE).until(() -> !processesOf(folder).isEmpty());
            demo.signal(signal);
            assertThat(demo.exitStatus()).isNotZero();
            assertThat(demo.out()).endsWith("demo: FAILED: interrupted\n").doesNotContain("demo: OK");
            assertThat(demo.err()).isEmpty();
            nothingIsLeft(folder);
        }
    }

    /** As somebody who is not root, which a test that is root can become. */
    @Test
    void machinesUnlockTheirSecretsTwoAreCaughtAndWithoutRootItIsSaidWhatIsMissing() throws Exception {
        List<String> before = listing(Path.of("/root"));
        List<String> nobody = isRoot()
                ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp")
                : List.of("env");
        try (Launched demo = Launched.startCommand(
                logs,
                Map.of(),
                "demo",
                with(nobody, Launched.launcher().toString(), "demo", "--no-console", "--no-install"))) {
            Path folder = folder(demo);
            assertThat(demo.exitStatus(STORY)).as(demo.out() + demo.err()).isZero();
            assertThat(demo.out())
                    .contains("without root", "pcr_validation.invalid_pcr_15", "unlocked", "ECC")
                    .endsWith("demo: OK\n");
            if (demo.out().contains("shown and not run")) {
                assertThat(succeeds(with(nobody, "unshare", "-Ur", "-m", "mount", "--bind", "/tmp", "/root")))
                        .as("whether a folder could have hidden /root")
                        .isFalse();
                assertThat(demo.out()).contains("mycert.crt", ">> /root/.ssh/authorized_keys");
                theFailureIsExplained("machine-3", demo.out());
            } else {
                theSecondHalfIsTold(demo.out());
                assertThat(demo.out()).contains("no login is tried, an sshd of its own takes root");
            }
            assertThat(listing(Path.of("/root"))).as("the real /root").isEqualTo(before);
            nothingIsLeft(folder);
        }
    }

    @Test
    void noLogNoDatabaseAndNoOutputHoldsAKeyAShareOrThePayload() throws Exception {
        List<String> before = listing(Path.of("/root"));
        try (Launched demo = demo("--keep")) {
            Path folder = folder(demo);
            demo.awaitLine("The sandbox stays up until Ctrl-C", STORY);
            if (isRoot()) {
                theSecondHalfIsTold(demo.out());
                assertThat(demo.out())
                        .containsPattern("machine-4 logs in to machine-5 [\\s\\S]*Permission denied"
                                + "|no login is tried, .* is not installed");
            }
            assertThat(listing(Path.of("/root"))).as("the real /root").isEqualTo(before);
            List<Needle> needles = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                Path unpacked = folder.resolve("machine-" + i + "/secure/unzipped");
                needles.addAll(Needle.of("K of machine-" + i, Files.readAllBytes(unpacked.resolve("derived_tci_key"))));
                needles.addAll(Needle.of("the payload", Files.readAllBytes(unpacked.resolve("database-password.txt"))));
            }
            needles.addAll(Needle.of(
                    "the payload",
                    Files.readString(folder.resolve("machine-1/secure/unzipped/database-password.txt"))
                            .strip()
                            .getBytes(StandardCharsets.US_ASCII)));
            for (StoredShares.Share share : StoredShares.read(folder.resolve("services"))) {
                byte[] k = Files.readAllBytes(
                        unpacked(folder, share.agentId().charAt(35)).resolve("derived_tci_key"));
                byte[] u = new byte[k.length];
                for (int i = 0; i < k.length; i++) {
                    u[i] = (byte) (k[i] ^ share.v()[i]);
                }
                needles.addAll(Needle.of("V of " + share.agentId(), share.v()));
                needles.addAll(Needle.of("U of " + share.agentId(), u));
            }
            assertThat(needles).hasSizeGreaterThan(3 * 4 * 3);
            List<Path> places = searched(folder);
            assertThat(places).hasSizeGreaterThan(12);
            for (Path place : places) {
                Needle.assertNotIn(place, needles);
            }
            Needle.assertNotIn("the demo's output", demo.out().getBytes(StandardCharsets.UTF_8), needles);
            Needle.assertNotIn("the demo's errors", demo.err().getBytes(StandardCharsets.UTF_8), needles);
            theWordsForAnotherTerminalWork(demo.out());
            demo.signal("INT");
            demo.exitStatus();
            assertThat(demo.out()).endsWith("demo: OK\n");
            nothingIsLeft(folder);
        }
    }

    /** As somebody types them who copies the lines, except that the launcher stands elsewhere. */
    private static void theWordsForAnotherTerminalWork(String out) throws Exception {
        String words = out.substring(out.indexOf("In another terminal:"))
                .lines()
                .skip(1)
                .takeWhile(line -> !line.startsWith("Logs:"))
                .map(String::strip)
                .filter(line -> line.matches("export .*|.* -c (cvlist|reglist|list) .*|curl .*"))
                .map(line ->
                        line.replaceFirst("^\\./limelight", Launched.launcher().toString()))
                .collect(Collectors.joining("\n"));
        assertThat(words).contains("tenant -c reglist", "ca -c list -d ", "/limelight/v1/status");
        Process shell = new ProcessBuilder("sh", "-e", "-c", words)
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(said).isZero();
        assertThat(said).contains("payload_stage");
    }

    /** Every file of the installation but the secure areas, the payload the administrator holds and the TPMs' own state. */
    private static List<Path> searched(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/secure/"))
                    .filter(file -> !file.getFileName().toString().equals("payload.zip"))
                    .filter(file -> !file.getFileName().toString().endsWith(".permall"))
                    .toList();
        }
    }

    /**
     * A secret in one of its spellings.
     *
     * @param what for the message; never the secret itself
     * @param bytes what to look for
     */
    @SuppressWarnings("ArrayRecordComponent") // looked for, never compared
    private record Needle(String what, byte[] bytes) {
        static List<Needle> of(String what, byte[] secret) {
            return List.of(
                    new Needle(what + " (raw)", secret),
                    new Needle(what + " (hex)", HexFormat.of().formatHex(secret).getBytes(StandardCharsets.US_ASCII)),
                    new Needle(
                            what + " (base64)",
                            Base64.getEncoder().withoutPadding().encode(secret)));
        }

        static void assertNotIn(Path file, List<Needle> needles) throws IOException {
            assertNotIn(file.toString(), Files.readAllBytes(file), needles);
        }

        static void assertNotIn(String where, byte[] content, List<Needle> needles) {
            String haystack = new String(content, StandardCharsets.ISO_8859_1);
            for (Needle needle : needles) {
                assertThat(haystack.contains(new String(needle.bytes(), StandardCharsets.ISO_8859_1)))
                        .as("%s is in %s", needle.what(), where)
                        .isFalse();
            }
        }
    }
}
