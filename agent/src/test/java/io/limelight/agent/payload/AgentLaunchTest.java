package io.limelight.agent.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.privileges.LaunchPlan;
import io.limelight.agent.testkit.AgentConf;
import io.limelight.agent.testkit.Memory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The half of a start that root does for {@code run_as}. */
class AgentLaunchTest {
    @TempDir
    Path folder;

    private Memory memory;

    @BeforeEach
    void mount() throws Exception {
        memory = new Memory(folder);
    }

    @AfterEach
    void unmount() throws Exception {
        if (memory != null) {
            memory.close();
        }
    }

    private AgentConf conf() {
        return new AgentConf(folder).with("run_as", "nobody");
    }

    private Path work() {
        return folder.resolve("work");
    }

    private static int owner(Path path) throws Exception {
        return (int) Files.getAttribute(path, "unix:uid");
    }

    @Test
    void aWorkDirectoryOfSomebodyElseIsTheAdministratorsToGiveAway() throws Exception {
        Files.createDirectory(work());
        Files.writeString(work().resolve("agent_data.json"), "{}");
        var config = conf().load();
        assertThatThrownBy(() -> AgentLaunch.prepare(config))
                .hasMessageContaining("belongs to user id 0")
                .hasMessageContaining("chown -R nobody " + work());
        assertThat(memory.mounted()).isEmpty();
    }

    @Test
    void aNewWorkDirectoryAndTheAreaBelongToTheUser() throws Exception {
        LaunchPlan plan =
                AgentLaunch.prepare(conf().with("payload_script_timeout", "9").load());
        assertThat(plan.user().orElseThrow().name()).isEqualTo("nobody");
        assertThat(plan.scriptUser()).isEmpty();
        assertThat(plan.secureFolder()).isEqualTo(work().toRealPath() + "/secure");
        assertThat(plan.scriptSeconds()).isEqualTo(9);
        assertThat(plan.imaList()).isEqualTo(folder + "/sys/kernel/security/ima/ascii_runtime_measurements");
        assertThat(owner(work())).isEqualTo(65534);
        assertThat(owner(work().resolve("secure"))).isEqualTo(65534);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work().resolve("secure"))))
                .isEqualTo("rwx------");
        assertThat(memory.mounted()).containsExactly(work().toRealPath() + "/secure");
    }

    @Test
    void anEmptyWorkDirectoryOfRootIsGivenAndASecondStartChangesNothing() throws Exception {
        Files.createDirectory(work());
        AgentLaunch.prepare(conf().load());
        assertThat(owner(work())).isEqualTo(65534);
        AgentLaunch.prepare(conf().load());
        assertThat(memory.mounted()).hasSize(1);
    }

    @Test
    void scriptsOfAThirdUserSeeTheirGroupsFolderOnly() throws Exception {
        LaunchPlan plan =
                AgentLaunch.prepare(conf().with("payload_run_as", "daemon").load());
        int group = plan.scriptUser().orElseThrow().gid();
        assertThat(plan.user().orElseThrow().groups()).contains(group);
        Path secure = work().resolve("secure");
        assertThat((int) Files.getAttribute(secure, "unix:gid")).isEqualTo(group);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secure)))
                .isEqualTo("rwx--x---");
    }

    @Test
    void scriptsMayBeTheAgentsOwnUser() throws Exception {
        LaunchPlan plan =
                AgentLaunch.prepare(conf().with("payload_run_as", "nobody").load());
        assertThat(plan.scriptUser().orElseThrow().name()).isEqualTo("nobody");
    }

    @Test
    void withoutRunAsThereIsNothingToDo() throws Exception {
        for (String value : new String[] {"", "root"}) {
            assertThat(AgentLaunch.prepare(
                            new AgentConf(folder).with("run_as", value).load()))
                    .isEqualTo(LaunchPlan.direct());
        }
        assertThat(memory.mounted()).isEmpty();
        assertThat(work()).doesNotExist();
    }

    @Test
    void keylimesDefaultUserIsNamedWhereItIsMissing() throws Exception {
        var config = new AgentConf(folder).with("run_as", "no-such-user-1:tss").load();
        assertThatThrownBy(() -> AgentLaunch.prepare(config)).hasMessageContaining("useradd --system");
    }
}
