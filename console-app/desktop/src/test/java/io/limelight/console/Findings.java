package io.limelight.console;

import io.limelight.console.harness.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.TextInputControl;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.paint.Paint;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.javafx.FontIcon;

/** What is wrong with a scene, as sentences. */
public final class Findings {
    /** What is no word of any language: data, numbers, names of keys and of samples, masked secrets. */
    private static final Pattern NO_WORDS = Pattern.compile(
            "(?i)[^\\p{L}]*|sample.*|sa|mple-\\d+|(?:state|tag): [a-z]+|[0-9a-f-]{36}|(?:Ctrl|Shift|Alt|Enter|F\\d+|[-+↵ ]|\\w(?!\\w))*|age:>1x|.*\\bUTC\\b.*|[●•]*");

    private static final double READABLE = 4.5;

    private Findings() {}

    /** Nodes that the keyboard reaches and nobody can name. */
    public static List<String> nameless(Scene scene) {
        List<String> found = new ArrayList<>();
        Names.walk(scene.getRoot(), node -> {
            if (node.isFocusTraversable() && !inner(node) && Names.of(node).isBlank()) {
                found.add("no name: " + describe(node));
            }
        });
        return found;
    }

    /** Text that did not come from a bundle; the scene must speak the pseudo-language. */
    public static List<String> untranslated(Scene scene) {
        List<String> found = new ArrayList<>();
        Names.walk(scene.getRoot(), node -> {
            if (node instanceof Text text
                    && !(node instanceof FontIcon)
                    && !data(node)
                    && !text.getText().isBlank()
                    && text.getText().indexOf('[') < 0
                    && text.getText().indexOf(']') < 0
                    && !NO_WORDS.matcher(text.getText().strip()).matches()) {
                found.add("not from a bundle: \"" + text.getText() + "\" in " + describe(node));
            }
        });
        return found;
    }

    /** Text that stands out too little from what is behind it. */
    public static List<String> faint(Scene scene) {
        List<String> found = new ArrayList<>();
        Names.walk(scene.getRoot(), node -> {
            if (node instanceof Text text
                    && !(node instanceof FontIcon)
                    && !text.getText().isBlank()
                    && !disabled(node)
                    && text.getFill() instanceof Color ink) {
                Color ground = ground(node);
                double contrast = contrast(over(ink, ground), ground);
                if (contrast < READABLE) {
                    found.add(String.format(
                            Locale.ROOT,
                            "%.2f:1 is too faint: \"%s\" %s on %s in %s",
                            contrast,
                            text.getText(),
                            ink,
                            ground,
                            describe(node)));
                }
            }
        });
        return found;
    }

    /** Labels that do not show all of their text, though nothing says that they may be cut. */
    public static List<String> cut(Scene scene) {
        List<String> found = new ArrayList<>();
        Names.walk(scene.getRoot(), node -> {
            if (node instanceof Labeled labeled
                    && labeled.getText() != null
                    && !labeled.getText().isBlank()
                    && !mayCut(node)) {
                Node drawn = labeled.getChildrenUnmodifiable().stream()
                        .filter(child -> child instanceof Text && !(child instanceof FontIcon) && child.isVisible())
                        .findFirst()
                        .orElse(null);
                String whole = labeled.getText().replace("_", "");
                if (drawn instanceof Text text
                        && !text.getText().replace("_", "").equals(whole)) {
                    found.add("cut: \"" + whole + "\" is drawn as \"" + text.getText() + "\" in " + describe(node));
                }
            }
        });
        return found;
    }

    private static boolean mayCut(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (each.getStyleClass().contains("may-cut")) {
                return true;
            }
        }
        return false;
    }

    private static boolean data(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (each instanceof TextInputControl
                    || each.getStyleClass().contains("mono")
                    || each.getStyleClass().contains("data")
                    || each.getStyleClass().contains("glyph")) {
                return true;
            }
        }
        return false;
    }

    /** Parts of a control that the control speaks for. */
    private static boolean inner(Node node) {
        if (node instanceof ScrollBar) {
            return true;
        }
        for (Node each = node.getParent(); each != null; each = each.getParent()) {
            if (each instanceof javafx.scene.control.TextInputControl
                    || each instanceof javafx.scene.control.ComboBoxBase
                    || (each instanceof javafx.scene.control.TabPane
                            && node.getStyleClass().contains("tab"))) {
                return true;
            }
        }
        return false;
    }

    private static boolean disabled(Node node) {
        for (Node each = node; each != null; each = each.getParent()) {
            if (each.isDisabled() || each.getOpacity() < 1) {
                return true;
            }
        }
        return false;
    }

    private static Color ground(Node node) {
        List<Color> layers = new ArrayList<>();
        for (Parent each = node.getParent(); each != null; each = each.getParent()) {
            Color fill = each instanceof Region region ? fill(region) : null;
            if (fill != null && fill.getOpacity() > 0) {
                layers.add(fill);
                if (fill.getOpacity() >= 1) {
                    break;
                }
            }
        }
        Color ground = Color.WHITE;
        for (Color layer : layers.reversed()) {
            ground = over(layer, ground);
        }
        return ground;
    }

    private static @Nullable Color fill(Region region) {
        Background background = region.getBackground();
        if (background == null || background.getFills().isEmpty() || region.getShape() != null) {
            return null;
        }
        // The last fill is the innermost: what is before it are borders.
        BackgroundFill last = background.getFills().getLast();
        Paint paint = last.getFill();
        return paint instanceof Color color ? color : null;
    }

    private static Color over(Color above, Color below) {
        double a = above.getOpacity();
        return Color.color(
                above.getRed() * a + below.getRed() * (1 - a),
                above.getGreen() * a + below.getGreen() * (1 - a),
                above.getBlue() * a + below.getBlue() * (1 - a));
    }

    /** As WCAG 2.2 computes it. */
    static double contrast(Color one, Color other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(Color color) {
        return 0.2126 * linear(color.getRed()) + 0.7152 * linear(color.getGreen()) + 0.0722 * linear(color.getBlue());
    }

    private static double linear(double channel) {
        return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
    }

    private static String describe(Node node) {
        StringBuilder path = new StringBuilder();
        int depth = 0;
        for (Node each = node; each != null && depth < 4; each = each.getParent(), depth++) {
            path.insert(
                    0,
                    " > " + each.getClass().getSimpleName()
                            + (each.getStyleClass().isEmpty() ? "" : "." + String.join(".", each.getStyleClass())));
        }
        return path.substring(3);
    }
}
