package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.actions.ActionReceipt.Outcome;
import io.limelight.agent.testkit.RootOnly;
import io.limelight.core.config.ConfigException;
import io.limelight.core.json.WireJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Listed actions and what becomes of them: really run, by the runner and the shim that ship. */
class ActionRunTest extends ActionBench {
    private ActionReceipt only() throws Exception {
        Receipt receipt = revoke();
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.RAN);
        assertThat(receipt.actions()).hasSize(1);
        return receipt.actions().getFirst();
    }

    private static String waits(Path go) {
        return "while [ ! -e " + go + " ]; do sleep 0.05; done\n";
    }

    /** Whether the process whose id stands in the file is gone, or waits only for somebody to take note of its end. */
    private static boolean ended(Path file) throws Exception {
        Path stat = Path.of("/proc", text(file).strip(), "stat");
        return !Files.exists(stat) || text(stat).contains(") Z ");
    }

    // --- names and files that are not run ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../outside.sh | a path",
                "/bin/true | a path",
                ".hidden.sh | hidden",
                "-x | other characters",
                "\"quoted.sh\" | leave them out",
                "sub/dir.sh | a path",
                "a;b | other characters",
                "$(touch${IFS}x) | other characters",
                "absent.sh | there is no such file in",
                "absent | there is no such file in",
                "folder.sh | is no file",
                "link.sh | is a link",
                "data.txt | may not be executed",
                "other.py | begins with local_action"
            })
    void whatIsNoActionIsRefusedWithTheReasonAndTheNextRuns(String name, String reason) throws Exception {
        Files.writeString(outside("outside.sh"), "#!/bin/sh\ntouch " + outside("ran") + "\n");
        Files.setPosixFilePermissions(outside("outside.sh"), PosixFilePermissions.fromString("rwx------"));
        payload(".hidden.sh", "#!/bin/sh\ntouch " + outside("ran") + "\n");
        Files.createDirectory(unzipped().resolve("folder.sh"));
        Files.createSymbolicLink(unzipped().resolve("link.sh"), outside("outside.sh"));
        payload("other.py", "def execute(event):\n    open('" + outside("ran") + "', 'w')\n");
        Files.setPosixFilePermissions(payload("data.txt", "x"), PosixFilePermissions.fromString("rw-------"));
        payload("good.sh", "#!/bin/sh\ntouch " + outside("good") + "\n");
        list(name + "\ngood.sh\n");
        open();
        Receipt receipt = revoke();
        assertThat(receipt.actions())
                .extracting(ActionReceipt::outcome)
                .containsExactly(Outcome.REFUSED, Outcome.SUCCEEDED);
        assertThat(receipt.actions().getFirst().reason()).contains(reason);
        assertThat(receipt.actions().getFirst().exit()).isEmpty();
        assertThat(outside("ran")).doesNotExist();
        assertThat(outside("good")).exists();
    }

    @Test
    void tenThousandNamesAreTooMany() throws Exception {
        list(IntStream.range(0, 10_000).mapToObj(i -> "a" + i).collect(Collectors.joining(",")));
        open();
        ActionReceipt many = only();
        assertThat(many.name()).isEqualTo("action_list");
        assertThat(many.reason()).contains("10000").contains("256");
        list("x".repeat(200_000));
        assertThat(only().reason()).contains("longer than 65536 bytes");
    }

    @Test
    void whatCouldNotBeRunIsKnownBeforeANoticeComes() throws Exception {
        open();
        assertThat(inbox.actionProblems()).isEmpty();
        payload("local_action_here.sh", "#!/bin/sh\n");
        list("local_action_here.sh, local_action_absent local_action_absent ../x");
        inbox.lookAhead();
        assertThat(inbox.actionProblems())
                .satisfiesExactly(
                        absent -> assertThat(absent)
                                .contains("local_action_absent")
                                .contains("no such file"),
                        path -> assertThat(path).contains("a path"));
        list(IntStream.range(0, 200).mapToObj(i -> "absent" + i).collect(Collectors.joining("\n")));
        inbox.lookAhead();
        assertThat(inbox.actionProblems()).hasSize(21).last().isEqualTo("and 180 more");
        list(IntStream.range(0, 10_000).mapToObj(i -> "a" + i).collect(Collectors.joining(",")));
        inbox.lookAhead();
        assertThat(inbox.actionProblems())
                .singleElement()
                .asString()
                .contains("10000")
                .contains("256");
        list("local_action_here.sh");
        inbox.lookAhead();
        assertThat(inbox.actionProblems()).isEmpty();
    }

    @Test
    void aListThatIsALinkIsNotRead() throws Exception {
        Files.createSymbolicLink(unzipped().resolve("action_list"), Path.of("/etc/passwd"));
        open();
        assertThat(only().reason()).contains("no file");
    }

    @Test
    void payloadActionsCanBeSwitchedOff() throws Exception {
        payload("local_action_a.sh", "#!/bin/sh\ntouch " + outside("ran") + "\n");
        list("local_action_a.sh");
        open(conf().with("allow_payload_revocation_actions", "false"));
        assertThat(only().reason()).contains("allow_payload_revocation_actions");
        assertThat(outside("ran")).doesNotExist();
    }

    @Test
    void anInstalledActionThatOthersCouldHaveChangedIsNotRun() throws Exception {
        Files.setPosixFilePermissions(install("tool.sh", "#!/bin/sh\n"), PosixFilePermissions.fromString("rwxrwxrwx"));
        open(conf().with("revocation_actions", "tool.sh"));
        assertThat(only().reason()).contains("changed by others");
    }

    // --- which, and in which order ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local_action_a,local_action_b.py,c.sh",
                "local_action_a\nlocal_action_b.py\nc.sh\n",
                "local_action_a.py local_action_b\tc.sh",
                "[local_action_a, local_action_b, c.sh]",
                "\n local_action_a ,\r\n local_action_b,, c.sh ,\n",
                "local_action_a,local_action_b\nc.sh"
            })
    void commasAndWhiteSpaceSeparateNamesWithOrWithoutPy(String text) throws Exception {
        String module = "import os\ndef execute(event):\n    open('%s', 'a').write(__name__ + '\\n')\n"
                .formatted(outside("order"));
        payload("local_action_a.py", module);
        payload("local_action_b.py", module.replace("def execute", "async def execute"));
        payload("c.sh", "#!/bin/sh\necho c >> " + outside("order") + "\n");
        list(text);
        open();
        assertThat(revoke().actions()).extracting(ActionReceipt::outcome).containsOnly(Outcome.SUCCEEDED);
        assertThat(text(outside("order"))).isEqualTo("local_action_a\nlocal_action_b\nc\n");
    }

    @Test
    void configuredOnesRunFirstInstalledOnesWinAndANameInBothListsRunsTwice() throws Exception {
        install("both.sh", "#!/bin/sh\necho installed >> " + outside("order") + "\n");
        install("late.py", "def execute(event):\n    open('%s', 'a').write('late\\n')\n".formatted(outside("order")));
        payload("both.sh", "#!/bin/sh\necho payload >> " + outside("order") + "\n");
        list("late both.sh");
        open(conf().with("revocation_actions", "both.sh"));
        assertThat(revoke().actions()).extracting(ActionReceipt::name).containsExactly("both.sh", "late", "both.sh");
        assertThat(text(outside("order"))).isEqualTo("installed\nlate\ninstalled\n");
    }

    @Test
    void aModuleWithAnInterpreterLineIsStillAModule() throws Exception {
        payload(
                "local_action_a.py",
                "#!/usr/bin/env python3\nasync def execute(event):\n    open('%s', 'w')\n".formatted(outside("ran")));
        list("local_action_a.py");
        open();
        assertThat(only().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(outside("ran")).exists();
    }

    @Test
    void aFileThatIsModuleAndProgramAtOnceRunsWithoutExecuteBit() throws Exception {
        Path file = payload(
                "local_action_a.py",
                "#!/usr/bin/env python3\nimport sys\ndef execute(event):\n    open('%s', 'w')\nif __name__ == '__main__':\n    sys.exit(9)\n"
                        .formatted(outside("ran")));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        list("local_action_a");
        open();
        assertThat(only().outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(outside("ran")).exists();
    }

    // --- what actions find ---

    @Test
    void anActionIsGivenTheNoticeWithMetadataAsTextAndAsObject() throws Exception {
        payload("keep.sh", "#!/bin/sh\ncp \"$1\" " + outside("event") + "; stat -c %a \"$1\"; echo $#\n");
        list("keep.sh");
        open(conf().with("report_action_output", "true"));
        ActionReceipt receipt = only();
        assertThat(receipt.output()).hasValue("600\n1\n");
        ObjectNode event = WireJson.parseObject(Files.readAllBytes(outside("event")));
        assertThat(event.get("type").stringValue()).isEqualTo("revocation");
        assertThat(event.get("agent_id").stringValue()).isEqualTo(OTHER);
        assertThat(event.get("meta_data").stringValue()).startsWith("{\"cert_serial\": 2");
        assertThat(event.get("metadata").get("cert_serial").intValue()).isEqualTo(2);
        assertThat(event.get("metadata").get("subject").stringValue()).isEqualTo(SUBJECT);
        assertThat(event.get("metadata").get("common_name").stringValue()).isEqualTo(OTHER);
        assertThat(event.get("context").stringValue()).isEqualTo("{\"message\": \"x\"}");
        assertThat(work().resolve(".tmp-revocation.json")).doesNotExist();
    }

    @Test
    void anActionStartsInTheWorkDirectoryWithACleanEnvironmentAndNothingToRead() throws Exception {
        payload("look.sh", "#!/bin/sh\npwd; env | grep -vE '^(_|LANG|LC_.*|TZ|PWD|HOME)=' | sort; cat; umask\n");
        list("look.sh");
        open(conf().with("report_action_output", "true"));
        assertThat(only().output())
                .hasValue(work().toRealPath() + "\nAGENT_UUID=" + ID + "\nKEYLIME_DIR=" + work()
                        + "\nLOGNAME=" + System.getProperty("user.name")
                        + "\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nSHELL=/bin/sh\nUSER="
                        + System.getProperty("user.name") + "\n0077\n");
    }

    @Test
    void whatAnActionSaysIsReportedOnlyWhereTheAdministratorAsksForIt() throws Exception {
        payload("say.sh", "#!/bin/sh\necho secret\nexit 1\n");
        list("say.sh");
        open();
        assertThat(only().output()).isEmpty();
        assertThat(text(work().resolve("secure/.limelight/actions/0/output"))).isEqualTo("secret\n");
        assertThat(text(work().resolve("revocations.journal"))).doesNotContain("secret");
    }

    @Test
    void aModuleMayImportWhatLiesBesideItAndKeylimesNamesAndRealModulesWin() throws Exception {
        payload("helper_of_mine.py", "NAME = 'helper'\n");
        payload("local_action_a.py", """
                import helper_of_mine, os, sys
                import keylime.secure_mount as secure_mount
                from keylime import config as common, cmd_exec, ca_util, keylime_logging
                from M2Crypto import X509
                def execute(event):
                    print(helper_of_mine.NAME, secure_mount.mount(), os.path.basename(__file__), len(sys.argv))
                    print(common.WORK_DIR, cmd_exec.run(["echo", "x"])["retout"])
                    print(sorted(os.listdir(secure_mount.get_secdir() + "/unzipped")))
                """);
        list("local_action_a");
        open(conf().with("report_action_output", "true"));
        ActionReceipt receipt = only();
        assertThat(receipt.output())
                .hasValue("helper " + work() + "/secure local_action_a.py 1\n" + work() + " [b'x\\n']\n"
                        + "['RevocationNotifier-cert.crt', 'action_list', 'helper_of_mine.py', 'local_action_a.py']\n");
        Files.createDirectory(unzipped().resolve("keylime"));
        Files.writeString(unzipped().resolve("keylime/__init__.py"), "");
        Files.writeString(
                unzipped().resolve("keylime/secure_mount.py"),
                "def mount(): return 'real'\nget_secdir = lambda: '/'\n");
        payload("local_action_a.py", """
                import keylime.secure_mount, keylime.cmd_exec
                def execute(event):
                    print(keylime.secure_mount.mount(), callable(keylime.cmd_exec.run))
                """);
        assertThat(only().output()).hasValue("real True\n");
    }

    // --- actions that go wrong ---

    @Test
    void oneThatFailsDoesNotKeepTheNextFromRunning() throws Exception {
        payload("a.sh", "#!/bin/sh\nexit 7\n");
        payload("b.sh", "#!/bin/sh\nkill -9 $$\n");
        payload("local_action_c.py", "def execute(event):\n    raise ValueError('no')\n");
        payload("local_action_d.py", "x = 1\n");
        payload("local_action_e.py", "def execute(:\n");
        payload("f", "no program\n");
        payload("g.sh", "#!/opt/no/such\n");
        payload("h.sh", "#!/bin/sh\ntouch " + outside("last") + "\n");
        list("a.sh,b.sh,local_action_c,local_action_d,local_action_e,f,g.sh,h.sh");
        open();
        List<ActionReceipt> all = revoke().actions();
        assertThat(all).extracting(receipt -> receipt.exit().orElse(-1)).containsExactly(7, 137, 1, 1, 1, 127, -1, 0);
        assertThat(all).extracting(ActionReceipt::outcome).endsWith(Outcome.FAILED, Outcome.SUCCEEDED);
        assertThat(all.get(1).reason()).contains("signal 9");
        assertThat(all.get(5).reason()).contains("could not be executed");
        assertThat(all.get(6).reason()).contains("/opt/no/such");
        assertThat(outside("last")).exists();
        assertThat(text(work().resolve("secure/.limelight/actions/2/output"))).contains("ValueError: no");
        assertThat(work().resolve("secure/.limelight/actions/7")).doesNotExist();
    }

    @Test
    void oneThatHangsIsEndedWithEverythingItStarted() throws Exception {
        payload(
                "hang.sh",
                "#!/bin/sh\ntrap '' TERM\n(trap '' TERM; echo $$ > " + outside("child")
                        + "; while true; do sleep 0.1; done) &\nwhile true; do sleep 0.1; done\n");
        payload("obeys.sh", "#!/bin/sh\n(trap '' TERM; sleep 300) & echo $! > " + outside("left") + "; sleep 300\n");
        list("hang.sh obeys.sh");
        open(conf().with("action_timeout", "1"));
        List<ActionReceipt> both = revoke().actions();
        assertThat(both).extracting(ActionReceipt::outcome).containsOnly(Outcome.TIMED_OUT);
        assertThat(both.getFirst().reason()).contains("1 s (action_timeout)");
        Awaitility.await().until(() -> ended(outside("left")) && ended(outside("child")));
    }

    @Test
    void whatOneLeavesBehindIsNotWaitedFor() throws Exception {
        payload("fork.sh", "#!/bin/sh\n(" + waits(outside("go")) + "touch " + outside("gone") + ") &\nexit 2\n");
        list("fork.sh");
        open(conf().with("report_action_output", "true"));
        assertThat(only().exit()).hasValue(2);
        assertThat(outside("gone")).doesNotExist();
        Files.createFile(outside("go"));
        awaitFile(outside("gone"));
    }

    @Test
    void tenMegabytesOfOutputAreDrainedAndTheirEndsKept() throws Exception {
        payload("flood.sh", "#!/bin/sh\necho BEGIN\nhead -c 10000000 /dev/zero | tr '\\0' x\necho END >&2\nexit 1\n");
        list("flood.sh");
        open(conf().with("report_action_output", "true"));
        ActionReceipt receipt = only();
        assertThat(receipt.exit()).hasValue(1);
        assertThat(receipt.output().orElseThrow()).startsWith("BEGIN\nxxx").hasSize(4096);
        assertThat(receipt.outputEnd().orElseThrow()).endsWith("xEND\n").hasSize(4096);
        assertThat(Files.size(work().resolve("secure/.limelight/actions/0/output")))
                .isEqualTo(32 * 1024);
    }

    @Test
    void whatSucceedingActionsSaidStaysForSomeNoticesAndNeverTakesMuchRoom() throws Exception {
        payload("flood.sh", "#!/bin/sh\necho BEGIN\nhead -c 10000000 /dev/zero | tr '\\0' x\necho END\n");
        payload("say.sh", "#!/bin/sh\necho would do it\n");
        payload("mute.sh", "#!/bin/sh\n");
        list("say.sh mute.sh flood.sh " + "flood.sh ".repeat(8));
        open();
        revoke();
        Path runs = work().resolve("secure/.limelight/actions");
        assertThat(runs.resolve("0/output")).hasContent("would do it\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(runs.resolve("0/output"))))
                .isEqualTo("rw-------");
        assertThat(runs.resolve("1")).doesNotExist();
        assertThat(text(runs.resolve("2/output"))).startsWith("BEGIN\nxxx").hasSize(KeptRuns.ENDS);
        assertThat(text(runs.resolve("2/output.end"))).endsWith("xEND\n").hasSize(KeptRuns.ENDS);
        assertThat(runs.toFile().list()).hasSize(5);

        list("say.sh");
        revoke();
        revoke();
        assertThat(runs.toFile().list()).hasSize(5 + 2).contains("0");
        revoke();
        assertThat(runs.toFile().list())
                .as("too much for another one")
                .hasSize(3)
                .doesNotContain("0");
        revoke();
        revoke();
        assertThat(runs.toFile().list()).hasSize(1 + KeptRuns.EARLIER);
        assertThat(text(work().resolve("revocations.journal"))).doesNotContain("would do it");
    }

    @Test
    void aMachineWithoutPythonSaysSo() throws Exception {
        payload("local_action_a.py", "def execute(event): pass\n");
        list("local_action_a");
        open(conf().with("python_interpreter", "/opt/no/such/python3"));
        assertThat(only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(inbox.receipts(0).getFirst().actions().getFirst().reason())
                .contains("there is no /opt/no/such/python3")
                .contains("python_interpreter");
    }

    @ParameterizedTest
    @CsvSource({
        "python_interpreter, python3 -x, full path",
        "action_timeout, 0, whole number",
        "actions_run_as, no-such-user-1, no user no-such-user-1",
        "revocation_actions_dir, '', folder with installed actions"
    })
    void optionsThatCannotBeUsedStopTheStart(String option, String value, String reason) {
        assertThatThrownBy(() -> open(conf().with(option, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option)
                .hasMessageContaining(reason);
    }

    @Test
    void stoppingLeavesARunningActionAloneAndTheNextStartKnowsNothingOfItsEnd() throws Exception {
        payload(
                "slow.sh",
                "#!/bin/sh\ntouch " + outside("begun") + "\n" + waits(outside("go")) + "cp \"$1\" " + outside("event")
                        + "\n");
        list("slow.sh");
        open();
        inbox.take(fresh());
        awaitFile(outside("begun"));
        long before = System.nanoTime();
        inbox.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        Files.createFile(outside("go"));
        awaitFile(outside("event"));
        open();
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.INTERRUPTED);
    }

    // --- as somebody else ---

    @Test
    void actionsAreWhoeverTheyAreToBe() throws Exception {
        RootOnly.assume();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        payload(
                "local_action_a.py",
                "import os, json, sys\ndef execute(event):\n    print(os.getuid(), event['type'])\n");
        install("who.sh", "#!/bin/sh\nid -u; cat \"$1\" | head -c 9; cat " + unzipped() + "/action_list\n");
        Files.createDirectories(work());
        Files.setPosixFilePermissions(work(), PosixFilePermissions.fromString("rwx------"));
        list("local_action_a who.sh");
        open(conf().with("actions_run_as", "nobody").with("report_action_output", "true"));
        List<ActionReceipt> both = revoke().actions();
        assertThat(both.get(1).output().orElseThrow())
                .startsWith("65534\n{\"type\":\"")
                .contains("Permission denied");
        assertThat(both.getFirst().output().orElseThrow()).startsWith("65534 revocation");
    }
}
