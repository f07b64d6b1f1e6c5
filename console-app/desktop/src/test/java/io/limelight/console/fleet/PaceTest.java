package io.limelight.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Manners towards the server. */
class PaceTest {
    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Test
    void aSlowServerIsAskedMoreSeldomAndRecoversByHalves() {
        Pace pace = new Pace(seconds(10));
        pace.after(seconds(1), true);
        assertThat(pace.every()).isEqualTo(seconds(10));
        pace.after(seconds(3), true);
        assertThat(pace.every()).isEqualTo(seconds(20));
        pace.after(seconds(5), true);
        assertThat(pace.every()).isEqualTo(seconds(40));
        // Answers in a time that the shorter pace would not bear keep it.
        pace.after(seconds(5), true);
        assertThat(pace.every()).isEqualTo(seconds(40));
        pace.after(seconds(1), true);
        assertThat(pace.every()).isEqualTo(seconds(20));
        pace.after(seconds(1), true);
        pace.after(seconds(1), true);
        assertThat(pace.every()).isEqualTo(seconds(10));
    }

    @Test
    void aSilentServerIsStillAskedEveryHalfMinute() {
        Pace pace = new Pace(seconds(5));
        for (int i = 0; i < 9; i++) {
            pace.after(seconds(0.1), false);
        }
        assertThat(pace.every()).isEqualTo(seconds(30));
        for (int i = 0; i < 9; i++) {
            pace.after(seconds(60), false);
        }
        assertThat(pace.every()).isEqualTo(seconds(120));
        Pace seldom = new Pace(seconds(300));
        seldom.after(seconds(0), false);
        assertThat(seldom.every()).isEqualTo(seconds(300));
    }

    @Test
    void whatIsSwitchedOffStaysOff() {
        Pace pace = new Pace(Duration.ZERO);
        pace.after(seconds(60), false);
        assertThat(pace.every()).isZero();
        pace.wanted(seconds(1));
        assertThat(pace.every()).isEqualTo(seconds(1));
    }

    @Test
    void theMeterCountsTheLastMinute() {
        AtomicLong nanos = new AtomicLong(77);
        LoadMeter meter = new LoadMeter(nanos::get);
        for (int second = 0; second < 120; second++) {
            meter.count();
            meter.count();
            nanos.addAndGet(1_000_000_000L);
        }
        assertThat(meter.perSecond()).isBetween(1.9, 2.0);
        nanos.addAndGet(3_600_000_000_000L);
        assertThat(meter.perSecond()).isZero();
    }
}
