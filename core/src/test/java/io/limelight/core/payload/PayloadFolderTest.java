package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadFolderTest {
    @TempDir
    private Path folder;

    @Test
    void filesComeInTheOrderOfTheirNamesWithSubfolders() throws IOException, PayloadException {
        Files.writeString(folder.resolve("z"), "z");
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.createDirectories(folder.resolve("keys"));
        Files.writeString(folder.resolve("keys/id"), "key");
        List<PayloadArchive.Source> sources = PayloadFolder.read(folder, 1000);
        assertThat(sources).extracting(PayloadArchive.Source::name).containsExactly("autorun.sh", "keys/id", "z");
        assertThat(sources.get(1).content().length()).isEqualTo(3);
        sources.forEach(PayloadArchive.Source::close);
    }

    @Test
    void aLinkThatWouldCarryForeignFilesAwayIsRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("innocent"), Path.of("/etc/shadow"));
        assertThatThrownBy(() -> PayloadFolder.read(folder, 1000))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("innocent");
    }

    @Test
    void moreThanTheLimitIsRefusedBeforeItIsRead() throws IOException {
        Files.write(folder.resolve("a"), new byte[600]);
        Files.write(folder.resolve("b"), new byte[600]);
        assertThatThrownBy(() -> PayloadFolder.read(folder, 1000)).hasMessageContainingAll("200 bytes more", "b");
        assertThatThrownBy(() -> PayloadFolder.readFile(folder.resolve("a"), 599))
                .hasMessageContaining("1 bytes more");
    }

    @Test
    void whatIsMissingOrNoFileIsNamed() {
        assertThatThrownBy(() -> PayloadFolder.read(folder.resolve("no"), 1)).hasMessageContaining("does not exist");
        assertThatThrownBy(() -> PayloadFolder.readFile(folder, 1)).hasMessageContaining("not a plain file");
        assertThatThrownBy(() -> PayloadFolder.readFile(folder.resolve("no"), 1))
                .hasMessageContaining("does not exist");
    }
}
