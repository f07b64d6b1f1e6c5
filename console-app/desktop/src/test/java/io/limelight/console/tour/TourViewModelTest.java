package io.limelight.console.tour;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TourViewModelTest {
    private final Set<TourStep> there = EnumSet.allOf(TourStep.class);
    private final AtomicInteger offered = new AtomicInteger();
    private final TourViewModel model = new TourViewModel(there::contains, offered::incrementAndGet);

    private List<TourStep> walk() {
        List<TourStep> seen = new ArrayList<>();
        for (model.start(); model.stepProperty().get().isPresent(); model.next()) {
            seen.add(model.stepProperty().get().get());
            assertThat(model.number()).isEqualTo(seen.size());
        }
        return seen;
    }

    @Test
    void fiveStepsAndThenItIsOver() {
        assertThat(walk()).containsExactly(TourStep.values()).hasSize(5);
        assertThat(walk()).hasSize(5);
    }

    @Test
    void whatIsNotThereIsLeftOut() {
        there.removeAll(EnumSet.of(TourStep.FLEET, TourStep.PALETTE));
        assertThat(walk()).containsExactly(TourStep.PAGES, TourStep.PAGE, TourStep.HELP);
        there.clear();
        assertThat(walk()).isEmpty();
    }

    @Test
    void whatGoesAwayMeanwhileIsPassedOver() {
        model.start();
        there.remove(TourStep.PAGES);
        model.next();
        assertThat(model.stepProperty().get()).contains(TourStep.PAGE);
        model.back();
        assertThat(model.stepProperty().get()).contains(TourStep.FLEET);
        model.back();
        assertThat(model.stepProperty().get()).contains(TourStep.FLEET);
    }

    @Test
    void itIsOfferedOnceAndNotForced() {
        model.offer();
        assertThat(offered).hasValue(1);
        assertThat(model.stepProperty().get()).isEmpty();
        model.decline();
        assertThat(model.offeredProperty().get()).isFalse();
        model.offer();
        model.start();
        assertThat(model.offeredProperty().get()).isFalse();
        model.end();
        assertThat(model.stepProperty().get()).isEmpty();
    }
}
