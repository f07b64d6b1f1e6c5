package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadArchiveTest {
    private static final PayloadArchive.Bounds BOUNDS = new PayloadArchive.Bounds(16, 100_000);

    private static PayloadArchive read(byte[] zip) throws PayloadException {
        return PayloadArchive.read(zip, PayloadNames.AGENT_DEFAULTS, BOUNDS);
    }

    private static byte[] contents(PayloadArchive archive, PayloadArchive.Entry entry)
            throws PayloadException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        archive.unpack(entry, out::write);
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "a/../../etc/passwd",
                "..",
                "../",
                "/etc/passwd",
                "//etc/passwd",
                "C:/windows/x",
                "..\\..\\etc\\passwd",
                "a//b",
                "././../x",
                ".//etc/passwd",
                ".",
                "a/./b",
                "",
                "new\nline",
                "nul\0byte"
            })
    void pathsThatLeaveTheFolderAreRefusedBeforeAnythingIsUnpacked(String name) {
        assertThatThrownBy(() -> read(RawZip.of(RawZip.stored(name, "root::0:0"))))
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("refused")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "decrypted_payload",
                "DECRYPTED_Payload",
                "derived_tci_key",
                "derived_tci_key/x",
                "./derived_tci_key"
            })
    void namesTheAgentWritesItselfAreRefused(String name) {
        assertThatThrownBy(() -> read(RawZip.of(RawZip.stored(name, "x"))))
                .hasMessageContaining("the agent writes itself");
    }

    static Stream<Arguments> lies() {
        byte[] zeros = new byte[50_000];
        return Stream.of(
                Arguments.of("symbolic link", RawZip.of(RawZip.link("x", "/etc/shadow")), "a link"),
                Arguments.of("device", RawZip.of(RawZip.stored("x", "").mode(0020600)), "a link, a device"),
                Arguments.of("fifo", RawZip.of(RawZip.stored("x", "").mode(0010600)), "a link, a device"),
                Arguments.of(
                        "folder named as a file",
                        RawZip.of(RawZip.stored("x", "").mode(0040700)),
                        "not what its"),
                Arguments.of(
                        "file named as a folder",
                        RawZip.of(RawZip.stored("x/", "a").mode(0)),
                        "with contents"),
                Arguments.of("encrypted", RawZip.of(RawZip.stored("x", "a").flags(1)), "encrypted"),
                Arguments.of(
                        "strongly encrypted", RawZip.of(RawZip.stored("x", "a").flags(64)), "encrypted"),
                Arguments.of("bzip2", RawZip.of(RawZip.stored("x", "a").method(12)), "method 12"),
                Arguments.of("lzma", RawZip.of(RawZip.stored("x", "a").method(14)), "method 14"),
                Arguments.of("same name twice", RawZip.of(RawZip.stored("x", "1"), RawZip.stored("x", "2")), "twice"),
                Arguments.of(
                        "same name in another case",
                        RawZip.of(RawZip.stored("autorun.sh", "1"), RawZip.stored("AutoRun.sh", "2")),
                        "twice"),
                Arguments.of(
                        "file and folder of one name",
                        RawZip.of(RawZip.stored("x", "1"), RawZip.stored("x/y", "2")),
                        "folder is a file"),
                Arguments.of(
                        "two descriptions", RawZip.of(RawZip.stored("x", "1").locallyNamed("y")), "two different ways"),
                Arguments.of("points outside", RawZip.of(RawZip.stored("x", "1").at(1 << 20)), "points outside"),
                Arguments.of("not UTF-8", RawZip.of(RawZip.stored(new byte[] {(byte) 0xff}, new byte[1])), "UTF-8"),
                Arguments.of(
                        "longer than the archive",
                        RawZip.of(RawZip.stored("x", "1").compressedTo(5000)),
                        "two"),
                Arguments.of(
                        "sizes contradict", RawZip.of(RawZip.stored("x", "12").compressedTo(1)), "contradict"),
                Arguments.of(
                        "more than deflate can do",
                        RawZip.of(RawZip.deflated("x", zeros).claiming(99_000)),
                        "cannot be honest"),
                Arguments.of(
                        "bomb by sum",
                        RawZip.of(
                                RawZip.deflated("a", zeros), RawZip.deflated("b", zeros), RawZip.deflated("c", zeros)),
                        "more than the 100000 bytes"),
                Arguments.of(
                        "bomb by count",
                        RawZip.of(Stream.iterate(0, i -> i + 1)
                                .limit(17)
                                .map(i -> RawZip.stored("f" + i, ""))
                                .toArray(RawZip.Item[]::new)),
                        "17 entries"),
                Arguments.of(
                        "bomb by shared bytes",
                        RawZip.of(
                                RawZip.stored("a", "x".repeat(100)),
                                RawZip.stored("a", "x".repeat(100)).at(0).locallyNamed("a")),
                        "twice"),
                Arguments.of("far too deep", RawZip.of(RawZip.stored("a/".repeat(40) + "x", "1")), "folders deep"),
                Arguments.of("name too long", RawZip.of(RawZip.stored("x".repeat(300), "1")), "longer than 255"),
                Arguments.of("only an end", new byte[] {'P', 'K', 5, 6}, "no end record"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void archivesThatLieAreRefusedWithTheReason(String what, byte[] zip, String reason) {
        assertThatThrownBy(() -> read(zip))
                .as(what)
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void entriesThatShareTheirBytesAreRefused() {
        // The second entry's data begins inside the first one's: names agree, ranges overlap.
        byte[] inner = RawZip.of(RawZip.stored("inner", "0123456789"));
        byte[] local = Arrays.copyOf(inner, 30 + 5 + 10);
        RawZip zip = new RawZip().add(RawZip.stored("outer".getBytes(StandardCharsets.UTF_8), local));
        zip.add(RawZip.stored("inner", "0123456789").at(30 + 5));
        assertThatThrownBy(() -> read(zip.bytes())).hasMessageContaining("shares its bytes");
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of("checksum", RawZip.of(RawZip.stored("x", "hello").crc(1))),
                Arguments.of(
                        "unpacks to less",
                        RawZip.of(RawZip.deflated("x", new byte[100]).claiming(101))),
                Arguments.of(
                        "unpacks to more",
                        RawZip.of(RawZip.deflated("x", new byte[100]).claiming(99))),
                Arguments.of(
                        "no deflate stream",
                        RawZip.of(RawZip.stored("x", "\u0007\u0007\u0007\u0007").method(8))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damagedContentsAreNoticedWhenUnpacked(String what, byte[] zip) throws PayloadException {
        PayloadArchive archive = read(zip);
        assertThatThrownBy(() -> contents(archive, archive.entries().getFirst()))
                .as(what)
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("\"x\"");
    }

    @Test
    void everyTruncationOfAnArchiveIsRefused() {
        byte[] whole = RawZip.of(RawZip.stored("autorun.sh", "#!/bin/sh\n"), RawZip.deflated("d/x", new byte[500]));
        for (int length = 4; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(PayloadArchive.startsAsZip(cut)).isTrue();
            assertThatThrownBy(() -> read(cut)).isInstanceOf(PayloadException.class);
        }
    }

    @Test
    void anArchiveWithFoldersModesAndACommentIsRead() throws PayloadException, IOException {
        byte[] zip = new RawZip()
                .add(RawZip.stored("d/", "").mode(0040755))
                .add(RawZip.deflated("d/x", "hello".repeat(50).getBytes(StandardCharsets.UTF_8)))
                .add(RawZip.stored("autorun.sh", "#!/bin/sh\n").mode(0100755))
                .comment("made by hand")
                .bytes();
        PayloadArchive archive = read(zip);
        assertThat(archive.entries())
                .extracting(
                        PayloadArchive.Entry::name, PayloadArchive.Entry::directory, PayloadArchive.Entry::executable)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("d", true, true),
                        org.assertj.core.groups.Tuple.tuple("d/x", false, false),
                        org.assertj.core.groups.Tuple.tuple("autorun.sh", false, true));
        assertThat(contents(archive, archive.entries().get(1))).asString().isEqualTo("hello".repeat(50));
        assertThat(archive.unpackedSpace(4096)).isEqualTo(8192);
    }

    @Test
    void namesThatBeginWithTheFolderItselfAreThoseWithoutIt() throws PayloadException {
        byte[] zip = RawZip.of(
                RawZip.stored("./", "").mode(0040755),
                RawZip.stored("./autorun.sh", "#!/bin/sh\n").mode(0100755));
        assertThat(read(zip).entries()).extracting(PayloadArchive.Entry::name).containsExactly("autorun.sh");
        assertThatThrownBy(() -> read(RawZip.of(RawZip.stored("x", "1"), RawZip.stored("./X", "2"))))
                .hasMessageContaining("twice");
    }

    @Test
    void onlyBytesThatBeginAsAZipAreTakenForOne() {
        assertThat(PayloadArchive.startsAsZip("hello keylime\n".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(PayloadArchive.startsAsZip("PK plain text".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(PayloadArchive.startsAsZip(new byte[] {'P', 'K', 3})).isFalse();
        assertThat(PayloadArchive.startsAsZip(new byte[0])).isFalse();
        assertThat(PayloadArchive.startsAsZip(RawZip.of())).isTrue();
        assertThat(PayloadArchive.startsAsZip(RawZip.of(RawZip.stored("x", ""))))
                .isTrue();
    }

    @Test
    void packingIsStoredDeterministicAndReadableByOthers() throws PayloadException, IOException {
        Map<String, String> files = new java.util.TreeMap<>(Map.of("autorun.sh", "#!/bin/sh\n", "s/key", "secret"));
        byte[] first = pack(files);
        assertThat(pack(files)).isEqualTo(first);
        List<String> seen = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(first))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                seen.add(entry.getName() + "=" + new String(zip.readAllBytes(), StandardCharsets.UTF_8));
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
            }
        }
        assertThat(seen).containsExactly("autorun.sh=#!/bin/sh\n", "s/key=secret");
        assertThat(read(first).entries()).hasSize(2);
    }

    private static byte[] pack(Map<String, String> files) throws PayloadException {
        List<PayloadArchive.Source> sources = new ArrayList<>();
        files.forEach((name, text) ->
                sources.add(new PayloadArchive.Source(name, SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8)))));
        try (SecretBytes packed = PayloadArchive.pack(sources, PayloadNames.AGENT_DEFAULTS)) {
            return packed.apply(byte[]::clone);
        }
    }

    @Test
    void packingRefusesWhatUnpackingWould() {
        assertThatThrownBy(() -> pack(Map.of("../x", "1"))).isInstanceOf(PayloadException.class);
        assertThatThrownBy(() -> pack(Map.of("decrypted_payload", "1"))).hasMessageContaining("agent writes itself");
        assertThatThrownBy(() -> pack(Map.of("a", "1", "A", "2"))).hasMessageContaining("two files");
    }
}
