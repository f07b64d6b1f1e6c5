package io.limelight.agent.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.AgentConf;
import io.limelight.core.config.ConfigException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options about payloads: what stops a start, and what the defaults are. */
class PayloadSettingsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "secure_size | 1m,suid",
                "secure_size | 0",
                "secure_size | -1m",
                "secure_size | 1t",
                "secure_size | ''",
                "secure_size | 1m -o dev",
                "secure_mount | disk",
                "secure_mount | ''",
                "enc_keyname | ''",
                "enc_keyname | ../key",
                "enc_keyname | /etc/key",
                "enc_keyname | .hidden",
                "enc_keyname | unzipped",
                "dec_payload_file | ''",
                "dec_payload_file | a/b",
                "dec_payload_file | UNZIPPED",
                "dec_payload_file | Derived_TCI_Key",
                "payload_script | ../autorun.sh",
                "payload_script | /bin/sh",
                "payload_script | derived_tci_key",
                "payload_script | folder/",
                "payload_script_timeout | -1",
                "encrypted_payload | secure/encrypted_payload",
                "encrypted_payload | a/../secure/unzipped/file",
                "encrypted_payload | \\u0000"
            })
    void aValueThatCannotBeUsedIsRefusedByName(String option, String value) throws Exception {
        AgentConf conf = new AgentConf(folder).with(option, value);
        assertThatThrownBy(() -> PayloadSettings.read(conf.load()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(option)
                .hasMessageContaining("agent.conf");
    }

    @Test
    void defaultsAreKeylimes() throws Exception {
        PayloadSettings settings = PayloadSettings.read(new AgentConf(folder).load());
        assertThat(settings)
                .isEqualTo(new PayloadSettings(
                        folder.resolve("work/secure"),
                        "1m",
                        false,
                        "derived_tci_key",
                        "decrypted_payload",
                        true,
                        "autorun.sh",
                        0,
                        true,
                        Optional.of(folder.resolve("work/encrypted_payload"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "512k", "1m", "2G", "10%"})
    void sizesAsMountTakesThem(String size) throws Exception {
        assertThat(PayloadSettings.read(
                                new AgentConf(folder).with("secure_size", size).load())
                        .secureSize())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"'',", "/etc/limelight.payload,/etc/limelight.payload", "here,work/here"})
    void aPayloadMayLieAnywhereOrNowhere(String value, String expected) throws Exception {
        assertThat(PayloadSettings.read(new AgentConf(folder)
                                .with("encrypted_payload", value)
                                .load())
                        .placed())
                .isEqualTo(Optional.ofNullable(expected).map(folder::resolve));
    }

    @Test
    void payloadsNeedTlsOrTheAdministratorsWord() throws Exception {
        AgentConf plain = new AgentConf(folder).with("enable_agent_mtls", "false");
        assertThat(PayloadSettings.read(plain.load()).allowed()).isFalse();
        assertThat(PayloadSettings.read(
                                plain.with("enable_insecure_payload", "true").load())
                        .allowed())
                .isTrue();
    }
}
