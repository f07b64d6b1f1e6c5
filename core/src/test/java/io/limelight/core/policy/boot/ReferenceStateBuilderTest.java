package io.limelight.core.policy.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.LogEditor;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Reference states come out as Keylime's tool writes them, and with our member they still are what Keylime reads. */
class ReferenceStateBuilderTest {
    @ParameterizedTest
    @CsvSource({
        "measured-boot/binary_bios_measurements, measured-boot/expected/binary_bios_measurements.refstate.json",
        "measured-boot/binary_bios_measurements-secureboot, measured-boot/expected/binary_bios_measurements-secureboot.refstate.json",
        "measured-boot/mb_log.b64, measured-boot/expected/mb_log.b64.refstate.json",
        "measured-boot/uefi_log.bin, measured-boot/expected/uefi_log.bin.refstate.json",
        "real-boot/binary_bios_measurements, real-boot/boot-a.mb_refstate.json"
    })
    void keylimesMembersAreWhatKeylimeWrites(String log, String expected) throws ReferenceStateException {
        ObjectNode json = ReferenceStateBuilder.build(LogEditor.log(log), true).json();

        assertThat(json.properties().stream().map(entry -> entry.getKey()).toList())
                .containsExactly(
                        "has_secureboot",
                        "scrtm_and_bios",
                        "pk",
                        "kek",
                        "db",
                        "dbx",
                        "vendor_db",
                        "mokdig",
                        "mokxdig",
                        "kernels",
                        "limelight");
        json.remove("limelight");
        assertThat(json).isEqualTo(Fixtures.json(expected));
        assertThat(ReferenceStateBuilder.buildForKeylime(LogEditor.log(log), true)
                        .json())
                .isEqualTo(json);
    }

    @Test
    void secureBootOffIsRefusedUnlessItIsMeant() {
        assertThatThrownBy(() -> ReferenceStateBuilder.build(LogEditor.log("measured-boot/uefi_log.bin"), false))
                .isInstanceOf(ReferenceStateException.class)
                .hasMessageStartingWith("Provided eventlog has SecureBoot disabled, but -i flag was not set");
    }

    @Test
    void aFlagWithoutEffectAndALogWithoutKernelAreSaid() throws ReferenceStateException {
        assertThat(ReferenceStateBuilder.build(LogEditor.log(LogEditor.REAL), true)
                        .warnings())
                .singleElement()
                .asString()
                .contains("no effect");
        ReferenceStateBuilder.Result result =
                ReferenceStateBuilder.build(LogEditor.real().remove(81).log(), false);
        assertThat(result.json().has("kernels")).isFalse();
        assertThat(result.warnings()).singleElement().asString().contains("2 boot applications");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "measured-boot/binary_bios_measurements",
                "measured-boot/binary_bios_measurements-secureboot",
                "measured-boot/mb_log.b64",
                "measured-boot/uefi_log.bin",
                "real-boot/binary_bios_measurements"
            })
    void aLogPassesAgainstTheReferenceStateMadeFromItInEveryBank(String log)
            throws ReferenceStateException, IOException {
        byte[] written = WireJson.compact(
                ReferenceStateBuilder.build(LogEditor.log(log), true).json());
        BootTest test = new BootPolicy.UefiLinux().with(WireJson.parse(written));

        for (HashAlgorithm bank : LogEditor.log(log).banks()) {
            assertThat(test.judge(LogEditor.log(log), bank)).as("%s", bank).isEmpty();
        }
    }
}
