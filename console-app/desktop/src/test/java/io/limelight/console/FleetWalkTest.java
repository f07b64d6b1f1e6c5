package io.limelight.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.machines.FleetScenes;
import io.limelight.console.pictures.Picture;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.words.Words.Pseudo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import javafx.scene.Scene;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Walks the overview and the machines of a made-up fleet in every state: names, contrast, words, and nothing cut off. */
@ResourceLock("javafx")
class FleetWalkTest {
    private static final Words ENGLISH = Words.english();
    private static final Words PSEUDO = new Words(Locale.ENGLISH, Pseudo.ON);

    @BeforeAll
    static void start() throws Exception {
        OnScreen.start();
    }

    private static List<String> walk(
            Words words, Theme.Choice choice, double scale, Function<Scene, List<String>> finding) throws Exception {
        List<String> all = new ArrayList<>();
        for (Picture picture : FleetScenes.pictures(words, scale)) {
            OnScreen.look(picture.scene(), choice, scale, 1440, 900, finding)
                    .forEach(each -> all.add(picture.name() + ": " + each));
        }
        return all;
    }

    @Test
    void whatTheKeyboardReachesHasANameAndTextIsReadableInTheLight() throws Exception {
        assertThat(walk(
                        ENGLISH,
                        Theme.Choice.LIGHT,
                        1,
                        scene -> Stream.concat(Findings.nameless(scene).stream(), Findings.faint(scene).stream())
                                .toList()))
                .isEmpty();
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
