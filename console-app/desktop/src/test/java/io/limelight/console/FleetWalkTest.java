package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.machines.FleetScenes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Walks the overview and the machines of a made-up fleet in every state: names, contrast, words, and nothing cut off. */
@ResourceLock("javafx")
class FleetWalkTest {
    private static Walk walk;

    @BeforeAll
    static void walk() throws Exception {
        walk = Walk.over(FleetScenes::pictures);
    }

    @Test
    void whatTheKeyboardReachesHasAName() {
        assertThat(walk.found(Walk.Kind.NAMELESS)).isEmpty();
    }

    @Test
    void everyTextIsReadableInTheLight() {
        assertThat(walk.found(Walk.Kind.FAINT_IN_THE_LIGHT)).isEmpty();
    }

    @Test
    void everyTextIsReadableInTheDark() {
        assertThat(walk.found(Walk.Kind.FAINT_IN_THE_DARK)).isEmpty();
    }

    @Test
    void nothingIsCutInALongerLanguage() {
        assertThat(walk.found(Walk.Kind.CUT_WHEN_LONGER)).isEmpty();
    }

    @Test
    void nothingIsCutAtTwiceTheSize() {
        assertThat(walk.found(Walk.Kind.CUT_WHEN_LARGER)).isEmpty();
    }
}
