package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.pictures.Picture;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.words.Words.Pseudo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import javafx.scene.Scene;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Walks over every scene there is a picture of. */
@ResourceLock("javafx")
class AlbumWalkTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final Words ENGLISH = Words.english();
    private static final Words PSEUDO = new Words(Locale.ENGLISH, Pseudo.ON);

    @BeforeAll
    static void start() throws Exception {
        OnScreen.start();
    }

    private static List<String> walk(
            Words words, Theme.Choice choice, double scale, Function<Scene, List<String>> finding) throws Exception {
        List<Picture> pictures = Album.pictures(words, () -> NOON);
        assertThat(pictures).isNotEmpty();
        List<String> all = new ArrayList<>();
        for (Picture picture : pictures) {
            OnScreen.look(picture.scene(), choice, scale, 1440, 900, finding)
                    .forEach(each -> all.add(picture.name() + ": " + each));
            OnScreen.ask(() -> {
                picture.done().run();
                return true;
            });
        }
        return all;
    }

    @Test
    void whatTheKeyboardReachesHasAName() throws Exception {
        assertThat(walk(ENGLISH, Theme.Choice.LIGHT, 1, Findings::nameless)).isEmpty();
    }

    @Test
    void everyTextComesFromABundle() throws Exception {
        assertThat(walk(PSEUDO, Theme.Choice.LIGHT, 1, Findings::untranslated)).isEmpty();
    }

    @Test
    void everyTextIsReadableInTheLight() throws Exception {
        assertThat(walk(ENGLISH, Theme.Choice.LIGHT, 1, Findings::faint)).isEmpty();
    }

    @Test
    void everyTextIsReadableInTheDark() throws Exception {
        assertThat(walk(ENGLISH, Theme.Choice.DARK, 1, Findings::faint)).isEmpty();
    }

    @Test
    void nothingIsCutInALongerLanguage() throws Exception {
        assertThat(walk(PSEUDO, Theme.Choice.LIGHT, 1, Findings::cut)).isEmpty();
    }

    @Test
    void nothingIsCutAtTwiceTheSize() throws Exception {
        assertThat(walk(ENGLISH, Theme.Choice.LIGHT, 2, Findings::cut)).isEmpty();
    }
}
