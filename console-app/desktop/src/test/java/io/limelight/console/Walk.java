package io.limelight.console;

import io.limelight.console.OnScreen.Look;
import io.limelight.console.pictures.Picture;
import io.limelight.console.theme.Theme;
import io.limelight.console.words.Words;
import io.limelight.console.words.Words.Pseudo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.scene.Scene;

/**
 * Walks over scenes and keeps what is wrong with them. To make a scene costs more than to look at it, so each is made once in English and
 * once in the pseudo-language, and looked at in every theme and size.
 */
final class Walk {
    /** What may be wrong. */
    enum Kind {
        /** The keyboard reaches what nobody can name. */
        NAMELESS,
        /** Text of no bundle. */
        UNTRANSLATED,
        /** Text that is hard to read in the light. */
        FAINT_IN_THE_LIGHT,
        /** Text that is hard to read in the dark. */
        FAINT_IN_THE_DARK,
        /** Text cut off in a longer language. */
        CUT_WHEN_LONGER,
        /** Text cut off at twice the size. */
        CUT_WHEN_LARGER
    }

    private static final Words ENGLISH = Words.english();
    private static final Words PSEUDO = new Words(Locale.ENGLISH, Pseudo.ON);

    private final Map<Kind, List<String>> found = new EnumMap<>(Kind.class);

    /** Scenes in a language whose controls follow a size of text. */
    @FunctionalInterface
    interface Scenes {
        List<Picture> in(Words words, DoubleProperty textScale);
    }

    private Walk() {
        for (Kind kind : Kind.values()) {
            found.put(kind, new ArrayList<>());
        }
    }

    /** Walks over all of them. */
    static Walk over(Scenes scenes) throws Exception {
        OnScreen.start();
        Walk walk = new Walk();
        walk.in(
                ENGLISH,
                scenes,
                new Step(Theme.Choice.LIGHT, 1, List.of(Kind.NAMELESS, Kind.FAINT_IN_THE_LIGHT)),
                new Step(Theme.Choice.DARK, 1, List.of(Kind.FAINT_IN_THE_DARK)),
                new Step(Theme.Choice.LIGHT, 2, List.of(Kind.CUT_WHEN_LARGER)));
        walk.in(PSEUDO, scenes, new Step(Theme.Choice.LIGHT, 1, List.of(Kind.UNTRANSLATED, Kind.CUT_WHEN_LONGER)));
        return walk;
    }

    /** What was found of a kind, with the name of the scene. */
    List<String> found(Kind kind) {
        return found.getOrDefault(kind, List.of());
    }

    private record Step(Theme.Choice choice, double textScale, List<Kind> kinds) {}

    private void in(Words words, Scenes scenes, Step... steps) throws Exception {
        DoubleProperty textScale = new SimpleDoubleProperty(1);
        for (Picture picture : scenes.in(words, textScale)) {
            List<Look> looks = new ArrayList<>();
            for (int i = 0; i < steps.length; i++) {
                Step step = steps[i];
                double next = i + 1 < steps.length ? steps[i + 1].textScale() : 1;
                Consumer<Scene> eye = scene -> {
                    step.kinds().forEach(kind -> look(kind, picture, scene));
                    textScale.set(next);
                };
                looks.add(new Look(step.choice(), step.textScale(), eye));
            }
            OnScreen.look(picture.scene(), picture.ready(), 1440, 900, looks);
            OnScreen.ask(() -> {
                picture.done().run();
                return true;
            });
        }
    }

    private void look(Kind kind, Picture picture, Scene scene) {
        Function<Scene, List<String>> eye = switch (kind) {
            case NAMELESS -> Findings::nameless;
            case UNTRANSLATED -> Findings::untranslated;
            case FAINT_IN_THE_LIGHT, FAINT_IN_THE_DARK -> Findings::faint;
            case CUT_WHEN_LONGER, CUT_WHEN_LARGER -> Findings::cut;
        };
        eye.apply(scene)
                .forEach(each ->
                        found.computeIfAbsent(kind, _ -> new ArrayList<>()).add(picture.name() + ": " + each));
    }
}
