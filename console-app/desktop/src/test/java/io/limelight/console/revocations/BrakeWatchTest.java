package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.revocations.BrakeWatch.News;
import io.limelight.console.revocations.BrakeWatch.What;
import io.limelight.console.revocations.Notice.State;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BrakeWatchTest {
    private static final Instant START = Instant.parse("2026-11-29T02:00:00Z");
    private static final Instant BEGAN = START.plusSeconds(60);

    private final BrakeWatch watch = new BrakeWatch(START);

    private static Brake holds(Instant since, long held) {
        return new Brake(true, since, held, 11, 10, 60);
    }

    private static Board board(Brake brake, State... states) {
        List<Notice> notices = IntStream.range(0, states.length)
                .mapToObj(i -> new Notice(
                        i,
                        "n" + i,
                        states[i],
                        "revocation",
                        "m" + i,
                        "ima.x",
                        "",
                        START,
                        true,
                        false,
                        Map.of(),
                        Notice.Said.NOTHING))
                .toList();
        return new Board(List.of(), notices, OptionalLong.empty(), brake, true, false);
    }

    private List<What> told(Board... boards) {
        return Arrays.stream(boards)
                .flatMap(board -> watch.told(board).stream())
                .map(News::what)
                .toList();
    }

    @Test
    void thatItHoldsIsSaidOnceHoweverManyMoreCome() {
        assertThat(told(
                        board(Brake.FREE),
                        board(holds(BEGAN, 1), State.HELD),
                        board(holds(BEGAN, 2), State.HELD, State.HELD),
                        board(holds(BEGAN, 37), State.HELD, State.HELD)))
                .containsExactly(What.HELD);
    }

    @Test
    void whatWasDecidedIsSeenByWhatBecameOfTheNotices() {
        assertThat(told(
                        board(holds(BEGAN, 2), State.HELD, State.HELD),
                        board(Brake.FREE, State.OPEN, State.DONE),
                        board(Brake.FREE, State.DONE, State.DONE)))
                .containsExactly(What.HELD, What.RELEASED);
        assertThat(told(
                        board(holds(BEGAN.plusSeconds(60), 2), State.HELD, State.DONE),
                        board(Brake.FREE, State.DISCARDED, State.DONE)))
                .containsExactly(What.HELD, What.DISCARDED);
    }

    @Test
    void whereNoticesAreNotSeenNothingIsClaimed() {
        assertThat(told(board(holds(BEGAN, 500)), board(Brake.FREE))).containsExactly(What.HELD, What.ENDED);
    }

    @Test
    void whatHeldBeforeTheConsoleWasThereIsNoNewsButItsEndIs() {
        Instant before = START.minusSeconds(3600);
        assertThat(told(board(holds(before, 3), State.HELD), board(holds(before, 4), State.HELD, State.HELD)))
                .isEmpty();
        assertThat(watch.told(board(Brake.FREE, State.DISCARDED, State.DISCARDED)))
                .contains(new News(What.DISCARDED, 4, "brake over " + before));
    }

    @Test
    void itCanHoldAgain() {
        assertThat(told(
                        board(holds(BEGAN, 1), State.HELD),
                        board(Brake.FREE, State.DONE),
                        board(holds(BEGAN.plusSeconds(5), 1), State.DONE, State.HELD)))
                .containsExactly(What.HELD, What.RELEASED, What.HELD);
        assertThat(watch.told(board(holds(BEGAN.plusSeconds(5), 0)))).isEmpty();
    }
}
