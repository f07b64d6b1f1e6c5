package io.limelight.core.policy.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Ramdisks in every compression, and hostile ones. */
class InitialRamdiskTest {
    private static final String FOLDER = "create-runtime-policy/initrds/";
    private static final JsonNode EXPECTED = Fixtures.json(FOLDER + "expected.json");
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    static Stream<String> images() {
        return EXPECTED.get("main_archive_offset").propertyNames().stream();
    }

    private static Map<String, String> digests(byte[] image) throws IOException {
        return digests(InitialRamdisk.read(new ByteArrayInputStream(image), HashAlgorithm.SHA256));
    }

    private static Map<String, String> digests(InitialRamdisk.Contents contents) {
        Map<String, String> found = new TreeMap<>();
        contents.digests().forEach((name, digests) -> found.put(name, String.join(" ", digests)));
        return found;
    }

    @ParameterizedTest
    @MethodSource("images")
    void everyImageGivesTheSameFiles(String image) throws Exception {
        for (HashAlgorithm algorithm : new HashAlgorithm[] {HashAlgorithm.SHA1, HashAlgorithm.SHA256}) {
            Map<String, String> expected = new TreeMap<>();
            EXPECTED.at("/digests/" + algorithm.wireName())
                    .properties()
                    .forEach(file ->
                            expected.put(file.getKey(), file.getValue().get(0).asString()));
            assertThat(digests(
                            InitialRamdisk.read(new ByteArrayInputStream(Fixtures.bytes(FOLDER + image)), algorithm)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void severalEarlyArchivesArePassedOver() throws Exception {
        byte[] early = archive(file("kernel/x86/microcode/GenuineIntel.bin", "microcode"));
        byte[] image = joined(early, new byte[100], early, new byte[7], gzip(archive(file("init", "abc"))));

        assertThat(digests(image)).containsOnly(Map.entry("/init", ABC));
    }

    @Test
    void theKernelsOwnLz4IsRead() throws Exception {
        byte[] archive = archive(file("init", "abc"));
        // One sequence of literals alone: a token, the rest of the length in bytes of 255, and the bytes.
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0xf0);
        int rest = archive.length - 15;
        for (; rest >= 255; rest -= 255) {
            block.write(255);
        }
        block.write(rest);
        block.writeBytes(archive);
        byte[] length = {(byte) block.size(), (byte) (block.size() >> 8), 0, 0};

        assertThat(digests(joined(HexFormat.of().parseHex("02214c18"), length, block.toByteArray())))
                .containsOnly(Map.entry("/init", ABC));
    }

    @Test
    void namesOfOneFileAllHaveItsData() throws Exception {
        byte[] image = archive(
                entry("bin/a", 0100755, 7, 3, ""),
                entry("bin/b", 0100755, 7, 3, ""),
                entry("bin/c", 0100755, 7, 3, "abc"),
                entry("bin/d", 0100755, 8, 2, ""),
                entry("bin/dir", 0040755, 9, 2, ""),
                entry("bin/link", 0120777, 10, 1, "c"));

        assertThat(digests(image))
                .containsOnly(
                        Map.entry("/bin/a", ABC),
                        Map.entry("/bin/b", ABC),
                        Map.entry("/bin/c", ABC),
                        Map.entry("/bin/d", EMPTY));
    }

    @Test
    void aBombIsRefusedBeforeItIsUnpacked() throws Exception {
        byte[] bomb = gzip(archive(entry("zeros", 0100644, 1, 1, "\0".repeat(3 << 20))));
        assertThat(bomb).hasSizeLessThan(10_000);
        assertThatThrownBy(() -> InitialRamdisk.read(new ByteArrayInputStream(bomb), HashAlgorithm.SHA256, 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 1 MiB");
        String lying = new String(entry("init", 0100755, 1, 1, ""), StandardCharsets.ISO_8859_1)
                .replaceFirst("(?s)^(.{54}).{8}", "$1ffffffff");
        assertThatThrownBy(() -> digests(archive(lying.getBytes(StandardCharsets.ISO_8859_1))))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000000000",
                "30373037303",
                "894c5a4f000d0a1a0a",
                "28b52ffd",
                "28b52ffdffffffffffff",
                "fd377a585a000000",
                "fd377a585a0000ff12d941",
                "1f8b0800000000000003",
                "425a6839",
                "04224d18ffff",
                "02214c18ffffff7f00",
                "02214c180400000000000000",
                "5d0000ffffffffffffffffffffffff00000000",
                "5d00008000ffffffffffffffff00",
                "7f454c46020101"
            })
    void whatIsNoRamdiskIsSaidToBeNone(String hex) {
        byte[] image = HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : hex + "0");
        assertThatThrownBy(() -> digests(image)).isInstanceOf(IOException.class).hasMessageMatching("(?s).+");
    }

    @ParameterizedTest
    @MethodSource("images")
    void aDamagedImageIsAnErrorOrOtherFilesAndNeverMore(String image) {
        byte[] whole = Fixtures.bytes(FOLDER + image);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) 0x55;
            readOrRefuse(damaged);
            readOrRefuse(java.util.Arrays.copyOf(whole, at));
        }
    }

    private static void readOrRefuse(byte[] image) {
        try {
            InitialRamdisk.read(new ByteArrayInputStream(image), HashAlgorithm.SHA256, 1 << 20);
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    // --- archives ---

    private static byte[] file(String name, String data) {
        return entry(name, 0100755, 1, 1, data);
    }

    private static byte[] entry(String name, int mode, int inode, int links, String data) {
        return joined(
                padded((String.format(
                                        "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
                                        inode, mode, 0, 0, links, 0, data.length(), 0, 0, 0, 0, name.length() + 1, 0)
                                + name + "\0")
                        .getBytes(StandardCharsets.US_ASCII)),
                padded(data.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] padded(byte[] bytes) {
        return java.util.Arrays.copyOf(bytes, (bytes.length + 3) & ~3);
    }

    private static byte[] archive(byte[]... entries) {
        return joined(joined(entries), entry("TRAILER!!!", 0, 0, 1, ""));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
