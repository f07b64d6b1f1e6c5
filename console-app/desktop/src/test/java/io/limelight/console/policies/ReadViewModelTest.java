package io.limelight.console.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.FakeFleet;
import io.limelight.console.words.Words;
import io.limelight.core.tpm.Fixtures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadViewModelTest {
    private final FakePolicies server = new FakePolicies();
    private final ReadViewModel model = new ReadViewModel(
            server, new FakeFleet(), _ -> {}, Words.english(), () -> FakeFleet.NOW, Runnable::run, Runnable::run);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        model.close();
    }

    private String refused(Path log) {
        model.begin();
        model.make(log, false);
        assertThat(model.madeProperty().get().got()).isEmpty();
        return Objects.requireNonNull(model.madeProperty().get().problem()).code();
    }

    @Test
    void aLogInAFileMakesAReferenceStateThatIsKeptWhenAPersonSaysSo() throws Exception {
        Path log = Files.write(folder.resolve("log.bin"), Fixtures.bytes("real-boot/binary_bios_measurements"));
        model.make(log, false);
        ReadViewModel.Made made = model.madeProperty().get().got().orElseThrow();
        assertThat(made.text()).contains("scrtm_and_bios");
        assertThat(server.boot).isEmpty();
        model.keep("dell");
        assertThat(server.boot.get("dell")).isEqualTo(made.text());
    }

    @Test
    void whatIsNoLogIsRefusedWithAReason() throws Exception {
        byte[] good = Fixtures.bytes("real-boot/binary_bios_measurements");
        assertThat(refused(folder.resolve("none"))).isEqualTo("policies.file");
        assertThat(refused(folder)).isEqualTo("policies.file");
        assertThat(refused(Files.write(folder.resolve("empty"), new byte[0]))).isEqualTo("policies.boot-log-refused");
        assertThat(refused(Files.write(folder.resolve("cut"), Arrays.copyOf(good, good.length - 7))))
                .isEqualTo("policies.boot-log-refused");
        assertThat(refused(Files.writeString(folder.resolve("text"), "{\"no\": \"log\"}".repeat(99))))
                .isEqualTo("policies.boot-log-refused");
        assertThat(refused(Files.write(folder.resolve("huge"), new byte[2 << 20])))
                .isEqualTo("policies.file-too-large");
        model.keep("nothing");
        assertThat(server.boot).isEmpty();
    }
}
