package io.limelight.console.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableLayoutTest {
    private static final List<String> DESIGNED = List.of("check", "state", "age", "machine");

    @ParameterizedTest
    @ValueSource(strings = {"", ",,,", "state", "state:1", "::", ":12:shown", "state:1:shown:more", "\u202e"})
    void whatIsNoLayoutChangesNothing(String text) {
        assertThat(TableLayout.of(text).columns()).isEmpty();
        assertThat(TableLayout.of(text).order(DESIGNED)).isEqualTo(DESIGNED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "0", "NaN", "Infinity", "1e9", "wide"})
    void anOddWidthIsTheDesigned(String width) {
        assertThat(TableLayout.of("age:" + width + ":hidden").columns())
                .containsExactly(new TableLayout.Column("age", 0, false));
    }

    @Test
    void columnsOfAnotherReleaseAreLeftOutAndNewOnesStandWhereTheyWereDesigned() {
        TableLayout layout = TableLayout.of("machine:200:shown,gone:10:shown,state:0:hidden,machine:1:hidden");
        assertThat(layout.columns()).extracting(TableLayout.Column::id).containsExactly("machine", "gone", "state");
        assertThat(layout.order(DESIGNED)).containsExactly("check", "machine", "state", "age");
    }

    @Test
    void itIsReadAsItWasWritten() {
        TableLayout layout = new TableLayout(
                List.of(new TableLayout.Column("age", 81, true), new TableLayout.Column("state", 0, false)));
        assertThat(TableLayout.of(layout.text())).isEqualTo(layout);
    }
}
