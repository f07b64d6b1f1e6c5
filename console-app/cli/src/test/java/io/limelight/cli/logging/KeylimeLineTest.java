package io.limelight.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.config.LoggingConfig;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeylimeLineTest {
    private static final ZonedDateTime TIME = ZonedDateTime.of(2026, 8, 3, 7, 4, 9, 123_000_000, ZoneId.of("UTC"));

    /** Expected texts are what Python's strftime gives for this time. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%Y-%m-%d %H:%M:%S|2026-08-03 07:04:09",
                "%a %A %b %B %j|Mon Monday Aug August 215",
                "%I:%M %p %y|07:04 AM 26",
                "%z %Z|+0000 UTC",
                "100%% %Q.|100% .",
                "trailing %|trailing %"
            })
    void datesAreThoseOfStrftime(String format, String expected) {
        assertThat(new StrfTime(format).format(TIME)).isEqualTo(expected);
        assertThat(new StrfTime("%I %p").format(TIME.withHour(0))).isEqualTo("12 AM");
        assertThat(new StrfTime("%I %p").format(TIME.withHour(12))).isEqualTo("12 PM");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%(name)s - %(levelname)s - %(message)s|keylime.tenant - INFO - hello",
                "%(levelname)-8s:%(message)s|%(levelname)-8s:hello",
                "[%(threadName)s]%(reqidf)s%(unknown)s|[main] (reqid=1)",
                "%(msecs)03d %(|123 %(",
                "%()s %(message|%()s %(message",
                "%%(message)s|%hello",
                "plain|plain"
            })
    void fieldsAreFilledInAndWhatIsNoneIsText(String format, String expected) {
        LoggingConfig config = new LoggingConfig(LoggingConfig.Level.INFO, format, "%H", false, List.of());
        assertThat(new KeylimeLine(config)
                        .format(new KeylimeLine.Parts(
                                TIME.toInstant(), "keylime.tenant", "INFO", "hello", "main", " (reqid=1)")))
                .isEqualTo(expected + "\n");
    }

    @Test
    void theShippedFormatIsKeylimes() {
        String line = new KeylimeLine(LoggingConfig.shipped())
                .format(new KeylimeLine.Parts(Instant.now(), "keylime.tenant", "INFO", "hello", "main", ""));
        assertThat(line)
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} - keylime\\.tenant - INFO - hello\n");
    }
}
