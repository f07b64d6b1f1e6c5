package io.limelight.agent.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpmAddressTest {
    @TempDir
    Path root;

    @Test
    void theResourceManagersDeviceIsTakenAndNamedUnlessThereIsOnlyTheBareOne() throws Exception {
        Path managed = root.resolve("dev/tpmrm0");
        Path bare = root.resolve("dev/tpm0");
        assertThat(TpmAddress.ofThisMachine(root)).isEqualTo(new TpmAddress.Device(managed));
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(bare);
        assertThat(TpmAddress.ofThisMachine(root)).isEqualTo(new TpmAddress.Device(bare));
        Files.createFile(managed);
        assertThat(TpmAddress.ofThisMachine(root)).isEqualTo(new TpmAddress.Device(managed));
    }
}
