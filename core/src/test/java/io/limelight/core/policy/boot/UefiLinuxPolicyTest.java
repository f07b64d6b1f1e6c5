package io.limelight.core.policy.boot;

import static io.limelight.core.uefi.LogEditor.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.LogEditor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Other boots of the real machine. Where software did something else, its digests are made anew, so that the replay still
 * agrees with the TPM; where someone edits the log afterwards, digests stay.
 */
class UefiLinuxPolicyTest {
    private static final int SHIM = 25;
    private static final int MOK_LIST = 26;
    private static final int GRUB = 31;
    private static final int GRUB_CONFIG = 37;
    private static final int KERNEL_FILE = 80;
    private static final int KERNEL = 81;
    private static final int COMMAND_LINE = 82;
    private static final int INITRD_COMMAND = 84;
    private static final int INITRD = 85;
    private static final int LOAD_OPTIONS = 86;
    private static final int UNPACKED = 87;
    private static final byte[] OTHER = ascii("other");

    private final JsonNode ours = ours();

    private static JsonNode ours() {
        try {
            return ReferenceStateBuilder.build(LogEditor.log(LogEditor.REAL), false)
                    .json();
        } catch (ReferenceStateException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode keylimes() {
        return Fixtures.json("real-boot/boot-a.mb_refstate.json");
    }

    private static List<BootFinding> judge(JsonNode reference, BootLog log) {
        return judge(reference, log, HashAlgorithm.SHA256);
    }

    private static List<BootFinding> judge(JsonNode reference, BootLog log, HashAlgorithm bank) {
        try {
            return new BootPolicy.UefiLinux().with(reference).judge(log, bank);
        } catch (ReferenceStateException e) {
            throw new AssertionError(e);
        }
    }

    /** Both kinds of reference states must see it, ours in every bank. */
    private String firstSentence(LogEditor editor) {
        List<BootFinding> findings = rejected(editor);
        assertThat(judge(keylimes(), editor.log()))
                .as("with Keylime's reference state")
                .isNotEmpty();
        return findings.getFirst().sentence();
    }

    private List<BootFinding> rejected(LogEditor editor) {
        for (HashAlgorithm bank : List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA384)) {
            assertThat(judge(ours, editor.log(), bank)).as("%s", bank).isNotEmpty();
        }
        List<BootFinding> findings = judge(ours, editor.log());
        assertThat(findings).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.sentence()).endsWith(".");
            assertThat(finding.likelyCauses()).isNotEmpty();
        });
        return findings;
    }

    private void accepted(LogEditor editor) {
        for (HashAlgorithm bank : HashAlgorithm.values()) {
            if (editor.log().banks().contains(bank)) {
                assertThat(judge(ours, editor.log(), bank)).as("%s", bank).isEmpty();
            }
        }
        assertThat(judge(keylimes(), editor.log()))
                .as("with Keylime's reference state")
                .isEmpty();
    }

    /** A boot with another command line: GRUB's command, its line and the kernel's own measurement. */
    private static LogEditor commandLine(String text) {
        return LogEditor.real()
                .grub(79, "grub_cmd: linux " + text)
                .grub(COMMAND_LINE, "kernel_cmdline: " + text)
                .digest(LOAD_OPTIONS, ("BOOT_IMAGE=" + text).getBytes(StandardCharsets.UTF_16LE));
    }

    private static String realCommandLine() {
        return LogEditor.log(LogEditor.REAL)
                .events()
                .get(COMMAND_LINE)
                .text()
                .orElseThrow()
                .substring("kernel_cmdline: ".length());
    }

    @Test
    void theReferenceBootPassesWithOurAndWithKeylimesReferenceState() {
        accepted(LogEditor.real());
    }

    @Test
    void anotherCommandLine() {
        String sentence = firstSentence(commandLine(realCommandLine().replace("ima_policy=tcb", "init=/bin/sh")));

        assertThat(sentence)
                .isEqualTo("The kernel was started with a command line that the reference state does not allow:"
                        + " \"init=/bin/sh\" was added and \"ima_policy=tcb\" is missing (event 82).");
        assertThat(judge(ours, commandLine(realCommandLine() + " single").log()))
                .hasSize(1);
    }

    @Test
    void aCommandLineThatIsHiddenInTheLog() {
        String evil = realCommandLine() + " init=/bin/sh";
        byte[] honest = ascii("kernel_cmdline: " + realCommandLine() + "\0");
        // The good text over what was really measured.
        assertThat(firstSentence(commandLine(evil).data(COMMAND_LINE, honest)))
                .contains("event 82")
                .contains("is not what was measured");
        // What was really measured is called a command, and software extends PCR 8 and 9 with what should have been.
        LogEditor passedOff = commandLine(evil)
                .data(COMMAND_LINE, ascii("grub_cmd: " + evil + "\0"))
                .append(8, EventType.EV_IPL, honest, ascii(realCommandLine()));
        assertThat(rejected(passedOff))
                .anySatisfy(finding ->
                        assertThat(finding.sentence()).contains("a command of GRUB, but it is a kernel command line"));
    }

    @Test
    void aKernelThatWasToldSomethingElseThanGrubLogged() {
        assertThat(firstSentence(LogEditor.real()
                        .digest(LOAD_OPTIONS, "BOOT_IMAGE=/x init=/bin/sh".getBytes(StandardCharsets.UTF_16LE))))
                .contains("oad");
    }

    @Test
    void aCommandLineTheReferenceStateAllowsByExpression() {
        ObjectNode reference = (ObjectNode) ours;
        ((ObjectNode) reference.get("kernels").get(0)).put("kernel_cmdline", "/boot/vmlinuz.* ro .*");
        assertThat(judge(reference, commandLine(realCommandLine() + " quiet").log()))
                .isEmpty();
    }

    @Test
    void anotherBootLoader() {
        assertThat(firstSentence(LogEditor.real().digest(SHIM, OTHER)))
                .contains("boot loader")
                .contains("is not the one of the reference state")
                .contains("event 25");
        assertThat(firstSentence(LogEditor.real().digest(GRUB, OTHER)))
                .contains("boot loader")
                .contains("event 31");
    }

    @Test
    void anotherKernel() {
        List<BootFinding> findings =
                rejected(LogEditor.real().digest(KERNEL, OTHER).digest(KERNEL_FILE, OTHER));
        assertThat(findings.getFirst().sentence())
                .isEqualTo("The kernel is not the one of the reference state (event 81 in PCR 4).");
        assertThat(findings).hasSize(2);
        assertThat(firstSentence(LogEditor.real().digest(KERNEL, OTHER))).startsWith("The kernel ");
    }

    @Test
    void anotherInitrd() {
        assertThat(firstSentence(LogEditor.real().digest(INITRD, OTHER).digest(UNPACKED, OTHER)))
                .startsWith("The initrd ");
        assertThat(firstSentence(LogEditor.real().digest(UNPACKED, OTHER)))
                .isEqualTo("The initrd that the kernel unpacked is not the one of the reference state (event 87 in PCR"
                        + " 9).");
    }

    /** Software that runs in an evil initrd extends PCR 9 with what a good boot would have, and relabels the rest. */
    @Test
    void anInitrdPassedOffAsAFileOfGrub() {
        LogEditor editor = LogEditor.real();
        BootLog real = editor.log();
        editor.digest(INITRD, OTHER)
                .data(INITRD, ascii("(hd0,gpt2)/boot/grub/grubenv\0"))
                .digest(UNPACKED, OTHER)
                .type(UNPACKED, EventType.EV_IPL)
                .data(UNPACKED, ascii("(hd0,gpt2)/boot/grub/grubenv\0"))
                .type(LOAD_OPTIONS, EventType.EV_IPL)
                .data(LOAD_OPTIONS, ascii("(hd0,gpt2)/boot/grub/grubenv\0"));
        for (int event : new int[] {INITRD, LOAD_OPTIONS, UNPACKED}) {
            editor = LogEditor.of(append(editor, real, event));
        }

        assertThat(judge(keylimes(), editor.log()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.events()).contains(UNPACKED));
        assertThat(rejected(editor).getFirst().sentence())
                .startsWith("Event 85 (EV_IPL in PCR 9, \"(hd0,gpt2)/boot/grub/grubenv\") and 2 more after it are");
    }

    private static BootLog append(LogEditor editor, BootLog real, int event) {
        byte[] record = real.events().get(event).record().toByteArray();
        byte[] log = editor.bytes();
        byte[] both = Arrays.copyOf(log, log.length + record.length);
        System.arraycopy(record, 0, both, log.length, record.length);
        return LogEditor.parse(both);
    }

    @Test
    void secureBootOff() {
        LogEditor editor = LogEditor.real();
        assertThat(firstSentence(editor.variable(editor.findVariable("SecureBoot"), new byte[] {0})))
                .isEqualTo("Secure Boot is off; in the reference state it is on.");
        int state = LogEditor.real().findVariable("SecureBoot");
        LogEditor hidden = LogEditor.real();
        byte[] on = hidden.variableData(state, new byte[] {1});
        assertThat(firstSentence(hidden.variable(state, new byte[] {0}).data(state, on)))
                .contains("is not what was measured");
        assertThat(firstSentence(LogEditor.real().remove(state)))
                .startsWith("The log does not say whether Secure Boot");
    }

    @Test
    void secureBootSaidToBeOnAfterTheHandOver() {
        LogEditor editor = LogEditor.real();
        int state = editor.findVariable("SecureBoot");
        byte[] on = editor.variableData(state, new byte[] {1});
        editor.append(7, EventType.EV_EFI_VARIABLE_DRIVER_CONFIG, on, on).variable(state, new byte[] {0});
        assertThat(firstSentence(editor)).contains("Secure Boot is off");
        assertThat(firstSentence(editor.remove(state))).startsWith("The log does not say whether Secure Boot");
    }

    /** All that the firmware measured is called something else, and a good start of PCR 7 is extended afterwards. */
    @Test
    void secureBootOffPassedOffAsSomethingElse() {
        LogEditor editor = LogEditor.real();
        BootLog real = editor.log();
        int state = editor.findVariable("SecureBoot");
        editor.variable(state, new byte[] {0});
        byte[] level =
                real.events().get(editor.findVariable("SbatLevel")).data().toByteArray();
        for (int event = state; event < state + 6; event++) {
            editor.type(event, EventType.EV_EFI_VARIABLE_AUTHORITY).data(event, level);
        }
        for (int event = state; event < state + 6; event++) {
            editor = LogEditor.of(append(editor, real, event));
        }
        assertThat(judge(keylimes(), editor.log())).isNotEmpty();
        rejected(editor);
    }

    @Test
    void aBootLoaderPassedOffAsAPartOfTheFirmware() {
        LogEditor editor = LogEditor.real();
        byte[] firmware = LogEditor.log("measured-boot/uefi_log.bin")
                .events()
                .get(13)
                .data()
                .toByteArray();
        editor.insert(SHIM, 4, EventType.EV_EFI_BOOT_SERVICES_APPLICATION.code(), firmware, OTHER);
        assertThat(firstSentence(editor)).contains("FvVol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PK", "KEK", "db"})
    void aKeyMoreOrLess(String name) {
        LogEditor editor = LogEditor.real();
        int event = editor.findVariable(name);
        byte[] value = editor.variableValue(event);
        byte[] more = Arrays.copyOf(value, value.length + 76);
        byte[] added = LogEditor.real().variableValue(editor.findVariable("dbx"));
        System.arraycopy(added, 0, more, value.length, 76);
        assertThat(rejected(LogEditor.real().variable(event, more)).getFirst().sentence())
                .startsWith("The Secure Boot variable " + name + " (")
                .contains("1 entries were added and 0 are missing");
        assertThat(firstSentence(LogEditor.real().variable(event, new byte[0]))).contains("0 entries were added");
        assertThat(firstSentence(LogEditor.real().remove(event))).contains("measured the Secure Boot variable");
        assertThat(firstSentence(LogEditor.real().repeat(event, event))).contains("2 times");
    }

    @Test
    void aRevocationTakenBackFailsAndOneMorePasses() {
        LogEditor editor = LogEditor.real();
        int dbx = editor.findVariable("dbx");
        byte[] value = editor.variableValue(dbx);
        assertThat(firstSentence(LogEditor.real().variable(dbx, new byte[0])))
                .contains("0 entries were added and 1 are missing");
        byte[] more = Arrays.copyOf(value, value.length * 2);
        System.arraycopy(value, 0, more, value.length, value.length);
        more[more.length - 1]++;
        accepted(LogEditor.real().variable(dbx, more));
    }

    @Test
    void anEnrolledMachineOwnersKey() {
        assertThat(firstSentence(LogEditor.real().digest(MOK_LIST, OTHER)))
                .isEqualTo("The list of machine owner's keys (MokList) is not the one of the reference state: a key was"
                        + " enrolled or removed (event 26 in PCR 14).");
        assertThat(firstSentence(LogEditor.real().digest(MOK_LIST + 1, OTHER))).contains("MokListX");
    }

    @Test
    void anEnrolledKeyPassedOffAsAnotherVariable() {
        LogEditor editor = LogEditor.real();
        BootLog real = editor.log();
        editor.digest(MOK_LIST, OTHER).data(MOK_LIST, ascii("MokListTrusted\0"));
        assertThat(firstSentence(LogEditor.of(append(editor, real, MOK_LIST)))).contains("PCR 14");
    }

    @Test
    void aChangedFileOfGrub() {
        assertThat(rejected(LogEditor.real().digest(GRUB_CONFIG, OTHER))
                        .getFirst()
                        .sentence())
                .isEqualTo("The file (hd0,gpt2)/boot/grub/grub.cfg that GRUB read is not the one of the reference state"
                        + " (event 37 in PCR 9).");
    }

    @Test
    void eventsNobodyKnows() {
        for (int pcr : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 23}) {
            String sentence = firstSentence(LogEditor.real().insert(40, pcr, 0x8401, OTHER, OTHER));
            assertThat(sentence)
                    .contains("Event 40 (0x8401 in PCR " + pcr)
                    .contains("nothing the reference state knows");
        }
    }

    @Test
    void theKindsOfEventsInAnotherPcr() {
        byte[] data = LogEditor.log(LogEditor.REAL).events().get(SHIM).data().toByteArray();
        for (int pcr : new int[] {0, 1, 2, 5, 7, 9, 14}) {
            firstSentence(
                    LogEditor.real().insert(40, pcr, EventType.EV_EFI_BOOT_SERVICES_APPLICATION.code(), data, OTHER));
        }
    }

    @Test
    void anotherOrder() {
        assertThat(firstSentence(LogEditor.real().swap(SHIM, GRUB))).contains("boot loader");
        rejected(LogEditor.real().swap(MOK_LIST, MOK_LIST + 1).swap(KERNEL_FILE, INITRD));
        firstSentence(LogEditor.real().remove(LogEditor.real().find(event -> event.pcr() == 0 && event.number() > 0)));
    }

    @Test
    void moreOrFewerImages() {
        firstSentence(LogEditor.real().repeat(SHIM, SHIM));
        firstSentence(LogEditor.real().remove(GRUB));
        firstSentence(LogEditor.real().repeat(COMMAND_LINE, COMMAND_LINE));
        firstSentence(LogEditor.real().remove(COMMAND_LINE));
        rejected(LogEditor.real().repeat(INITRD, INITRD));
    }

    @Test
    void anotherProgramThanTheKernel() {
        assertThat(firstSentence(LogEditor.real().grub(INITRD_COMMAND, "grub_cmd: chainloader /EFI/other.efi")))
                .isEqualTo("GRUB ran \"chainloader /EFI/other.efi\" (event 84), which starts something else than the"
                        + " kernel.");
    }

    @Test
    void separatorsThatAreMissingRepeatedOrErrors() {
        int separator = LogEditor.real().find(event -> event.pcr() == 4 && event.type() == EventType.EV_SEPARATOR);
        assertThat(firstSentence(LogEditor.real().remove(separator))).contains("PCR 4 has 0 separators");
        assertThat(firstSentence(LogEditor.real().repeat(separator, 60))).contains("PCR 4 has 2 separators");
        byte[] error = {1, 0, 0, 0};
        assertThat(firstSentence(LogEditor.real().data(separator, error).digest(separator, error)))
                .contains("not the one of an orderly boot");
    }

    @Test
    void whatDiffersBetweenGoodBootsPasses() {
        byte[] handOff = HexFormat.of().parseHex("0100000000000000");
        int bootOrder = LogEditor.real().findVariable("BootOrder");
        LogEditor editor = LogEditor.real();
        byte[] order = editor.variableData(bootOrder, new byte[] {1, 0, 3, 0});
        int grubEnvironment = LogEditor.real().findText("(hd0,gpt2)/boot/grub/grubenv");
        accepted(LogEditor.real()
                .data(bootOrder, order)
                .digest(bootOrder, new byte[] {1, 0, 3, 0})
                .digest(grubEnvironment, OTHER)
                .digest(grubEnvironment + 3, OTHER)
                .grub(43, "grub_cmd: [ 1 ]")
                .grub(69, "grub_cmd: setparams Debian GNU/Linux, with Linux 6.12.117+deb13-amd64")
                .insert(40, 1, EventType.EV_EFI_HANDOFF_TABLES.code(), handOff, OTHER)
                .insert(40, 8, EventType.EV_IPL.code(), ascii("grub_cmd: set next_entry=\0"), ascii("set next_entry="))
                .insert(
                        88,
                        5,
                        EventType.EV_EFI_ACTION.code(),
                        ascii("Exit Boot Services Returned with Failure"),
                        ascii("Exit Boot Services Returned with Failure"))
                .insert(1, 0, EventType.EV_NO_ACTION.code(), ascii("SP800-155 Event\0something"), new byte[0]));
    }

    /** Each event in turn measures something else; nothing that decides what runs may be overlooked. */
    @Test
    void everyEventThatIsNotKnownToDifferIsCompared() {
        for (int event = 1; event < 90; event++) {
            LogEditor editor = LogEditor.real().digest(event, OTHER);
            BootEvent changed = editor.log().events().get(event);
            boolean free = EventRole.of(changed) == EventRole.FREE
                    || changed.text().orElse("").endsWith("/grubenv");
            assertThat(judge(ours, editor.log()).isEmpty())
                    .as("event %s", event)
                    .isEqualTo(free);
        }
    }

    @Test
    void everyEventThatMustBeThereIsMissed() {
        List<BootEvent> events = LogEditor.log(LogEditor.REAL).events();
        for (int event = 1; event < 90; event++) {
            BootEvent removed = events.get(event);
            boolean free = EventRole.of(removed) == EventRole.FREE
                    || EventRole.of(removed) == EventRole.ACTION
                    || removed.text().orElse("").startsWith("grub_cmd: ");
            assertThat(judge(ours, LogEditor.real().remove(event).log()).isEmpty())
                    .as("event %s", event)
                    .isEqualTo(free);
        }
    }

    /** Nobody can add an event to a PCR that decides what runs, whatever it is called. */
    @Test
    void everyEventOnceMoreIsSeen() {
        List<BootEvent> events = LogEditor.log(LogEditor.REAL).events();
        int secureBoot = LogEditor.real().findVariable("SecureBoot");
        for (int event = 1; event < 90; event++) {
            BootEvent repeated = events.get(event);
            boolean free = EventRole.of(repeated) == EventRole.FREE
                    || EventRole.of(repeated) == EventRole.ACTION
                    || event == secureBoot
                    || repeated.text().orElse("").startsWith("grub_cmd: ");
            assertThat(judge(ours, LogEditor.real().repeat(event, event).log()).isEmpty())
                    .as("event %s", event)
                    .isEqualTo(free);
        }
    }

    @Test
    void severalBootsAreAlternatives() {
        LogEditor updated = LogEditor.real().digest(KERNEL, OTHER).digest(KERNEL_FILE, OTHER);
        ObjectNode both = (ObjectNode) ours;
        ((tools.jackson.databind.node.ArrayNode) both.get("limelight").get("boots"))
                .add(BootProfile.of(updated.log()).json());
        assertThat(judge(both, updated.log())).isEmpty();
        assertThat(judge(both, LogEditor.real().log())).isEmpty();
        assertThat(judge(both, LogEditor.real().digest(KERNEL, OTHER).log())).isNotEmpty();
    }

    @Test
    void aBankTheReferenceStateLacksCannotBeJudged() {
        assertThat(judge(keylimes(), LogEditor.real().log(), HashAlgorithm.SHA1))
                .singleElement()
                .satisfies(
                        finding -> assertThat(finding.sentence()).contains("holds no digests of the quoted bank sha1"));
    }
}
