package io.limelight.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers say, and what time makes of it. */
class StandingTest {
    private static final Instant NOW = Instant.parse("2026-11-28T20:00:00Z");
    private static final Staleness LIMIT = new Staleness(Duration.ofMinutes(5));

    @ParameterizedTest
    @CsvSource({
        // number, word of Limelight, passes -> state, reason
        "0,  '',             0, PROVING, NONE",
        "1,  '',             0, PROVING, NONE",
        "1,  waiting,        0, PROVING, NONE",
        // Reactivated: what it passed before says nothing.
        "1,  '',             9, PROVING, NONE",
        "1,  proving,        9, PROVING, NONE",
        "2,  '',             9, STALE,   PAUSED",
        "2,  paused,         9, STALE,   PAUSED",
        "3,  '',             0, PROVING, NONE",
        "3,  proving,        0, PROVING, NONE",
        "3,  '',             1, TRUSTED, NONE",
        "3,  trusted,        1, TRUSTED, NONE",
        "4,  '',             1, STALE,   NOT_ANSWERING",
        "4,  not_answering,  1, STALE,   NOT_ANSWERING",
        "5,  '',             0, PROVING, NONE",
        "5,  trusted,        1, TRUSTED, NONE",
        "6,  '',             1, STALE,   NOT_ANSWERING",
        "7,  given_up,       1, STALE,   GIVEN_UP",
        "8,  being_deleted,  1, STALE,   STOPPED",
        "9,  failed,         1, FAILED,  NONE",
        "9,  trusted,        1, FAILED,  NONE",
        "10, stopped,        1, STALE,   STOPPED",
        // Contradictions and what nobody knows are never green.
        "3,  failed,         1, FAILED,  NONE",
        "3,  paused,         1, STALE,   PAUSED",
        "3,  splendid,       1, PROVING, NONE",
        "-1, trusted,        1, PROVING, NONE",
        "99, trusted,        1, PROVING, NONE",
    })
    void whatAServerSaysIsMappedOnce(int number, String word, long passes, MachineState state, StaleReason reason) {
        assertThat(Standing.of(number, word, passes)).isEqualTo(new Standing(state, reason));
    }

    private static Machine machine(MachineState standing, Instant pass) {
        return new Machine(AgentId.of("m"), "", 0, standing, StaleReason.NONE, 3, 1, pass, pass, "", "", null);
    }

    private static StaleReason reason(Machine machine, Instant told) {
        return LIMIT.reason(machine, Optional.ofNullable(told), false, NOW);
    }

    @Test
    void nothingOldIsGreen() {
        Machine fresh = machine(MachineState.TRUSTED, NOW.minusSeconds(10));
        assertThat(reason(fresh, NOW.minusSeconds(5))).isEqualTo(StaleReason.NONE);
        assertThat(reason(machine(MachineState.TRUSTED, NOW.minusSeconds(301)), NOW))
                .isEqualTo(StaleReason.TOO_OLD);
        assertThat(reason(machine(MachineState.TRUSTED, null), NOW)).isEqualTo(StaleReason.TOO_OLD);
        // A list that nobody confirmed for long, whatever it says of its machines.
        assertThat(reason(fresh, NOW.minusSeconds(301))).isEqualTo(StaleReason.SERVER_SILENT);
        assertThat(reason(fresh, null)).isEqualTo(StaleReason.SERVER_SILENT);
        assertThat(reason(machine(MachineState.PROVING, null), NOW.minusSeconds(301)))
                .isEqualTo(StaleReason.SERVER_SILENT);
        // This computer's clock was set back.
        assertThat(reason(machine(MachineState.TRUSTED, NOW.plusSeconds(3600)), NOW))
                .isEqualTo(StaleReason.TOO_OLD);
        assertThat(reason(fresh, NOW.plusSeconds(3600))).isEqualTo(StaleReason.SERVER_SILENT);
    }

    @Test
    void aSilentVerifierIsNotBelievedForAsLongAsAPass() {
        Machine fresh = machine(MachineState.TRUSTED, NOW.minusSeconds(10));
        // One lost answer alarms nobody.
        assertThat(LIMIT.reason(fresh, Optional.of(NOW.minusSeconds(30)), true, NOW))
                .isEqualTo(StaleReason.NONE);
        assertThat(LIMIT.reason(fresh, Optional.of(NOW.minusSeconds(31)), true, NOW))
                .isEqualTo(StaleReason.SERVER_SILENT);
        assertThat(LIMIT.reason(fresh, Optional.of(NOW.minusSeconds(31)), false, NOW))
                .isEqualTo(StaleReason.NONE);
        // Who believes a pass for less believes a list for no more.
        assertThat(new Staleness(Duration.ofSeconds(20)).ofList(true)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void thatNobodyWatchesAMachineIsNotSaidBeforeTheVerifierHasBeenHeard() {
        Machine waiting = machine(MachineState.WAITING, null);
        assertThat(reason(waiting, null)).isEqualTo(StaleReason.SERVER_SILENT);
        assertThat(reason(waiting, NOW.minusSeconds(9000))).isEqualTo(StaleReason.NONE);
    }

    @Test
    void aFailureStaysOneWhoeverIsSilent() {
        assertThat(reason(machine(MachineState.FAILED, null), NOW.minusSeconds(9000)))
                .isEqualTo(StaleReason.NONE);
        assertThat(reason(machine(MachineState.REVOKED, null), null)).isEqualTo(StaleReason.NONE);
    }
}
