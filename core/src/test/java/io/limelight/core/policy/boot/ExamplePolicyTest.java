package io.limelight.core.policy.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.LogEditor;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The policy example gives the verdicts that Keylime gives. */
class ExamplePolicyTest {
    private static final String LOG = "measured-boot/binary_bios_measurements-secureboot";
    private static final String ZEROS = "0x" + "00".repeat(32);

    /** How each case of the fixture changes the reference state. */
    private static final Map<String, Consumer<ObjectNode>> CHANGES = Map.ofEntries(
            Map.entry("none", state -> {}),
            Map.entry(
                    "kernels[0].kernel_cmdline = \"something else\"",
                    state -> kernel(state).put("kernel_cmdline", "something else")),
            Map.entry(
                    "kernels[0].kernel_cmdline = \".*\"", state -> kernel(state).put("kernel_cmdline", ".*")),
            Map.entry(
                    "kernels[0].shim_authcode_sha256 = 0x00..",
                    state -> kernel(state).put("shim_authcode_sha256", ZEROS)),
            Map.entry(
                    "kernels[0].initrd_plain_sha256 = 0x00..",
                    state -> kernel(state).put("initrd_plain_sha256", ZEROS)),
            Map.entry(
                    "prepend a non-matching kernel entry to kernels",
                    state -> ((ArrayNode) state.get("kernels"))
                            .insert(0, kernel(state).deepCopy().put("kernel_cmdline", "no"))),
            Map.entry("remove field vendor_db", state -> state.remove("vendor_db")),
            Map.entry("vendor_db = []", state -> state.putArray("vendor_db")),
            Map.entry("remove field mokdig", state -> state.remove("mokdig")),
            Map.entry("mokdig = []", state -> state.putArray("mokdig")),
            Map.entry("pk = []", state -> state.putArray("pk")),
            Map.entry(
                    "drop last db key",
                    state -> list(state, "db").remove(list(state, "db").size() - 1)),
            Map.entry(
                    "add an extra db key that is not in the log",
                    state -> list(state, "db")
                            .add(list(state, "db").get(0).deepCopy())
                            .addObject()
                            .put("SignatureOwner", "77fa9abd-0359-4d32-bd60-28f4e78f784b")
                            .put("SignatureData", ZEROS)),
            Map.entry("dbx = []", state -> state.putArray("dbx")),
            Map.entry(
                    "add a dbx entry that is not in the log",
                    state -> list(state, "dbx")
                            .addObject()
                            .put("SignatureOwner", "77fa9abd-0359-4d32-bd60-28f4e78f784b")
                            .put("SignatureData", ZEROS)),
            Map.entry("drop half of dbx", state -> {
                int half = list(state, "dbx").size() / 2;
                for (int i = 0; i < half; i++) {
                    list(state, "dbx").remove(0);
                }
            }),
            Map.entry("has_secureboot = false", state -> state.put("has_secureboot", false)),
            Map.entry("remove field has_secureboot", state -> state.remove("has_secureboot")),
            Map.entry("scrtm_and_bios[0].platform_firmware reversed", state -> {
                ArrayNode blobs = (ArrayNode) state.get("scrtm_and_bios").get(0).get("platform_firmware");
                for (int i = 0; i < blobs.size(); i++) {
                    blobs.insert(i, blobs.remove(blobs.size() - 1));
                }
            }),
            Map.entry("scrtm_and_bios = []", state -> state.putArray("scrtm_and_bios")),
            Map.entry("kernels = []", state -> state.putArray("kernels")),
            Map.entry(
                    "kernels[0].grub_authcode_sha256 without 0x",
                    state -> grub(state, grub(state).substring(2))),
            Map.entry(
                    "kernels[0].grub_authcode_sha256 upper case",
                    state -> grub(state, "0x" + grub(state).substring(2).toUpperCase(java.util.Locale.ROOT))),
            Map.entry("unknown extra top-level field", state -> state.put("something", 1)));

    private static ObjectNode kernel(ObjectNode state) {
        return (ObjectNode) state.get("kernels").get(0);
    }

    private static ArrayNode list(ObjectNode state, String name) {
        return (ArrayNode) state.get(name);
    }

    private static String grub(ObjectNode state) {
        return kernel(state).get("grub_authcode_sha256").stringValue();
    }

    private static void grub(ObjectNode state, String digest) {
        kernel(state).put("grub_authcode_sha256", digest);
    }

    private static ObjectNode reference(String name) {
        return (ObjectNode) Fixtures.json("measured-boot/expected/" + name + ".refstate.json");
    }

    private static String verdict(JsonNode reference, String log) {
        try {
            return new BootPolicy.Example()
                            .with(reference)
                            .judge(LogEditor.log(log), HashAlgorithm.SHA256)
                            .isEmpty()
                    ? "accepted"
                    : "rejected";
        } catch (ReferenceStateException e) {
            return "refstate invalid (exception)";
        }
    }

    @TestFactory
    java.util.stream.Stream<DynamicTest> changedReferenceStates() {
        JsonNode cases = Fixtures.json("measured-boot/expected/example-policy-mutations.json")
                .get("cases");
        assertThat(cases).hasSize(CHANGES.size());
        return java.util.stream.StreamSupport.stream(cases.spliterator(), false).map(one -> {
            String change = one.get("change_to_refstate").stringValue();
            return DynamicTest.dynamicTest(change, () -> {
                ObjectNode state = reference("binary_bios_measurements-secureboot");
                Consumer<ObjectNode> edit = CHANGES.get(change);
                if (edit == null) {
                    fail("no such change: " + change);
                    return;
                }
                edit.accept(state);
                assertThat(verdict(state, LOG)).isEqualTo(one.get("result").stringValue());
            });
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"binary_bios_measurements", "binary_bios_measurements-secureboot", "mb_log.b64", "uefi_log.bin"})
    void realLogsAgainstTheirOwnReferenceStates(String name) {
        String expected = Fixtures.json("measured-boot/expected/summary.json")
                .get(name)
                .get("example_policy_with_own_refstate")
                .stringValue();
        assertThat(verdict(reference(name), "measured-boot/" + name)).isEqualTo(expected);
    }

    @Test
    void theRealMachinesLogIsRejectedForWhatItsKernelLogsAndAcceptedWithoutIt() throws ReferenceStateException {
        JsonNode reference = Fixtures.json("real-boot/boot-a.mb_refstate.json");
        BootTest test = new BootPolicy.Example().with(reference);

        assertThat(test.judge(LogEditor.log(LogEditor.REAL), HashAlgorithm.SHA256))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.sentence())
                            .startsWith("Event 86 (EV_EVENT_TAG in PCR 9, LOADED_IMAGE::LoadOptions)");
                    assertThat(finding.events()).containsExactly(86);
                });
        assertThat(test.judge(LogEditor.real().remove(86).remove(86).log(), HashAlgorithm.SHA256))
                .isEmpty();
    }

    @Test
    void digestsOfABankThatNobodyProvedDoNotCount() throws ReferenceStateException {
        BootTest test = new BootPolicy.Example().with(Fixtures.json("real-boot/boot-a.mb_refstate.json"));

        assertThat(test.judge(LogEditor.real().remove(86).remove(86).log(), HashAlgorithm.SHA1))
                .singleElement()
                .satisfies(finding -> assertThat(finding.sentence()).contains("MokList"));
    }
}
