package io.limelight.console.ca;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.shell.Remembered;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaFoldersTest {
    private static final Path USUAL = Path.of("/ca");
    private static final Path CHOSEN = Path.of("/elsewhere/ca");

    private final Remembered remembered = Remembered.inMemory();

    private Path firstOfNext(long profile) {
        CaFolders.of(remembered, profile, List.of(USUAL)).opened(CHOSEN);
        return CaFolders.of(remembered, profile, List.of(USUAL)).first();
    }

    @Test
    void aProfileOpensWhatItOpenedLast() {
        assertThat(firstOfNext(7)).isEqualTo(CHOSEN);
        assertThat(CaFolders.of(remembered, 8, List.of(USUAL)).first()).isEqualTo(USUAL);
    }

    @Test
    void aSandboxBeginsWithItsOwnFolder() {
        assertThat(firstOfNext(0)).isEqualTo(USUAL);
    }
}
