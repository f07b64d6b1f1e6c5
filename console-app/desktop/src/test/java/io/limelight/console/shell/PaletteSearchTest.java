package io.limelight.console.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.fleet.MachineState;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaletteSearchTest {
    private static PaletteEntry entry(PaletteEntry.Kind kind, String title, String detail) {
        return new PaletteEntry(kind, title, detail, null, null, "", () -> {}, null);
    }

    private final PaletteSearch search = new PaletteSearch(
            () -> List.of(
                    entry(PaletteEntry.Kind.PAGE, "Machines", ""),
                    entry(PaletteEntry.Kind.ACTION, "Refresh now", ""),
                    entry(PaletteEntry.Kind.ACTION, "Größerer Text", "")),
            typed -> IntStream.range(0, 500)
                    .mapToObj(i -> PaletteEntry.machine("web-" + i, "policy now", MachineState.TRUSTED, () -> {}))
                    .toList());

    private List<String> titles(String typed) {
        return search.find(typed).stream().map(PaletteEntry::title).toList();
    }

    @Test
    void nothingTypedShowsActionsAndPagesAndNoMachine() {
        assertThat(titles("  ")).containsExactlyInAnyOrder("Machines", "Refresh now", "Größerer Text");
    }

    @Test
    void everyPartMustBeFoundAndAccentsDoNotMatter() {
        assertThat(titles("grosserer")).isEmpty();
        assertThat(titles("groß text")).containsExactly("Größerer Text");
        assertThat(titles("refresh nowhere")).isEmpty();
    }

    @Test
    void aTitleGoesBeforeADetail() {
        assertThat(titles("now")).first().isEqualTo("Refresh now");
    }

    @Test
    void aPrefixAsksForOneKindAndLargeFleetsAreCut() {
        assertThat(titles(">now")).containsExactly("Refresh now");
        assertThat(titles("@web")).hasSize(12).allMatch(title -> title.startsWith("web-"));
    }

    @Test
    void patternsOfRegularExpressionsAreLetters() {
        assertThat(titles("(.*[")).isEmpty();
    }
}
