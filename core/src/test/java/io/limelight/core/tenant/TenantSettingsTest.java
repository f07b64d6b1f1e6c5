package io.limelight.core.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.config.Component;
import io.limelight.core.config.ConfigException;
import io.limelight.core.config.KeylimeConfig;
import io.limelight.core.tpm.AcceptedAlgorithms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantSettingsTest {
    @TempDir
    Path root;

    private TenantSettings settings(String... lines) throws Exception {
        Path file = root.resolve("etc/keylime/tenant.conf");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[tenant]\n" + String.join("\n", lines) + "\n");
        return TenantSettings.of(new KeylimeConfig(Map.of(), root).load(Component.TENANT));
    }

    @Test
    void withoutAnyFileTheyAreKeylimes() throws Exception {
        TenantSettings settings = settings();
        assertThat(settings.verifier().address()).isEqualTo("127.0.0.1:8881");
        assertThat(settings.registrar().address()).isEqualTo("127.0.0.1:8891");
        assertThat(settings.plainAgentsAllowed()).isFalse();
        assertThat(settings.accepted()).isEqualTo(AcceptedAlgorithms.KEYLIME_DEFAULT);
        assertThat(settings.maxPayload()).isEqualTo(1_048_576);
        assertThat(settings.retry()).isEqualTo(new RetryPolicy(5, Duration.ofSeconds(2), true));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.endorsement().certificates()).isPresent();
        assertThat(settings.endorsement().script()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tls_dir = generate",
                "max_retries = 0",
                "request_timeout = 0",
                "request_timeout = 1000000",
                "retry_interval = 100000",
                "verifier_port = 0",
                "max_payload_size = 0",
                "expired_ek_cert = maybe"
            })
    void whatCannotWorkIsRefusedWithItsPlace(String line) {
        assertThatThrownBy(() -> settings(line))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("tenant.conf:2")
                .hasMessageContaining(line.substring(0, line.indexOf(' ')));
    }
}
