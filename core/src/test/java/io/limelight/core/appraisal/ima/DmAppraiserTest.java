package io.limelight.core.appraisal.ima;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.failure.Failure;
import io.limelight.core.ima.ImaEntry;
import io.limelight.core.policy.runtime.RuntimePolicy;
import io.limelight.core.policy.runtime.RuntimePolicyReader;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Lines of a real kernel against the two device mapper policies of the fixtures. */
class DmAppraiserTest {
    private static final String VERITY = "dm-policy-verity.json";
    private static final String LINEAR = "dm-policy-linear.json";

    private static String line(String name) {
        for (JsonNode event : Fixtures.json("ima/dm/dm-events.json")) {
            if (event.get("name").stringValue().equals(name)) {
                return event.get("line").stringValue() + "\n";
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static RuntimePolicy policy(String file) throws Exception {
        return RuntimePolicyReader.forUpload(
                RuntimePolicy.EMPTY_TEXT
                        .replace("\"dm_policy\": null", "\"dm_policy\": " + Fixtures.text("ima/dm/" + file))
                        .getBytes(StandardCharsets.UTF_8),
                RuntimePolicyReader.MAX_BYTES);
    }

    private static ImaAppraisal appraise(String policy, String... names) throws Exception {
        StringBuilder list = new StringBuilder();
        for (String name : names) {
            list.append(line(name));
        }
        return ImaAppraiser.appraise(
                new ImaEvidence(
                        list.toString().getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy(policy), List.of(), Tomtou.FAIL),
                ImaState.NEW);
    }

    private static List<String> ids(ImaAppraisal appraisal) {
        return appraisal.failures().stream().map(Failure::id).toList();
    }

    @Test
    void aDeviceThatIsLoadedAndResumedAsDescribedPasses() throws Exception {
        assertThat(ids(appraise(VERITY, "table_load_verity", "device_resume"))).isEmpty();
        assertThat(ids(appraise(LINEAR, "linear_table_load", "linear_device_resume", "linear_rename_name")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "device_remove, dm_device_remove.device_removed",
        "table_load_verity, dm_table_load.multiple_table_loads",
        "target_update_verity, dm_target_update.target_data_invalid",
        "table_clear, dm_table_clear.table_cleared",
        "device_resume, dm_device_resume.already_active",
    })
    void whatIsNotAllowedAfterwardsFails(String next, String expected) throws Exception {
        ImaAppraisal appraisal = appraise(VERITY, "table_load_verity", "device_resume", next);

        assertThat(ids(appraisal)).last().isEqualTo("ima.validation.dm." + expected);
        assertThat(appraisal.failures().getFirst().sentence()).startsWith("Device mapper event dm_");
    }

    @ParameterizedTest
    @CsvSource({
        "device_resume, dm_device_resume.resume_before_table_load",
        "device_remove, dm_device_remove.remove_before_table_load",
        "table_clear, dm_table_clear.clear_before_table_load",
        "target_update_verity, dm_target_update.update_before_table_load",
        "linear_rename_name, dm_device_rename.rename_before_table_load",
        "table_load_linear, dm_table_load.no_matching_policy",
    })
    void withoutATableNothingIsAllowed(String event, String expected) throws Exception {
        assertThat(ids(appraise(VERITY, event))).containsExactly("ima.validation.dm." + expected);
    }

    @Test
    void aRenamedDeviceIsKnownByItsNewName() throws Exception {
        assertThat(ids(appraise(
                        LINEAR,
                        "linear_table_load",
                        "linear_device_resume",
                        "linear_rename_name",
                        "linear_rename_uuid")))
                .containsExactly("ima.validation.dm.dm_device_rename.new_uuid_invalid");
    }

    @Test
    void aDeviceOfTheSameNameWithAnotherTableFails() throws Exception {
        assertThat(ids(appraise(LINEAR, "table_load_crypt")))
                .containsExactly("ima.validation.dm.dm_table_load.invalid_entry");
    }

    @Test
    void whatIsNoEventFailsToParse() throws Exception {
        String garbage = line("device_remove").replace("dm_device_remove", "dm_device_rename");

        ImaAppraisal appraisal = ImaAppraiser.appraise(
                new ImaEvidence(garbage.getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA256, Optional.empty()),
                ImaReference.of(policy(VERITY), List.of(), Tomtou.FAIL),
                ImaState.NEW);

        // The template hash is no longer that of the line.
        assertThat(ids(appraisal)).containsExactly("ima.validation.ima_hash");
    }

    @Test
    void devicesAreRememberedWithTheList() throws Exception {
        ImaReference reference = ImaReference.of(policy(LINEAR), List.of(), Tomtou.FAIL);
        byte[] running = new byte[32];
        ImaState state = ImaState.NEW;
        for (String name : List.of("linear_table_load", "linear_device_resume", "linear_rename_name")) {
            byte[] line = line(name).getBytes(StandardCharsets.UTF_8);
            ImaEntry entry = new ImaEntry();
            entry.read(line, 0, line.length - 1);
            running = HashAlgorithm.SHA256.digest(running, HashAlgorithm.SHA256.digest(entry.templateData()));
            ImaAppraisal appraisal = ImaAppraiser.appraise(
                    new ImaEvidence(line, HashAlgorithm.SHA256, Optional.of(Octets.copyOf(running))),
                    reference,
                    ImaState.parse(state.json()));
            assertThat(ids(appraisal)).isEmpty();
            state = appraisal.nextState();
        }
        assertThat(state.devices().byKey()).containsOnlyKeys("test2");
    }
}
