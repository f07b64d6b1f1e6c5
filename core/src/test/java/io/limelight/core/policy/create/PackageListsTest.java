package io.limelight.core.policy.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Packages of distributions as sources of a runtime policy. */
class PackageListsTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int INT32 = 4;
    private static final int STRING_ARRAY = 8;

    @TempDir
    Path folder;

    private static Map<String, String> digests(DigestTable table) {
        Map<String, String> found = new TreeMap<>();
        table.forEach((name, digests) -> found.put(name, String.join(" ", digests)));
        return found;
    }

    // --- RPM ---

    /** A tag of a header and its place in the store. */
    private static final class Tag {
        private final int tag;
        private final int type;
        private final int count;
        private final byte[] data;

        Tag(int tag, int type, int count, byte[] data) {
            this.tag = tag;
            this.type = type;
            this.count = count;
            this.data = data;
        }

        static Tag texts(int tag, String... texts) {
            return new Tag(
                    tag,
                    STRING_ARRAY,
                    texts.length,
                    texts.length == 0
                            ? new byte[0]
                            : (String.join("\0", texts) + "\0").getBytes(StandardCharsets.UTF_8));
        }

        static Tag numbers(int tag, int... numbers) {
            ByteBuffer data = ByteBuffer.allocate(numbers.length * 4);
            for (int number : numbers) {
                data.putInt(number);
            }
            return new Tag(tag, INT32, numbers.length, data.array());
        }
    }

    private static byte[] header(Tag... tags) {
        int store = 0;
        for (Tag tag : tags) {
            store += (tag.data.length + 3) / 4 * 4;
        }
        ByteBuffer bytes = ByteBuffer.allocate(16 + tags.length * 16 + store);
        bytes.putInt(0x8eade801).putInt(0).putInt(tags.length).putInt(store);
        int offset = 0;
        for (Tag tag : tags) {
            bytes.putInt(tag.tag).putInt(tag.type).putInt(offset).putInt(tag.count);
            bytes.put(16 + tags.length * 16 + offset, tag.data);
            offset += (tag.data.length + 3) / 4 * 4;
        }
        return bytes.array();
    }

    private static byte[] rpm(byte[] header) {
        ByteBuffer lead = ByteBuffer.allocate(96).putInt(0xedabeedb);
        // Five bytes, so that padding follows.
        byte[] signature = header(new Tag(1000, 7, 5, new byte[5]));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(lead.array());
        out.writeBytes(signature);
        out.writeBytes(new byte[(8 - (signature.length - 32) % 8) % 8]);
        out.writeBytes(header);
        out.writeBytes("payload".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static PackageContents readRpm(byte[] bytes) throws IOException {
        return RpmPackage.read(new ByteArrayInputStream(bytes));
    }

    private static byte[] goodRpm() {
        return rpm(header(
                Tag.texts(1035, ABC, "", "0".repeat(64), EMPTY, "abcd"),
                Tag.numbers(1116, 0, 0, 1, 1, 0),
                Tag.texts(1117, "ls", "folder", "ghost", "a file", "odd"),
                Tag.texts(1118, "/usr/bin/", "/etc/"),
                Tag.numbers(5011, 8)));
    }

    @Test
    void anRpmTellsTheDigestsOfItsFilesAndNoneOfFoldersAndGhosts() throws Exception {
        PackageContents contents = readRpm(goodRpm());
        assertThat(digests(contents.digests()))
                .containsExactlyInAnyOrderEntriesOf(Map.of("/usr/bin/ls", ABC, "/etc/a_file", EMPTY));
        assertThat(contents.left()).containsExactly("1 digests are none of sha256 and are left out");
    }

    @Test
    void anRpmWithMd5DigestsGivesNoneAndSaysSo() throws Exception {
        PackageContents contents = readRpm(rpm(header(
                Tag.texts(1035, "d41d8cd98f00b204e9800998ecf8427e"),
                Tag.numbers(1116, 0),
                Tag.texts(1117, "ls"),
                Tag.texts(1118, "/bin/"))));
        assertThat(contents.digests().isEmpty()).isTrue();
        assertThat(contents.left().getFirst()).contains("MD5", "all of its 1 files are left out");
    }

    @Test
    void anRpmThatLiesAboutItselfIsRefusedWithAReason() {
        byte[] cut = goodRpm();
        assertThatThrownBy(() -> readRpm(java.util.Arrays.copyOf(cut, 150))).hasMessage("it is cut short");
        assertThatThrownBy(() -> readRpm("nonsense".repeat(20).getBytes(StandardCharsets.US_ASCII)))
                .hasMessage("it does not begin as one");
        assertThatThrownBy(() -> readRpm(rpm(header(
                        Tag.texts(1035, ABC),
                        Tag.numbers(1116, 7),
                        Tag.texts(1117, "ls"),
                        Tag.texts(1118, "/bin/"),
                        Tag.numbers(5011, 8)))))
                .hasMessage("a file is in folder 7 of 1");
        assertThatThrownBy(() ->
                        readRpm(rpm(header(Tag.texts(1035, ABC), Tag.numbers(1116, 0), Tag.texts(1117, "ls", "cp")))))
                .hasMessage("it has 2 files, 1 digests and 1 places");
        assertThatThrownBy(() ->
                        readRpm(rpm(header(new Tag(1035, STRING_ARRAY, Integer.MAX_VALUE, new byte[] {1, 2, 3, 4})))))
                .hasMessage("tag 1035 lies outside of its header");
        assertThatThrownBy(() -> readRpm(rpm(header(new Tag(1035, STRING_ARRAY, 1, new byte[] {'a', 'b', 'c', 'd'})))))
                .hasMessage("a text of tag 1035 has no end");
        ByteBuffer huge = ByteBuffer.wrap(header(Tag.texts(1035, ABC)));
        huge.putInt(12, Integer.MAX_VALUE);
        assertThatThrownBy(() -> readRpm(rpm(huge.array()))).hasMessageContaining("more than is read");
    }

    private Path repository() throws IOException {
        Files.createDirectories(folder.resolve("repodata"));
        Files.createDirectories(folder.resolve("Packages/l"));
        Files.write(folder.resolve("Packages/l/ls-1.rpm"), goodRpm());
        Files.write(
                folder.resolve("repodata/repomd.xml"),
                Fixtures.bytes("runtime-policy/detached-signature/allowlist.json"));
        return folder;
    }

    @Test
    void aRepositoryIsSearchedAndIfItIsNotSignedThatIsSaid() throws Exception {
        PackageContents contents = LocalRpmRepository.read(repository(), NOW);
        assertThat(digests(contents.digests())).containsOnlyKeys("/usr/bin/ls", "/etc/a_file");
        assertThat(contents.left()).anyMatch(sentence -> sentence.contains("is not signed"));
        Files.delete(folder.resolve("repodata/repomd.xml"));
        assertThatThrownBy(() -> LocalRpmRepository.read(folder, NOW))
                .isInstanceOf(PolicySourceException.class)
                .hasMessageContaining("createrepo makes one of it");
    }

    @ParameterizedTest
    @CsvSource({"allowlist-pgp-sig.sig, allowlist-pgp-key.pgp", "allowlist-ec-sig.bin, allowlist-ec-key.pem"})
    void aSignatureThatIsThereMustBeRight(String signature, String key) throws Exception {
        Path data = repository().resolve("repodata");
        String from = "runtime-policy/detached-signature/";
        Files.write(data.resolve("repomd.xml.asc"), Fixtures.bytes(from + signature));
        assertThatThrownBy(() -> LocalRpmRepository.read(folder, NOW))
                .hasMessageContaining("is signed, and the key")
                .hasMessageContaining("is not there");
        Files.write(data.resolve("repomd.xml.key"), Fixtures.bytes(from + key));
        assertThat(LocalRpmRepository.read(folder, NOW).left()).noneMatch(sentence -> sentence.contains("signed"));
        Files.writeString(data.resolve("repomd.xml"), "another list");
        assertThatThrownBy(() -> LocalRpmRepository.read(folder, NOW))
                .hasMessageContaining("nothing of this repository is used");
    }

    @Test
    void onePackageThatIsNoneEndsTheRun() throws Exception {
        Files.writeString(repository().resolve("Packages/bad.rpm"), "no");
        assertThatThrownBy(() -> LocalRpmRepository.read(folder, NOW))
                .hasMessageContainingAll("bad.rpm", "is no RPM package: it is cut short");
    }

    // --- Debian ---

    private static byte[] tar(boolean linkFirst) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.putArchiveEntry(new TarArchiveEntry("./usr/bin/"));
            tar.closeArchiveEntry();
            if (!linkFirst) {
                file(tar, "./usr/bin/a b", "abc");
            }
            TarArchiveEntry hard = new TarArchiveEntry("./usr/bin/c", TarConstants.LF_LINK);
            hard.setLinkName("./usr/bin/a b");
            tar.putArchiveEntry(hard);
            tar.closeArchiveEntry();
            TarArchiveEntry soft = new TarArchiveEntry("./usr/bin/d", TarConstants.LF_SYMLINK);
            soft.setLinkName("c");
            tar.putArchiveEntry(soft);
            tar.closeArchiveEntry();
            file(tar, "./lib/systemd/" + "long".repeat(60), "");
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(text.length());
        tar.putArchiveEntry(entry);
        tar.write(text.getBytes(StandardCharsets.US_ASCII));
        tar.closeArchiveEntry();
    }

    private static byte[] deb(String data, byte[] packed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : List.of(
                    Map.entry("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII)),
                    Map.entry("control.tar", new byte[10]),
                    Map.entry(data, packed))) {
                ar.putArchiveEntry(new ArArchiveEntry(member.getKey(), member.getValue().length));
                ar.write(member.getValue());
                ar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] packed(String ending, byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (ending) {
            case ".gz" -> {
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(tar);
                }
            }
            case ".xz" -> {
                try (XZOutputStream xz = new XZOutputStream(out, new LZMA2Options())) {
                    xz.write(tar);
                }
            }
            case ".zst" -> out.writeBytes(com.github.luben.zstd.Zstd.compress(tar));
            default -> out.writeBytes(tar);
        }
        return out.toByteArray();
    }

    private static PackageContents readDeb(byte[] bytes) throws IOException {
        return DebPackage.read(new ByteArrayInputStream(bytes), HashAlgorithm.SHA256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz", ".xz", ".zst"})
    void theFilesInADebAreHashedUnderTheNamesAMachineMeasures(String ending) throws Exception {
        PackageContents contents = readDeb(deb("data.tar" + ending, packed(ending, tar(false))));
        String longName = "/lib/systemd/" + "long".repeat(60);
        assertThat(digests(contents.digests()))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("/usr/bin/a_b", ABC, "/usr/bin/c", ABC, longName, EMPTY, "/usr" + longName, EMPTY));
        assertThat(contents.left()).isEmpty();
    }

    @Test
    void aDebThatIsNoneIsRefusedWithAReason() throws Exception {
        assertThatThrownBy(() -> readDeb(new byte[0])).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> readDeb(deb("data.lha", new byte[10]))).hasMessage("it has no member data.tar");
        assertThatThrownBy(() -> readDeb(deb("data.tar.lha", new byte[10])))
                .hasMessage("its data are packed in a way that is not known (data.tar.lha)");
        byte[] whole = deb("data.tar.xz", packed(".xz", tar(false)));
        assertThatThrownBy(() -> readDeb(java.util.Arrays.copyOf(whole, whole.length - 60)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> readDeb(deb("data.tar", tar(true))))
                .hasMessage("a file is another name of one that did not come before it");
        byte[] bomb = deb("data.tar.xz", packed(".xz", new byte[1 << 20]));
        assertThatThrownBy(() -> DebPackage.read(
                        new ByteArrayInputStream(deb("data.tar.xz", packed(".xz", tar(false)))),
                        HashAlgorithm.SHA256,
                        2000))
                .hasMessageContaining("unpacks to more than 2000 bytes");
        assertThat(digests(readDeb(bomb).digests())).isEmpty();
    }
}
