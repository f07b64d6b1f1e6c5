package io.limelight.console.theme;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javafx.application.ColorScheme;
import javafx.application.Platform;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.Scene;
import javafx.scene.text.Font;
import javafx.util.Subscription;

/**
 * How the console looks: light, dark or as the system, at a size of text. Scenes that are {@link #dress dressed} follow it live. The
 * theme below is AtlantaFX' Primer, set for each scene, so that a light and a dark one can stand side by side.
 */
public final class Theme {
    /** What a person chose. */
    public enum Choice {
        /** Ink on paper. */
        LIGHT,
        /** Ink on night. */
        DARK,
        /** As the system says, also when it changes its mind. */
        SYSTEM;

        /** Names keys of words: {@code light}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Smallest, usual and largest size of text, and a step between. */
    public static final double SMALLEST = 0.8;

    /** As designed. */
    public static final double USUAL = 1.0;

    /** Twice as designed. */
    public static final double LARGEST = 2.0;

    private static final double STEP = 0.1;
    /** Body text at 100 %. */
    private static final double BODY = 13;

    private static final String BASE = resource("base.css").toExternalForm();
    private static final String LIGHT = resource("light.css").toExternalForm();
    private static final String DARK = resource("dark.css").toExternalForm();
    private static final String SIZES = "data:text/css;charset=UTF-8;base64,";
    private static final List<String> FONTS =
            List.of("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf");

    private final ObjectProperty<Choice> choice;
    private final DoubleProperty textScale = new SimpleDoubleProperty(this, "textScale", USUAL);
    private final ReadOnlyBooleanWrapper dark = new ReadOnlyBooleanWrapper(this, "dark");
    private final Platform.Preferences system;

    /** Must be made on the screen's thread, once a window. */
    public Theme(Choice first) {
        choice = new SimpleObjectProperty<>(this, "choice", first);
        system = Platform.getPreferences();
        dark.bind(choice.flatMap(chosen -> system.colorSchemeProperty()
                .map(scheme -> chosen == Choice.DARK || (chosen == Choice.SYSTEM && scheme == ColorScheme.DARK))));
        loadFonts();
    }

    /** Light, dark or as the system. */
    public ObjectProperty<Choice> choiceProperty() {
        return choice;
    }

    /** Size of text, 0.8 to 2; what is set beyond is drawn as the nearest of these. */
    public DoubleProperty textScaleProperty() {
        return textScale;
    }

    /** Whether it is dark now. */
    public ReadOnlyBooleanProperty darkProperty() {
        return dark.getReadOnlyProperty();
    }

    /** Text a tenth larger. */
    public void larger() {
        scaleTo(textScale.get() + STEP);
    }

    /** Text a tenth smaller. */
    public void smaller() {
        scaleTo(textScale.get() - STEP);
    }

    /** Text as designed. */
    public void usualSize() {
        scaleTo(USUAL);
    }

    private void scaleTo(double scale) {
        textScale.set(Math.round(Math.clamp(scale, SMALLEST, LARGEST) * 10) / 10.0);
    }

    /** Dresses a scene, and again whenever something changes, until the result is unsubscribed. */
    public Subscription dress(Scene scene) {
        dressOnce(scene);
        return Subscription.combine(
                dark.subscribe(() -> dressOnce(scene)), textScale.subscribe(() -> dressOnce(scene)));
    }

    private void dressOnce(Scene scene) {
        boolean night = dark.get();
        scene.setUserAgentStylesheet(
                night ? new PrimerDark().getUserAgentStylesheet() : new PrimerLight().getUserAgentStylesheet());
        List<String> others =
                scene.getStylesheets().stream().filter(sheet -> !ours(sheet)).toList();
        scene.getStylesheets()
                .setAll(Stream.concat(Stream.of(BASE, night ? DARK : LIGHT, sizes()), others.stream())
                        .toList());
        scene.getPreferences().setColorScheme(night ? ColorScheme.DARK : ColorScheme.LIGHT);
    }

    private static boolean ours(String sheet) {
        return sheet.equals(BASE) || sheet.equals(LIGHT) || sheet.equals(DARK) || sheet.startsWith(SIZES);
    }

    /**
     * Sizes that are no em: the root's own, and icons, whose em is their own font. A style sheet and not a style of the root, since
     * menus, tooltips and popovers have roots of their own and take the style sheets of the scene they came from.
     */
    private String sizes() {
        double scale = Math.clamp(textScale.get(), SMALLEST, LARGEST);
        String rules = String.format(
                Locale.ROOT,
                ".root{-fx-font-size:%.2fpx;}.glyph{-fx-icon-size:%.1fpx;}.glyph.small{-fx-icon-size:%.1fpx;}"
                        + ".glyph.button-size{-fx-icon-size:%.1fpx;}.glyph.large{-fx-icon-size:%.1fpx;}",
                BODY * scale,
                16 * scale,
                14 * scale,
                15 * scale,
                24 * scale);
        return SIZES + Base64.getEncoder().encodeToString(rules.getBytes(StandardCharsets.UTF_8));
    }

    private static void loadFonts() {
        for (String name : FONTS) {
            try (InputStream font = resource("fonts/" + name).openStream()) {
                Font.loadFont(font, BODY);
            } catch (IOException e) {
                throw new UncheckedIOException("the font " + name + " of this program cannot be read", e);
            }
        }
    }

    private static URL resource(String name) {
        return Objects.requireNonNull(Theme.class.getResource(name), () -> name + " is not in this program");
    }
}
