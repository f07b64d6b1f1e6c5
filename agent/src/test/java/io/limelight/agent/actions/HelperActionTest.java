package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.privileges.Account;
import io.limelight.agent.privileges.ActionLaunch;
import io.limelight.agent.privileges.LaunchPlan;
import io.limelight.agent.testkit.RootOnly;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The helper that stays root starts actions for an agent that is not, and nothing that a request could smuggle in. */
class HelperActionTest extends ActionBench {
    private static final Account AGENT = new Account("nobody", 65534, 65534, List.of(65534), "/");

    @BeforeEach
    void theAreaIsTheAgents() throws Exception {
        RootOnly.assume();
        install(
                "installed.sh",
                "#!/bin/sh\nid -u; pwd; cat \"$1\"; env | grep -E '^(AGENT_UUID|KEYLIME_DIR|HOME)=' | sort\n");
        payload("local_action_a.py", "import os\ndef execute(event):\n    print(os.getuid(), event['type'])\n");
        payload("evil.sh", "#!/bin/sh\ntouch " + outside("evil") + "\n");
        Files.writeString(work().resolve(".tmp-revocation.json"), "{\"type\": \"x\"}");
        Files.createDirectories(run(0));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        for (Path owned : List.of(
                work(),
                work().resolve("secure"),
                work().resolve("secure/.limelight"),
                run(0).getParent(),
                run(0),
                work().resolve(".tmp-revocation.json"))) {
            Files.setAttribute(owned, "unix:uid", AGENT.uid());
            Files.setAttribute(owned, "unix:gid", AGENT.gid());
        }
    }

    private Path run(int number) {
        return work().resolve("secure/.limelight/actions/" + number);
    }

    private String helper(Optional<Account> user, String... requests) throws Exception {
        return helperUntil("test -h " + run(0).resolve("kept"), user, requests);
    }

    /** Runs the helper with an agent that sends these requests and stays until a command succeeds, or some seconds. */
    private String helperUntil(String until, Optional<Account> user, String... requests) throws Exception {
        StringBuilder agent = new StringBuilder();
        for (String request : requests) {
            agent.append("printf '%s\\n' '")
                    .append(request.replace("'", "'\\''"))
                    .append("' >&5; ");
        }
        agent.append("i=0; until ").append(until).append(" || [ $i -ge 400 ]; do sleep 0.05; i=$((i+1)); done");
        String plan = new LaunchPlan(
                        Optional.of(AGENT),
                        Optional.empty(),
                        work().resolve("secure").toString(),
                        "autorun.sh",
                        0,
                        "",
                        "",
                        new ActionLaunch(user, installed().toString(), "python3", 20))
                .text();
        ProcessBuilder builder =
                new ProcessBuilder("sh", "src/main/sh/agent-helper.sh", plan, "/bin/sh", "-c", agent.toString());
        builder.environment().put("LIMELIGHT_HOME", "/");
        builder.redirectErrorStream(true).redirectOutput(outside("helper.log").toFile());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return text(outside("helper.log"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "action id 0 program payload ../../../evil.sh",
                "action id 0 program payload .hidden",
                "action id 0 program payload -x",
                "action id 0 program payload a;b",
                "action id 0 program payload $(x)",
                "action id 0 program payload *",
                "action id 0 program payload",
                "action id 0 program payload evil.sh evil.sh",
                "action id 0 program elsewhere evil.sh",
                "action id 0 anything payload evil.sh",
                "action id ../0 program payload evil.sh",
                "action id 1000 program payload evil.sh",
                "action id/x 0 program payload evil.sh",
                "action  0 program payload evil.sh",
                "action"
            })
    void aRequestThatIsNoneIsRefused(String request) throws Exception {
        assertThat(helperUntil("grep -q refused " + outside("helper.log"), Optional.empty(), request))
                .contains("refused");
        assertThat(run(0)).isEmptyDirectory();
        assertThat(outside("evil")).doesNotExist();
    }

    @Test
    void anInstalledActionRunsAsRootWithItsEvent() throws Exception {
        helper(Optional.empty(), "action some-id 0 program installed installed.sh");
        assertThat(Files.readSymbolicLink(run(0).resolve("exit"))).hasToString("0");
        assertThat(text(run(0).resolve("output")))
                .isEqualTo("0\n" + work().toRealPath()
                        + "\n{\"type\": \"x\"}AGENT_UUID=some-id\nHOME=/root\nKEYLIME_DIR=" + work() + "\n");
        assertThat((int) Files.getAttribute(run(0).resolve("output"), "unix:uid"))
                .as("what is known about it is the agent's")
                .isEqualTo(AGENT.uid());
    }

    @Test
    void aModuleOfThePayloadRunsThroughTheShim() throws Exception {
        helper(Optional.empty(), "action some-id 0 module payload local_action_a.py");
        assertThat(text(run(0).resolve("output"))).isEqualTo("0 x\n");
    }

    @Test
    void actionsMayBeTheAgentsOwnUser() throws Exception {
        helper(Optional.of(AGENT), "action some-id 0 module payload local_action_a.py");
        assertThat(text(run(0).resolve("output"))).isEqualTo("65534 x\n");
    }
}
