package io.limelight.console.words;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every word people see. A key is {@code group.name…}; the group names the bundle it is in ({@code words/machines.properties} holds
 * {@code machines.title}), so that a page brings its own words. Texts are {@link MessageFormat} patterns. A key that is missing is a
 * fault, shown as the key itself: a test finds all of them, a person is better served by a key than by no window.
 */
public final class Words {
    private static final String FOLDER = "io.limelight.console.words.";

    /** A language that is not there is English, never that of the computer. */
    private static final ResourceBundle.Control AS_ASKED =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final Locale locale;
    private final Pseudo pseudo;
    private final Map<String, ResourceBundle> bundles = new ConcurrentHashMap<>();

    /** Whether words are stretched and accented, which shows what is cut off and what was never translated. */
    public enum Pseudo {
        /** As translated. */
        OFF,
        /** Longer, accented, in brackets: {@code [Mäçhïñéš öö]}. */
        ON
    }

    /** Words of a language. */
    public Words(Locale locale, Pseudo pseudo) {
        this.locale = locale;
        this.pseudo = pseudo;
    }

    /** English. */
    public static Words english() {
        return new Words(Locale.ENGLISH, Pseudo.OFF);
    }

    /** Whose conventions numbers and dates follow. */
    public Locale locale() {
        return locale;
    }

    /** The text of a key, with its arguments in place. */
    public String of(String key, Object... arguments) {
        int dot = key.indexOf('.');
        String group = dot < 0 ? key : key.substring(0, dot);
        ResourceBundle bundle =
                bundles.computeIfAbsent(group, name -> ResourceBundle.getBundle(FOLDER + name, locale, AS_ASKED));
        if (!bundle.containsKey(key)) {
            return key;
        }
        String pattern = bundle.getString(key);
        String text =
                new MessageFormat(pseudo == Pseudo.ON ? PseudoText.of(pattern) : pattern, locale).format(arguments);
        return text;
    }
}
