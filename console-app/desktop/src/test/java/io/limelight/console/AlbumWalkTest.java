package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Walks over every scene there is a picture of. */
@ResourceLock("javafx")
class AlbumWalkTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

    private static Walk walk;

    @BeforeAll
    static void walk() throws Exception {
        walk = Walk.over((words, _) -> Album.pictures(words, () -> NOON));
    }

    @Test
    void whatTheKeyboardReachesHasAName() {
        assertThat(walk.found(Walk.Kind.NAMELESS)).isEmpty();
    }

    @Test
    void everyTextComesFromABundle() {
        assertThat(walk.found(Walk.Kind.UNTRANSLATED)).isEmpty();
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
