package io.limelight.agent.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.Memory;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removing a folder that somebody hostile has filled. */
class FolderTreeTest {
    @TempDir
    Path folder;

    private FolderTree tree() {
        return new FolderTree(folder, "tree");
    }

    @Test
    void whatLinksPointAtStays() throws Exception {
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Path top = Files.createDirectory(folder.resolve("tree"));
        Files.createDirectories(top.resolve("a/b"));
        Files.createSymbolicLink(top.resolve("link"), precious);
        Files.createSymbolicLink(top.resolve("a/b/link"), precious);
        Files.createSymbolicLink(top.resolve("a/up"), folder);
        Files.createSymbolicLink(top.resolve("dangling"), Path.of("/no/such"));
        tree().remove();
        assertThat(top).doesNotExist();
        assertThat(precious.resolve("file")).hasContent("x");
    }

    @Test
    void aLinkInItsPlaceIsRemovedItself() throws Exception {
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(precious.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("tree"), precious);
        tree().remove();
        assertThat(Files.isSymbolicLink(folder.resolve("tree"))).isFalse();
        assertThat(precious.resolve("file")).hasContent("x");
    }

    @Test
    void missingIsRemoved() throws Exception {
        tree().remove();
        assertThat(tree().space(4096, new Cancellation())).isZero();
    }

    @Test
    void beingStoppedLeavesWhatAnotherCallRemoves() throws Exception {
        Path top = Files.createDirectory(folder.resolve("tree"));
        Files.createDirectories(top.resolve("a/b"));
        Files.createFile(top.resolve("a/file"));
        Cancellation stopped = new Cancellation();
        stopped.cancel();
        assertThatThrownBy(() -> tree().remove(stopped)).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> tree().space(4096, stopped)).isInstanceOf(CancelledException.class);
        assertThat(top.resolve("a/file")).exists();
        tree().remove();
        assertThat(top).doesNotExist();
    }

    @Test
    void depthBeyondAnyPathNameIsNoObstacle() throws Exception {
        Path chain = Files.createDirectories(folder.resolve("start"));
        Files.writeString(chain.resolve("file"), "x");
        for (int i = 0; i < 40; i++) {
            // Fifty folders around what there is: a path of 2000 folders that no path name could say.
            Path outer = folder.resolve("outer" + i);
            Path inner = Files.createDirectories(outer.resolve("some-folder/".repeat(49)));
            Files.writeString(inner.resolve("file"), "x");
            Files.move(chain, inner.resolve("deeper"));
            chain = outer;
        }
        Files.move(chain, folder.resolve("tree"));
        tree().remove();
        assertThat(folder.resolve("tree")).doesNotExist();
    }

    @Test
    void manyFoldersInFolders() throws Exception {
        Path top = Files.createDirectory(folder.resolve("tree"));
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j < 30; j++) {
                Path leaf = Files.createDirectories(
                        top.resolve("same").resolve("d" + i).resolve("same"));
                Files.writeString(leaf.resolve("f" + j), "x");
            }
        }
        assertThat(tree().space(4096, new Cancellation())).isEqualTo(900 * 4096L);
        tree().remove();
        assertThat(top).doesNotExist();
    }

    @Test
    void aMountInsideIsLeftAloneAndNamed() throws Exception {
        try (Memory memory = new Memory(folder)) {
            Path inner = Files.createDirectories(folder.toRealPath().resolve("tree/a/inner"));
            Files.writeString(folder.resolve("tree/file"), "kept");
            Memory.mount("tmpfs", "size=64k", inner);
            FolderTree real = new FolderTree(folder.toRealPath(), "tree");
            assertThatThrownBy(real::remove)
                    .isInstanceOf(MountedException.class)
                    .hasMessageContaining(inner.toString());
            assertThat(folder.resolve("tree/file")).hasContent("kept");
            assertThat(memory.mounted()).hasSize(1);
        }
    }
}
