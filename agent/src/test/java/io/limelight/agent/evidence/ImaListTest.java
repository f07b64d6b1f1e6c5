package io.limelight.agent.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Slices of the IMA list, as wire reference §2.4 has them. */
class ImaListTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("ascii_runtime_measurements");
    }

    private static String lines(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "10 " + "ab".repeat(i % 7) + " ima-ng sha256:" + i + " /usr/bin/file" + i + "\n")
                .collect(Collectors.joining());
    }

    private static String text(ImaList.Slice slice) throws IOException {
        return switch (slice) {
            case ImaList.Lines lines -> lines.text();
            case ImaList.Region region -> {
                try (Reader reader = region.text().open()) {
                    yield reader.readAllAsString();
                }
            }
        };
    }

    private ImaList open(String content) throws IOException {
        Files.writeString(file(), content);
        return ImaList.open(file()).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 10", "3, 3, 3, 10", "9, 9, 9, 10", "10, 10, 10, 10", "11, 0, 0, 10", "4000000000, 0, 0, 10"})
    void aShorterListThanWantedIsSentWhole(long wanted, long entry, int from, int to) throws Exception {
        try (ImaList list = open(lines(0, 10))) {
            ImaList.Slice slice = list.from(wanted);
            assertThat(slice.entry()).isEqualTo(entry);
            assertThat(text(slice)).isEqualTo(lines(from, to));
        }
    }

    @Test
    void anEmptyListIsEmpty() throws Exception {
        try (ImaList list = open("")) {
            assertThat(list.from(0)).isEqualTo(new ImaList.Lines(0, ""));
            assertThat(list.from(5)).isEqualTo(new ImaList.Lines(0, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2048, 4095, 5000})
    void everyPositionInALongListIsFoundAlsoTheSecondTime(int wanted) throws Exception {
        try (ImaList list = open(lines(0, 5000))) {
            for (int i = 0; i < 3; i++) {
                ImaList.Slice slice = list.from(wanted);
                assertThat(slice.entry()).isEqualTo(wanted);
                assertThat(text(slice)).isEqualTo(lines(wanted, 5000));
            }
        }
    }

    @Test
    void whatTheKernelAddsIsInTheNextSlice() throws Exception {
        try (ImaList list = open(lines(0, 3000))) {
            assertThat(text(list.from(3000))).isEmpty();
            Files.writeString(file(), lines(3000, 3100), StandardOpenOption.APPEND);
            assertThat(list.from(3000)).isEqualTo(new ImaList.Lines(3000, lines(3000, 3100)));
            assertThat(text(list.from(2999))).isEqualTo(lines(2999, 3100));
        }
    }

    @Test
    void aLineThatIsStillBeingWrittenIsLeftForTheNextTime() throws Exception {
        try (ImaList list = open(lines(0, 2) + "10 unfinished")) {
            assertThat(list.from(1)).isEqualTo(new ImaList.Lines(1, lines(1, 2)));
            assertThat(list.from(2)).isEqualTo(new ImaList.Lines(2, ""));
            Files.writeString(file(), " now it is\n", StandardOpenOption.APPEND);
            assertThat(list.from(2)).isEqualTo(new ImaList.Lines(2, "10 unfinished now it is\n"));
        }
    }

    @Test
    void aListThatWasReplacedByAnotherIsReadFromItsStart() throws Exception {
        try (ImaList list = open(lines(0, 5000))) {
            list.from(5000);
            Files.writeString(file(), lines(0, 3), StandardOpenOption.TRUNCATE_EXISTING);
            assertThat(list.from(5000)).isEqualTo(new ImaList.Lines(0, lines(0, 3)));
            Files.writeString(file(), "x".repeat(400_000) + "\n" + lines(0, 3), StandardOpenOption.TRUNCATE_EXISTING);
            assertThat(text(list.from(2))).isEqualTo(lines(1, 3));
        }
    }

    @Test
    void aSliceLargerThanAnythingHonestIsAnError() throws Exception {
        try (ImaList list = open("")) {
            try (var sparse = new java.io.RandomAccessFile(file().toFile(), "rw")) {
                sparse.setLength(ImaList.MAX_SLICE + 2L);
                sparse.seek(ImaList.MAX_SLICE + 1L);
                sparse.write('\n');
            }
            assertThatThrownBy(() -> list.from(0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("longer than");
            assertThat(text(list.from(1))).isEmpty();
        }
    }

    /** Each of them is read from the file when it is sent, as often as it is asked for, and no further than it was complete. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1024, 5000})
    void aLongSliceIsNotHeldInMemory(int wanted) throws Exception {
        String content = lines(0, 12_000);
        try (ImaList list = open(content + "10 unfinished \u00e9")) {
            ImaList.Slice slice = list.from(wanted);
            assertThat(slice).isInstanceOf(ImaList.Region.class);
            Files.writeString(file(), " and more\n", StandardOpenOption.APPEND);
            assertThat(slice.entry()).isEqualTo(wanted);
            assertThat(text(slice)).isEqualTo(lines(wanted, 12_000)).isEqualTo(text(slice));
            assertThat(list.from(11_900)).isInstanceOf(ImaList.Lines.class);
        }
    }

    @Test
    void aLongSliceOfAFileThatBecameShorterIsAnErrorAndNoShorterSlice() throws Exception {
        try (ImaList list = open(lines(0, 12_000))) {
            ImaList.Slice slice = list.from(0);
            Files.writeString(file(), lines(0, 3), StandardOpenOption.TRUNCATE_EXISTING);
            assertThatThrownBy(() -> text(slice))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("shorter");
        }
    }

    @Test
    void aMissingListIsNoList() {
        assertThat(ImaList.open(folder.resolve("none"))).isEmpty();
        assertThat(ImaList.open(folder.resolve("none"), java.util.OptionalInt.of(9999)))
                .isEmpty();
    }
}
