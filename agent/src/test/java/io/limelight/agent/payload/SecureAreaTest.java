package io.limelight.agent.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.Memory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where secrets may be, on a real kernel. */
class SecureAreaTest {
    @TempDir
    Path folder;

    private Memory memory;
    private Path secure;

    @BeforeEach
    void mount() throws Exception {
        memory = new Memory(folder);
        secure = folder.toRealPath().resolve("secure");
    }

    @AfterEach
    void unmount() throws Exception {
        if (memory != null) {
            memory.close();
        }
    }

    private SecureArea open(String size) throws SecureAreaException {
        return SecureArea.mounted(secure, size, SecureArea.Owner.self());
    }

    private MountTable.Mount mounted() throws Exception {
        return MountTable.read().at(secure).orElseThrow();
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void anotherFileSystemThereIsFatal() throws Exception {
        Files.createDirectory(secure);
        Memory.mount("proc", "ro", secure);
        assertThatThrownBy(() -> open("1m"))
                .isInstanceOf(SecureAreaException.class)
                .hasMessageContaining("mounted proc file system")
                .hasMessageContaining("unmount it");
    }

    /** CVE-2022-23948: Keylime looked for any mount of that name, and secrets went to one that a user had made on a disk. */
    @Test
    void aDiskFolderThatIsMountedThereIsFatal() throws Exception {
        Files.createDirectory(secure);
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Memory.run("mount", "--bind", disk.toString(), secure.toString());
        assertThatThrownBy(() -> open("1m")).hasMessageContaining("only kept in memory");
    }

    @Test
    void anotherMountOnTopOfTheMemoryIsFatal() throws Exception {
        open("1m");
        Memory.mount("proc", "ro", secure);
        assertThatThrownBy(() -> open("1m")).hasMessageContaining("proc");
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Files.createSymbolicLink(secure, Files.createDirectory(folder.resolve("elsewhere")));
        assertThatThrownBy(() -> open("1m")).hasMessageContaining("is a link");
        assertThatThrownBy(() -> SecureArea.development(secure, SecureArea.Owner.self()))
                .hasMessageContaining("is a link");
    }

    @Test
    void aFileInItsPlaceIsASentence() throws Exception {
        Files.writeString(secure, "");
        assertThatThrownBy(() -> open("1m"))
                .isInstanceOf(SecureAreaException.class)
                .hasMessageContaining(secure.toString());
    }

    @Test
    void itIsMountedForItsOwnerOnlyAndOutOfSwapWhereTheKernelCan() throws Exception {
        SecureArea area = open("1m");
        assertThat(area.inMemory()).isTrue();
        assertThat(area.sizeText()).isEqualTo("1m");
        assertThat(area.free()).isBetween(1_000_000L, 1L << 20);
        assertThat(area.allowsPrograms()).isTrue();
        assertThat(mode(secure)).isEqualTo("rwx------");
        MountTable.Mount mount = mounted();
        assertThat(mount.type()).isEqualTo("tmpfs");
        assertThat(mount.has("nosuid") && mount.has("nodev")).isTrue();
        String[] kernel = System.getProperty("os.version").split("[.-]", 3);
        if (Integer.parseInt(kernel[0]) * 1000 + Integer.parseInt(kernel[1]) >= 6004) {
            assertThat(mount.has("noswap")).isTrue();
        }
    }

    @Test
    void openingItAgainMountsNothing() throws Exception {
        open("1m");
        Files.writeString(secure.resolve("kept"), "x");
        open("1m");
        assertThat(memory.mounted()).hasSize(1);
        assertThat(secure.resolve("kept")).hasContent("x");
    }

    @Test
    void anAreaOfOursFollowsTheConfiguredSize() throws Exception {
        open("1m");
        assertThat(open("3m").sizeText()).isEqualTo("3m");
        Files.write(secure.resolve("big"), new byte[2 << 20]);
        assertThat(open("1m").sizeText()).as("what is in it does not fit").isEqualTo("3m");
    }

    @Test
    void anAreaThatSomebodyElseMountedKeepsItsSizeAndIsClosedToOthers() throws Exception {
        Files.createDirectory(secure);
        Memory.mount("tmpfs", "size=512k,mode=1777", secure);
        assertThat(open("4m").sizeText()).isEqualTo("512k");
        assertThat(mode(secure)).isEqualTo("rwx------");
    }

    @Test
    void rootGivesItToAnotherUserWithWhatIsInIt() throws Exception {
        open("1m");
        Files.createDirectories(secure.resolve("unzipped/sub"));
        Files.writeString(secure.resolve("unzipped/sub/file"), "x");
        Path outside = Files.writeString(folder.resolve("outside"), "x");
        Files.createSymbolicLink(secure.resolve("unzipped/link"), outside);
        SecureArea.mounted(secure, "1m", new SecureArea.Owner(65534, 65534, OptionalInt.empty()));
        for (String name : new String[] {"", "unzipped/sub/file", "unzipped/link"}) {
            assertThat((int) Files.getAttribute(secure.resolve(name), "unix:uid", LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(65534);
        }
        assertThat((int) Files.getAttribute(outside, "unix:uid")).isZero();
        assertThat(mode(secure)).isEqualTo("rwx------");
    }

    @Test
    void itIsNotGivenAwayWhileSomethingIsMountedInIt() throws Exception {
        open("1m");
        Memory.mount("tmpfs", "size=64k", Files.createDirectory(secure.resolve("inner")));
        assertThatThrownBy(
                        () -> SecureArea.mounted(secure, "1m", new SecureArea.Owner(65534, 65534, OptionalInt.empty())))
                .hasMessageContaining("something is mounted on " + secure.resolve("inner"));
    }

    @Test
    void theDevelopmentFolderIsPrivateAndSaysThatItIsNoMemory() throws Exception {
        SecureArea area = SecureArea.development(secure, SecureArea.Owner.self());
        assertThat(area.inMemory()).isFalse();
        assertThat(area.sizeText()).isEqualTo("development");
        assertThat(mode(secure)).isEqualTo("rwx------");
        assertThat(memory.mounted()).isEmpty();
    }

    @Test
    void theDevelopmentSwitchUsesMemoryThatIsThere() throws Exception {
        open("1m");
        assertThat(SecureArea.development(secure, SecureArea.Owner.self()).inMemory())
                .isTrue();
    }

    @Test
    void sizesAreSaidTheWayTheyAreConfigured() {
        assertThat(SecureArea.sizeText(1 << 20)).isEqualTo("1m");
        assertThat(SecureArea.sizeText(1536 << 10)).isEqualTo("1536k");
        assertThat(SecureArea.sizeText(5000)).isEqualTo("5000");
        assertThat(SecureArea.sizeText(0)).isEqualTo("0k");
    }
}
