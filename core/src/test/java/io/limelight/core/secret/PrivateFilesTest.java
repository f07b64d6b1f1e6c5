package io.limelight.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aFileIsItsOwnersOnlyAndReplacesTheOldOneWhole() throws IOException {
        Path file = folder.resolve("key.pem");
        Files.writeString(file, "old and world readable");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        PrivateFiles.write(file, "new".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aLinkInItsPlaceIsReplacedNotFollowed() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "untouched");
        Path file = Files.createSymbolicLink(folder.resolve("key"), target);
        PrivateFiles.write(file, new byte[] {1});
        assertThat(target).hasContent("untouched");
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNoLitter() throws IOException {
        Path file = folder.resolve("folder-in-the-way");
        Files.createDirectories(file.resolve("child"));
        assertThatThrownBy(() -> PrivateFiles.write(file, new byte[] {1})).isInstanceOf(IOException.class);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void foldersAreTheirOwnersOnlyAndExistingOnesAreLeftAlone() throws IOException {
        Path made = PrivateFiles.createFolder(folder.resolve("a/b"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made, LinkOption.NOFOLLOW_LINKS)))
                .isEqualTo("rwx------");
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-x---"));
        PrivateFiles.createFolder(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwxr-x---");
    }

    @ParameterizedTest
    @CsvSource({
        "rw-r--r--, rwxr-xr-x, true",
        "rw----r--, rwx-----x, true",
        "rw-r-----, rwxr-xr-x, false",
        "rw-------, rwxr-xr-x, false",
        "rw-r--r--, rwx------, false",
        "rw-r--r--, rwxr-xr--, false"
    })
    void whetherEveryUserCanReadAFileDependsOnItsFolderToo(String mode, String folderMode, boolean open)
            throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = Files.writeString(inner.resolve("key.pem"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString(folderMode));
        assertThat(PrivateFiles.openToAll(file)).isEqualTo(open);
        assertThat(PrivateFiles.openToAll(inner.resolve("missing"))).isFalse();
    }
}
