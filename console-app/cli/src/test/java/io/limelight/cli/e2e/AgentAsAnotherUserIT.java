package io.limelight.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code run_as}: the shipped launcher, started by root, an agent that is not root, and scripts that are whoever
 * {@code payload_run_as} says. Payloads come by the real tenant and verifier.
 */
class AgentAsAnotherUserIT extends OneInstallation {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Counts its runs, says who it is, and waits for its exit status; not for ever, whatever becomes of the test. */
    private static final String WAITING = """
            #!/bin/sh
            echo run >> runs
            id -un > who.tmp && mv who.tmp who
            i=0
            while [ ! -e go ] && [ $i -lt 2400 ]; do sleep 0.05; i=$((i + 1)); done
            exit "$(cat go)"
            """;

    @BeforeAll
    void needsAnotherUser() throws Exception {
        AnotherUser.assumePossible();
    }

    @BeforeEach
    void theMachineIsAnotherUsers() throws Exception {
        installation.startServices();
        AnotherUser.prepare(installation);
    }

    private Path secure() {
        return installation.machine().resolve("secure");
    }

    private void deliver(String script) throws Exception {
        deliver("add", script);
    }

    private void deliver(String act, String script) throws Exception {
        deliver(act, Map.of("autorun.sh", script));
    }

    private void deliver(String act, Map<String, String> files) throws Exception {
        Path zip = installation.root().resolve("payload.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        installation
                .tenant("-c", act, "-u", Installation.ID, "-f", zip.toString())
                .succeeded();
    }

    /** Lets the script end. */
    private void release(int status) throws IOException {
        Path go = installation.unpacked().resolve("go.tmp");
        Files.writeString(go, Integer.toString(status));
        Files.move(go, installation.unpacked().resolve("go"));
    }

    private String awaitContent(String name) throws IOException {
        Path file = installation.unpacked().resolve(name);
        await(name).atMost(PATIENCE).until(() -> Files.exists(file));
        return Files.readString(file).strip();
    }

    private static void assertNotRoot(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        int uid = AnotherUser.uid();
        int gid = AnotherUser.id("group", AnotherUser.GROUP);
        assertThat(Files.readAllLines(status))
                .contains("Uid:\t%1$d\t%1$d\t%1$d\t%1$d".formatted(uid))
                .contains("Gid:\t%1$d\t%1$d\t%1$d\t%1$d".formatted(gid))
                .contains("NoNewPrivs:\t1")
                .contains("CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000");
    }

    private void assertMemoryOf(int group, String mode) throws IOException {
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts")))
                .filteredOn(line -> line.split(" ", -1)[1].equals(secure().toString()))
                .singleElement()
                .asString()
                .startsWith("limelight-secure ")
                .contains(" tmpfs ")
                .contains("nosuid", "nodev");
        assertThat((int) Files.getAttribute(secure(), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(AnotherUser.uid());
        assertThat((int) Files.getAttribute(secure(), "unix:gid", LinkOption.NOFOLLOW_LINKS))
                .isEqualTo(group);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secure())))
                .isEqualTo(mode);
    }

    private void assertShownAsEnded(JsonNode status, int exit) {
        assertThat(status.path("script_exit").asInt()).isEqualTo(exit);
        assertThat(status.path("script_running_since").isNull()).isTrue();
        assertThat(status.path("payload_problem").isNull()).isTrue();
    }

    // --- when things go wrong ---

    @Test
    void aTestThatEndsMidwayLeavesNoScriptAndNoMount() throws Exception {
        installation.startAgent();
        deliver("#!/bin/sh\ntrap '' TERM HUP INT\nsleep 300 & echo $! > child\nwait\nsleep 300\n");
        long child = Long.parseLong(awaitContent("child"));
        installation.awaitStage("running");
        assertThat(installation.traces().processes())
                .extracting(ProcessHandle::pid)
                .contains(child);
        assertThat(installation.traces().mounts()).containsExactly(secure());
        // Everything, the services too; it looks for what is left.
        end();
    }

    @Test
    void anAgentThatIsKilledWhileItsScriptRunsWatchesItOnAfterItsRestart() throws Exception {
        Launched agent = installation.startAgent();
        deliver(WAITING);
        awaitContent("who");
        String since =
                installation.awaitStage("running").path("script_running_since").asString();

        AnotherUser.jvm(agent).destroyForcibly();
        assertThat(agent.exitStatus()).as("the helper ends with its agent").isEqualTo(128 + 9);
        assertThat(installation.traces().mounts()).containsExactly(secure());

        Launched again = installation.startAgent();
        assertNotRoot(AnotherUser.jvm(again));
        JsonNode running = installation.awaitStage("running");
        assertThat(running.path("script_running_since").asString()).isEqualTo(since);
        release(4);
        assertShownAsEnded(installation.awaitStage("done"), 4);
        assertThat(awaitContent("runs")).as("it ran once").isEqualTo("run");
    }

    @Test
    void theDeathOfTheHelperStopsTheAgentToo() throws Exception {
        Launched agent = installation.startAgent();
        ProcessHandle jvm = AnotherUser.jvm(agent);
        agent.kill();
        jvm.onExit().get(30, TimeUnit.SECONDS);
        installation.startAgent();
        installation.awaitStage("waiting");
    }

    @Test
    void anAgentThatIsToldToStopDoesNotWaitForItsScript() throws Exception {
        Launched agent = installation.startAgent();
        deliver(WAITING);
        awaitContent("who");
        String since =
                installation.awaitStage("running").path("script_running_since").asString();
        agent.signal("TERM");
        assertThat(agent.process().waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitStatus()).isIn(0, 128 + 15);

        // It ends while nobody is there to see it.
        release(3);
        Path exit = secure().resolve(".limelight/run/exit");
        await().atMost(PATIENCE).until(() -> Files.isSymbolicLink(exit));
        installation.startAgent();
        assertShownAsEnded(installation.awaitStage("done"), 3);
        assertThat(Instant.parse(since)).isBefore(Instant.now());
        assertThat(awaitContent("runs")).as("it ran once").isEqualTo("run");
    }

    @Test
    void whatAScriptLeftAsRootIsOutOfTheWayOfTheNextPayload() throws Exception {
        installation.startAgent();
        deliver("#!/bin/sh\nset -e\nmkdir -m 700 roots\necho x > roots/file\nmkdir roots/more\necho x > one\n");
        awaitContent("one");
        assertShownAsEnded(installation.awaitStage("done"), 0);
        assertThat((int) Files.getAttribute(installation.unpacked().resolve("roots"), "unix:uid"))
                .isZero();
        deliver("update", "#!/bin/sh\nls > two.tmp && mv two.tmp two\n");
        assertThat(awaitContent("two")).doesNotContain("roots").doesNotContain("one");
        assertShownAsEnded(installation.awaitStage("done"), 0);
        assertThat(secure().resolve(".unzipped.old")).doesNotExist();
    }

    // --- who is who ---

    @Test
    void theAgentIsNotRootAndItsScriptIsByDefault() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        Launched agent = installation.startAgent();
        assertNotRoot(AnotherUser.jvm(agent));
        assertMemoryOf(AnotherUser.id("group", AnotherUser.GROUP), "rwx------");
        SecureRandom random = new SecureRandom();
        KeyPair notifier = KeyPairs.rsa(2048, random);
        deliver(
                "add",
                Map.of(
                        "autorun.sh",
                        WAITING,
                        "RevocationNotifier-cert.crt",
                        PemFiles.certificate(SelfSignedCertificates.forAgent(
                                notifier, "RevocationNotifier", List.of(), before, Duration.ofDays(1), random)),
                        "action_list",
                        "local_action_who.sh",
                        "local_action_who.sh",
                        "#!/bin/sh\nid -un > secure/unzipped/acted.tmp && mv secure/unzipped/acted.tmp secure/unzipped/acted\n"));
        assertThat(awaitContent("who")).isEqualTo("root");
        JsonNode running = installation.awaitStage("running");
        assertThat(Instant.parse(running.path("script_running_since").asString()))
                .isBetween(before, Instant.now().plusSeconds(1));
        assertThat(running.path("script_exit").isNull()).isTrue();
        assertThat(running.path("secure_size").asString()).isEqualTo("1m");
        release(7);
        assertShownAsEnded(installation.awaitStage("done"), 7);
        assertMemoryOf(AnotherUser.id("group", AnotherUser.GROUP), "rwx------");
        assertThat((int) Files.getAttribute(installation.unpacked().resolve("derived_tci_key"), "unix:uid"))
                .isEqualTo(AnotherUser.uid());
        anActionIsRootToo(notifier);
    }

    private void anActionIsRootToo(KeyPair notifier) throws Exception {
        String notice = new RevocationNotice(
                        "revocation",
                        Optional.of("192.0.2.77"),
                        Installation.ID,
                        OptionalInt.of(9002),
                        "{}",
                        "{}",
                        "Mon Aug  3 07:14:14 2026",
                        Optional.empty(),
                        Optional.of("one"),
                        Optional.of(Instant.now()),
                        Optional.of(Instant.now().plusSeconds(60)))
                .text();
        RevocationMessage message =
                new RevocationMessage(notice, NoticeSignature.sign((RSAPrivateKey) notifier.getPrivate(), notice));
        ObjectNode receipts = installation.withAgent(agent -> {
            agent.notifyRevocation(ApiVersion.CURRENT, message);
            return await().atMost(PATIENCE)
                    .until(
                            () -> agent.receipts(0).value(),
                            now -> now.path("newest").asInt() == 1);
        });
        assertThat(receipts.path("receipts")
                        .path(0)
                        .path("actions")
                        .path(0)
                        .path("outcome")
                        .asString())
                .isEqualTo("succeeded");
        assertThat(awaitContent("acted")).isEqualTo("root");
    }

    @Test
    void aScriptIsTheUserThatIsNamedForIt() throws Exception {
        installation.agentOption("payload_run_as", "\"daemon\"");
        Launched agent = installation.startAgent();
        assertNotRoot(AnotherUser.jvm(agent));
        deliver("#!/bin/sh\nid -un > who.tmp && mv who.tmp who\ncat derived_tci_key && exit 1\n"
                + "ls .. && exit 2\nexit 0\n");
        assertThat(awaitContent("who")).isEqualTo("daemon");
        assertShownAsEnded(installation.awaitStage("done"), 0);
        // Its own folder is open to it by its group, the area itself is not.
        assertMemoryOf(AnotherUser.id("group", "daemon"), "rwx--x---");
        assertThat((int) Files.getAttribute(installation.unpacked().resolve("who"), "unix:uid"))
                .isEqualTo(AnotherUser.id("passwd", "daemon"));
    }
}
