package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.limelight.core.http.RefusalLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("refusals of this test");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RefusalLog log = new RefusalLog(logger, () -> now);

    @BeforeEach
    void listen() {
        written.start();
        logger.addAppender(written);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(written);
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void floodFromOneAddressIsCutShortCountedAndDoesNotSilenceAnother() {
        for (int i = 0; i < 1_000; i++) {
            log.warn("192.0.2.1", "refused " + i);
        }
        log.warn("192.0.2.2", "refused too");

        assertThat(lines()).hasSize(11).contains("refused 0", "refused 9", "refused too");

        now = now.plus(Duration.ofSeconds(61));
        log.warn("192.0.2.1", "refused again");

        assertThat(lines().getLast()).isEqualTo("refused again (990 more refusals of 192.0.2.1 were not written)");
    }

    @Test
    void clockSetBackDoesNotSilenceForAsLong() {
        for (int i = 0; i < 20; i++) {
            log.warn("192.0.2.1", "refused");
        }
        now = now.minus(Duration.ofDays(1));
        log.warn("192.0.2.1", "refused yesterday");

        assertThat(lines().getLast()).startsWith("refused yesterday");
    }
}
