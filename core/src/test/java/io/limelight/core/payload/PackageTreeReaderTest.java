package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.limelight.core.ca.CaName;
import io.limelight.core.payload.PackageTree.Entry;
import io.limelight.core.payload.PackageTree.Origin;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageTreeReaderTest {
    private static final long ENOUGH = 1 << 20;

    @TempDir
    Path root;

    private Path folder;
    private CaName machine;
    private final Cancellation cancel = new Cancellation();
    /** Later than every file, so that digests are remembered. */
    private final PackageTreeReader reader =
            new PackageTreeReader(ENOUGH, InstantSource.fixed(Instant.now().plus(Duration.ofHours(1))));

    @BeforeEach
    void begin() throws Exception {
        folder = Files.createDirectories(root.resolve("payload"));
        machine = CaName.fresh("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    }

    private PackageTree flat() throws CancelledException {
        return reader.certificatePackage(machine, Optional.of(folder), 0, cancel);
    }

    private static String objection(PackageTree tree, String name) {
        return String.join(" | ", tree.find(name).orElseThrow().problems());
    }

    @Test
    void whatMayNotBeSentIsMarkedWhereItIsAndTheRestIsShown() throws Exception {
        Files.createSymbolicLink(folder.resolve("shadow"), Path.of("/etc/shadow"));
        Files.createDirectories(folder.resolve("keys"));
        Files.writeString(folder.resolve("keys/id"), "secret");
        Files.writeString(folder.resolve("CACERT.crt"), "x");
        Files.writeString(folder.resolve("Decrypted_Payload"), "x");
        Files.writeString(folder.resolve("back\\slash"), "x");
        Files.writeString(folder.resolve("new\nline"), "x");
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        PackageTree tree = flat();
        assertThat(objection(tree, "shadow")).startsWith("is a link");
        assertThat(tree.find("shadow").orElseThrow().sha256()).isEmpty();
        assertThat(objection(tree, "keys")).startsWith("is a folder").contains("flat");
        assertThat(objection(tree, "CACERT.crt")).contains("the package makes itself");
        assertThat(objection(tree, "Decrypted_Payload")).contains("the agent writes itself");
        assertThat(objection(tree, "back\\slash")).contains("foreign path");
        assertThat(objection(tree, "new\nline")).contains("control characters");
        assertThat(tree.find("autorun.sh").orElseThrow().problems()).isEmpty();
        assertThat(tree.sound()).isFalse();
    }

    @Test
    void namesThatDifferInCapitalsAloneAreMarked() throws Exception {
        Files.writeString(folder.resolve("autorun.sh"), "x");
        Files.writeString(folder.resolve("Autorun.sh"), "x");
        assertThat(flat().entries())
                .filteredOn(entry -> !entry.problems().isEmpty())
                .singleElement()
                .extracting(Entry::name)
                .isEqualTo("autorun.sh");
        assertThatThrownBy(() -> CertificatePackage.check(folder, machine)).hasMessageContaining("capital letters");
    }

    @Test
    void fiveGigabytesAreSaidAndNotRead() throws Exception {
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("image").toFile(), "rw")) {
            sparse.setLength(5L << 30);
        }
        PackageTree tree = flat();
        assertThat(tree.problems()).singleElement().asString().contains("max_payload_size", "not read");
        assertThat(tree.entries()).allMatch(entry -> entry.sha256().isEmpty());
        assertThat(tree.zipBytes()).isGreaterThan(5L << 30);
        PackageTree single = reader.file(folder.resolve("image"), cancel);
        assertThat(single.problems()).singleElement().asString().contains("max_payload_size");
        assertThat(single.entries().getFirst().sha256()).isEmpty();
    }

    @Test
    void aDeviceIsNotOpened() throws Exception {
        assumeTrue(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString())
                        .start()
                        .waitFor()
                == 0);
        assertThat(objection(flat(), "pipe")).contains("device");
        assertThat(objection(reader.file(folder.resolve("pipe"), cancel), "pipe"))
                .isEqualTo("is not a plain file");
    }

    @Test
    void whatCannotBeReadSaysSo() throws Exception {
        Path locked = Files.writeString(folder.resolve("locked"), "x");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(locked), "root reads everything");
        assertThat(objection(flat(), "locked")).contains("may not read");
    }

    @Test
    void aFolderThatIsNotThereIsSaidOnce() throws Exception {
        Path gone = root.resolve("gone");
        PackageTree tree = reader.certificatePackage(machine, Optional.of(gone), 0, cancel);
        assertThat(tree.problems()).containsExactly(gone + " does not exist");
        assertThat(tree.entries()).hasSize(7).allMatch(entry -> entry.origin() == Origin.GENERATED);
        assertThat(reader.folder(gone, cancel).problems()).containsExactly(gone + " does not exist");
        assertThat(objection(reader.file(gone, cancel), "gone")).isEqualTo("does not exist");
        assertThat(reader.folder(folder, cancel).problems()).containsExactly(folder + " holds no file");
    }

    @Test
    void aFileThatGrowsOrShrinksWhileItIsReadHasNoDigest() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "first");
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        FileDigests digests = new FileDigests(InstantSource.system());
        Files.writeString(file, "first and more");
        assertThat(digests.read(file, before, false, cancel)).isEmpty();
        Files.writeString(file, "fi");
        assertThat(digests.read(file, before, false, cancel)).isEmpty();
        assertThat(digests.remembered(file, before)).isEmpty();
        Files.delete(file);
        assertThatThrownBy(() -> digests.read(file, before, false, cancel)).isInstanceOf(IOException.class);
        Files.createSymbolicLink(file, Path.of("/etc/passwd"));
        assertThatThrownBy(() -> digests.read(file, before, false, cancel)).isInstanceOf(IOException.class);
    }

    @Test
    void aChangeOfTheSameLengthIsSeen() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "one");
        assertThat(flat().find("key").orElseThrow().sha256()).contains(sha256("one"));
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3)));
        assertThat(flat().find("key").orElseThrow().sha256()).contains(sha256("two"));
    }

    @Test
    void aFileChangedJustNowIsReadAgain() throws Exception {
        PackageTreeReader now = new PackageTreeReader(ENOUGH, InstantSource.system());
        Path file = Files.writeString(folder.resolve("key"), "one");
        FileTime tick = Files.getLastModifiedTime(file);
        assertThat(now.folder(folder, cancel).find("key").orElseThrow().sha256())
                .contains(sha256("one"));
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, tick);
        assertThat(now.folder(folder, cancel).find("key").orElseThrow().sha256())
                .contains(sha256("two"));
    }

    @Test
    void itStopsWhenAsked() throws Exception {
        Files.writeString(folder.resolve("a"), "x");
        cancel.cancel();
        assertThatThrownBy(this::flat).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> reader.folder(folder, cancel)).isInstanceOf(CancelledException.class);
    }

    @Test
    void theTreeIsWhatIsPackedInItsOrder() throws Exception {
        Files.createDirectories(folder.resolve("keys/deep"));
        Files.writeString(folder.resolve("keys/deep/größe"), "key");
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        Files.writeString(folder.resolve("z"), "z");
        PackageTree tree = reader.folder(folder, cancel);
        try (FolderArchive archive = FolderArchive.of(folder, ENOUGH);
                FolderArchive again = FolderArchive.of(folder, ENOUGH)) {
            assertThat(tree.sound()).isTrue();
            assertThat(archive.names())
                    .isEqualTo(tree.entries().stream().map(Entry::name).toList());
            assertThat(tree.zipBytes()).isEqualTo(archive.zip().length());
            assertThat(tree.spaceOnMachine()).isEqualTo(archive.space());
            assertThat(archive.zip().constantTimeEquals(again.zip())).isTrue();
            PayloadArchive unpacked = archive.zip().apply(bytes -> {
                try {
                    return PayloadArchive.read(
                            bytes.clone(), PayloadNames.AGENT_DEFAULTS, new PayloadArchive.Bounds(10, ENOUGH));
                } catch (PayloadException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(unpacked.entries()).hasSize(3);
        }
        assertThat(tree.find("z").orElseThrow())
                .isEqualTo(new Entry(
                        "z",
                        OptionalLong.of(1),
                        Optional.of(sha256("z")),
                        Origin.INCLUDED,
                        Optional.of(folder.resolve("z")),
                        java.util.List.of()));
    }

    @Test
    void theBoundOfAPackageIsTheOneThatSendingUses() throws Exception {
        Files.writeString(folder.resolve("autorun.sh"), "#!/bin/sh\n");
        CertificatePackage.Size most = CertificatePackage.atMost(machine, Optional.of(folder), 500);
        PackageTree tree = reader.certificatePackage(machine, Optional.of(folder), 500, cancel);
        assertThat(tree.zipBytes()).isEqualTo(most.zip());
        assertThat(tree.spaceOnMachine()).isEqualTo(most.space());
    }

    @Test
    void anArchiveIsRefusedWhereItsTreeIsMarked() throws Exception {
        Files.createDirectories(folder.resolve("Tpmdata.yml"));
        Files.writeString(folder.resolve("Tpmdata.yml/x"), "x");
        assertThat(objection(reader.folder(folder, cancel), "Tpmdata.yml/x")).contains("the agent writes itself");
        assertThatThrownBy(() -> FolderArchive.of(folder, ENOUGH)).hasMessageContaining("the agent writes itself");
    }

    @Test
    void whatChangedAmongThousandsIsSeenEveryTime() throws Exception {
        for (int i = 0; i < 5000; i++) {
            Files.writeString(folder.resolve("file-" + i), "content " + i);
        }
        assertThat(flat().problems()).singleElement().asString().contains("more than 4096 files");
        for (int i = 0; i < 5; i++) {
            Files.writeString(folder.resolve("file-" + i), "content changed");
            assertThat(flat().find("file-" + i).orElseThrow().sha256()).contains(sha256("content changed"));
        }
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
