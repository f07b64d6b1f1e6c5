package io.limelight.agent.privileges;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.AgentConf;
import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.RootOnly;
import io.limelight.core.config.ConfigException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of this machine, what a process is given open, and what the launcher is told. */
class PrivilegesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such-user-1 | no user no-such-user-1; make it (useradd",
                "no-such-user-1:tss | useradd",
                "nobody:no-such-group-1 | no group no-such-group-1; make it (groupadd",
                "-x | use user:group",
                "nobody:-x | use user:group",
                "a b | use user:group",
                ":tss | use user:group"
            })
    void anAccountThatIsNoneIsRefusedWithTheWayOut(String value, String expected) throws Exception {
        var config = new AgentConf(folder).with("run_as", value).load();
        assertThatThrownBy(() -> Account.of(config, "run_as"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("run_as")
                .hasMessageContaining(expected);
    }

    @Test
    void anAccountHasItsNumbersGroupsAndHome() throws Exception {
        Account root = Account.of(new AgentConf(folder).with("run_as", "root").load(), "run_as")
                .orElseThrow();
        assertThat(root.uid()).isZero();
        assertThat(root.groups()).contains(0);
        assertThat(root.home()).isEqualTo("/root");
        assertThat(Account.of(new AgentConf(folder).with("run_as", "0:0").load(), "run_as")
                        .orElseThrow()
                        .name())
                .isEqualTo("root");
        assertThat(Account.of(new AgentConf(folder).with("run_as", "").load(), "run_as"))
                .isEmpty();
    }

    @Test
    void setprivIsToldNumbersOnly() {
        assertThat(new Account("agent", 7, 8, List.of(8, 9), "/").setpriv())
                .isEqualTo("setpriv --reuid=7 --regid=8 --groups=8,9 --inh-caps=-all");
    }

    @Test
    void rootWithRunAsNeedsTheLauncher() throws Exception {
        RootOnly.assume();
        var config = new AgentConf(folder).with("run_as", "nobody").load();
        assertThatThrownBy(() -> RunAs.require(config))
                .hasMessageContaining("the launcher (limelight agent)")
                .hasMessageContaining("run_as = \"\"");
        RunAs.require(new AgentConf(folder).with("run_as", "").load());
        RunAs.require(new AgentConf(folder).with("run_as", "root:root").load());
    }

    // --- what is inherited ---

    @Test
    void theNumbersOfOpenFilesAreRead() {
        assertThat(Inherited.from(Map.of(Inherited.VARIABLE, "requests=5,ima=7,boot=8")))
                .isEqualTo(new Inherited(OptionalInt.of(5), OptionalInt.of(7), OptionalInt.of(8)));
        for (String text : List.of("", "requests", "requests=", "requests=-1", "requests=5555", "ima=x", "=,=")) {
            assertThat(Inherited.from(Map.of(Inherited.VARIABLE, text)))
                    .isEqualTo(new Inherited(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()));
        }
        assertThat(RootHelper.of(Map.of())).isEmpty();
    }

    /** The number under which this process has the file open. */
    private static int descriptor(Path file) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : open.toList()) {
                if (Files.isSymbolicLink(link)
                        && Files.readSymbolicLink(link)
                                .toString()
                                .equals(file.toRealPath().toString())) {
                    return Integer.parseInt(link.getFileName().toString());
                }
            }
        }
        throw new AssertionError(file + " is not open");
    }

    @Test
    void anOpenFileIsReadAtAnyPosition() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "0123456789");
        try (FileChannel channel = FileChannel.open(file)) {
            OpenFile open = new OpenFile(descriptor(file));
            ByteBuffer buffer = ByteBuffer.allocate(4);
            assertThat(open.read(buffer, 3)).isEqualTo(4);
            assertThat(buffer.array()).isEqualTo("3456".getBytes(US_ASCII));
            buffer.clear();
            assertThat(open.read(buffer, 8)).isEqualTo(2);
            assertThat(open.read(buffer, 10)).isZero();
            assertThat(open.read(ByteBuffer.allocate(0), 0)).isZero();
            assertThat(channel.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 99_999})
    void aNumberThatIsNotOpenIsAnError(int number) {
        assertThatThrownBy(() -> new OpenFile(number).read(ByteBuffer.allocate(1), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("error 9");
        assertThatThrownBy(() -> new OpenFile(number).write(new byte[1])).isInstanceOf(IOException.class);
    }

    @Test
    void requestsToTheHelperAreLinesAndItsDeathIsASentence() throws Exception {
        Path pipe = folder.resolve("pipe");
        Memory.run("mkfifo", pipe.toString());
        try (RandomAccessFile reading = new RandomAccessFile(pipe.toFile(), "rw")) {
            RootHelper helper = RootHelper.of(Map.of(Inherited.VARIABLE, "requests=" + descriptor(pipe)))
                    .orElseThrow();
            helper.startScript("some-id");
            helper.wipe();
            assertThat(reading.readLine()).isEqualTo("start some-id");
            assertThat(reading.readLine()).isEqualTo("wipe");
        }
        RootHelper gone =
                RootHelper.of(Map.of(Inherited.VARIABLE, "requests=999")).orElseThrow();
        assertThatThrownBy(gone::wipe)
                .hasMessageContaining("root helper")
                .hasMessageContaining("start the agent again");
    }

    // --- the plan ---

    @Test
    void thePlanIsLinesOfAWordAndAValue() {
        Account agent = new Account("agent", 7, 8, List.of(8), "/var/lib/agent");
        LaunchPlan plan = new LaunchPlan(
                Optional.of(agent),
                Optional.empty(),
                "/var/lib/with space",
                "autorun.sh",
                5,
                "/ima",
                "/boot",
                new ActionLaunch(
                        Optional.of(new Account("actions", 17, 18, List.of(18), "/")),
                        "/usr/libexec/keylime",
                        "python3",
                        60));
        assertThat(plan.text()).isEqualTo("""
                helper
                user agent
                user_id 7:8
                user_home /var/lib/agent
                user_setpriv setpriv --reuid=7 --regid=8 --groups=8 --inh-caps=-all
                secure /var/lib/with space
                script autorun.sh
                seconds 5
                ima /ima
                boot /boot
                action_user actions
                action_user_id 17:18
                action_user_home /
                action_user_setpriv setpriv --reuid=17 --regid=18 --groups=18 --inh-caps=-all
                actions /usr/libexec/keylime
                python python3
                action_seconds 60
                """);
        assertThat(LaunchPlan.direct().text()).isEqualTo("direct\n");
    }

    @Test
    void aPathThatWouldBreakThePlanIsRefused() {
        Account agent = new Account("agent", 7, 8, List.of(8), "/");
        LaunchPlan plan = new LaunchPlan(
                Optional.of(agent),
                Optional.empty(),
                "/var\nscript evil",
                "autorun.sh",
                5,
                "/ima",
                "/boot",
                ActionLaunch.none());
        assertThatThrownBy(plan::text).hasMessageContaining("secure holds a control character");
    }

    @Test
    void theAgentSharesAGroupWithItsScripts() {
        Account agent = new Account("agent", 7, 8, List.of(8), "/");
        Account scripts = new Account("deploy", 17, 18, List.of(18, 27), "/");
        assertThat(LaunchPlan.sharing(agent, Optional.of(scripts)).groups()).containsExactly(8, 18);
        assertThat(LaunchPlan.sharing(agent, Optional.empty())).isEqualTo(agent);
    }
}
