package io.limelight.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootLogTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65535, 65536, 65537, 200_000})
    void theWholeLogIsSentEachTime(int size) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        try (BootLog log =
                BootLog.open(Files.write(folder.resolve("log"), content)).orElseThrow()) {
            assertThat(Base64.getDecoder().decode(log.base64())).isEqualTo(content);
            assertThat(Base64.getDecoder().decode(log.base64())).isEqualTo(content);
        }
    }

    @Test
    void aLogLargerThanAnythingHonestIsAnError() throws Exception {
        try (BootLog log = BootLog.open(Files.write(folder.resolve("log"), new byte[BootLog.MAX_SIZE + 1]))
                .orElseThrow()) {
            assertThatThrownBy(log::base64).isInstanceOf(IOException.class).hasMessageContaining("larger than");
        }
    }

    @Test
    void aMissingLogIsNoLog() {
        assertThat(BootLog.open(folder.resolve("none"))).isEmpty();
    }
}
