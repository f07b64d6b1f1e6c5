package io.limelight.console.harness;

import io.limelight.console.work.ScreenThread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.event.Event;
import javafx.geometry.Bounds;
import javafx.geometry.Rectangle2D;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.control.TextInputControl;
import javafx.scene.image.WritableImage;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.robot.Robot;
import javafx.scene.text.Text;
import javafx.stage.Window;
import javax.imageio.ImageIO;

/**
 * Drives windows as a person does: finds what can be addressed, clicks and types. May be called from any thread but the screen's; each call
 * returns when the window has drawn what came of it.
 */
public final class Harness {
    private static final long PATIENCE_SECONDS = 180;
    private static final long DISABLED_SECONDS = 10;
    private static final int SETTLING_PULSES = 3;

    private final Supplier<? extends List<? extends Window>> windows;

    /** Of these windows, asked anew each time; the last one that is shown is on top. */
    public Harness(Supplier<? extends List<? extends Window>> windows) {
        this.windows = windows;
    }

    /** Something a person asked for cannot be done. */
    public static final class CannotException extends Exception {
        private static final long serialVersionUID = 1L;

        CannotException(String sentence) {
            super(sentence);
        }
    }

    /**
     * What can be addressed.
     *
     * @param address {@code #id}, else its name; {@code name[2]} is the second of that name
     * @param role {@code button}
     * @param name as read aloud
     * @param text what stands in an input, else empty
     * @param bounds on the screen
     * @param enabled whether it can be used
     * @param focused whether it has the keyboard
     */
    public record Addressable(
            String address,
            String role,
            String name,
            String text,
            Rectangle2D bounds,
            boolean enabled,
            boolean focused) {}

    private record Found(Addressable about, Node node) {}

    /** Everything that can be addressed now, in the order of reading. */
    public List<Addressable> list() throws InterruptedException, CannotException {
        // What has just come is not laid out yet.
        settle("");
        return onScreen(() -> found().stream().map(Found::about).toList());
    }

    /** Clicks into the middle of something, once it can be clicked; scrolls to it first. */
    public void click(String address) throws InterruptedException, CannotException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DISABLED_SECONDS);
        do {
            // Also, what has just come may still be moved by the next layout.
            settle("");
        } while (onScreen(() -> find(address).map(Found::about).filter(about -> !about.enabled()))
                        .isPresent()
                && System.nanoTime() < until);
        String trouble = onScreen(() -> {
            Optional<Found> found = find(address);
            if (found.isEmpty()) {
                return "Nothing is called \"" + address + "\".";
            }
            if (!found.get().about().enabled()) {
                return "\"" + address + "\" is disabled.";
            }
            Reveal.node(found.get().node());
            Node node = found.get().node();
            Bounds at = node.localToScreen(node.getLayoutBounds());
            Robot robot = new Robot();
            robot.mouseMove(at.getMinX() + at.getWidth() / 2, at.getMinY() + at.getHeight() / 2);
            robot.mouseClick(MouseButton.PRIMARY);
            return "";
        });
        settle(trouble);
    }

    /** Gives something the keyboard and types into it. */
    public void type(String address, String text) throws InterruptedException, CannotException {
        String trouble = onScreen(() -> {
            Optional<Found> found = find(address);
            if (found.isEmpty()) {
                return "Nothing is called \"" + address + "\".";
            }
            found.get().node().requestFocus();
            return "";
        });
        settle(trouble);
        type(text);
    }

    /** Types where the keyboard is. */
    public void type(String text) throws InterruptedException, CannotException {
        settle(onScreen(() -> {
            for (int i = 0; i < text.length(); ) {
                int codePoint = text.codePointAt(i);
                i += Character.charCount(codePoint);
                Node owner = focusOwner();
                if (owner == null) {
                    return "Nothing has the keyboard.";
                }
                Event.fireEvent(
                        owner,
                        new KeyEvent(
                                KeyEvent.KEY_TYPED,
                                Character.toString(codePoint),
                                "",
                                KeyCode.UNDEFINED,
                                false,
                                false,
                                false,
                                false));
            }
            return "";
        }));
    }

    /** Presses keys: {@code Enter}, {@code Ctrl+K}, {@code Shift+Tab}. */
    public void key(String keys) throws InterruptedException, CannotException {
        List<KeyCode> codes = new ArrayList<>();
        for (String part : keys.split("\\+", -1)) {
            codes.add(code(part.strip()));
        }
        settle(onScreen(() -> {
            Robot robot = new Robot();
            codes.forEach(robot::keyPress);
            codes.reversed().forEach(robot::keyRelease);
            return "";
        }));
    }

    /** Waits until something is there. */
    public Addressable await(String address) throws InterruptedException, CannotException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < until) {
            Optional<Addressable> found = onScreen(() -> find(address).map(Found::about));
            if (found.isPresent()) {
                return found.get();
            }
            settle("");
        }
        throw new CannotException("Nothing called \"" + address + "\" came within " + PATIENCE_SECONDS + " seconds.");
    }

    /** Draws the window on top into a file, the picture of its scene at any size. */
    public void snapshot(Path file) throws InterruptedException, CannotException {
        WritableImage image = onScreen(() -> {
            List<Scene> scenes = scenes();
            return scenes.isEmpty()
                    ? new WritableImage(1, 1)
                    : scenes.getFirst().snapshot(null);
        });
        try {
            ImageIO.write(SwingFXUtils.fromFXImage(image, null), "png", file.toFile());
        } catch (IOException e) {
            throw new CannotException("The picture cannot be written to " + file + ": " + e.getMessage());
        }
    }

    private static KeyCode code(String name) throws CannotException {
        String wanted = switch (name.toLowerCase(Locale.ROOT)) {
            case "ctrl" -> "CONTROL";
            case "cmd" -> "COMMAND";
            case "esc" -> "ESCAPE";
            case "del" -> "DELETE";
            case "space" -> "SPACE";
            case "plus" -> "PLUS";
            default -> name.toUpperCase(Locale.ROOT).replace(' ', '_');
        };
        for (KeyCode code : KeyCode.values()) {
            if (code.name().equals(wanted)
                    || (wanted.length() == 1 && code.getName().equals(wanted))) {
                return code;
            }
        }
        throw new CannotException("There is no key \"" + name + "\".");
    }

    private @org.jspecify.annotations.Nullable Node focusOwner() {
        List<Scene> scenes = scenes();
        return scenes.isEmpty() ? null : scenes.getLast().getFocusOwner();
    }

    private List<Scene> scenes() {
        return windows.get().stream()
                .filter(window -> window.isShowing() && window.getScene() != null)
                .map(Window::getScene)
                .toList();
    }

    private Optional<Found> find(String address) {
        List<Found> all = found();
        return all.stream()
                .filter(each -> each.about().address().equals(address))
                .findFirst()
                .or(() -> all.stream()
                        .filter(each -> each.about().name().equals(address))
                        .findFirst());
    }

    private List<Found> found() {
        List<Found> all = new ArrayList<>();
        Map<String, Integer> times = new HashMap<>();
        for (Scene scene : scenes()) {
            Names.walk(scene.getRoot(), node -> {
                if (addressable(node)) {
                    Bounds bounds = node.localToScreen(node.getLayoutBounds());
                    if (bounds != null) {
                        all.add(new Found(describe(node, bounds, times), node));
                    }
                }
            });
        }
        return all;
    }

    private static boolean addressable(Node node) {
        return node.isFocusTraversable()
                || (node.getId() != null && !node.getId().isEmpty() && !(node instanceof javafx.scene.layout.Pane))
                || (node instanceof Labeled && !Names.of(node).isEmpty());
    }

    private static Addressable describe(Node node, Bounds bounds, Map<String, Integer> times) {
        String name = Names.of(node);
        String plain = node.getId() != null && !node.getId().isEmpty()
                ? "#" + node.getId()
                : name.isEmpty() ? node.getClass().getSimpleName() : name;
        int time = times.merge(plain, 1, Integer::sum);
        String text = node instanceof TextInputControl input && !(node instanceof javafx.scene.control.PasswordField)
                ? String.valueOf(input.getText())
                : node instanceof Text drawn ? drawn.getText() : "";
        return new Addressable(
                time == 1 ? plain : plain + "[" + time + "]",
                node.getAccessibleRole() == null
                        ? "node"
                        : node.getAccessibleRole().name().toLowerCase(Locale.ROOT),
                name,
                text,
                new Rectangle2D(
                        bounds.getMinX(),
                        bounds.getMinY(),
                        Math.max(0, bounds.getWidth()),
                        Math.max(0, bounds.getHeight())),
                !node.isDisabled(),
                node.isFocused());
    }

    private static void settle(String trouble) throws InterruptedException, CannotException {
        if (!trouble.isEmpty()) {
            throw new CannotException(trouble);
        }
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        Platform.runLater(() -> new AnimationTimer() {
            private int pulses;

            @Override
            public void handle(long now) {
                if (++pulses >= SETTLING_PULSES) {
                    stop();
                    settled.complete(true);
                }
            }
        }.start());
        get(settled);
    }

    private static <T> T onScreen(Supplier<T> asked) throws InterruptedException {
        ScreenThread.refuse("Driving a window");
        CompletableFuture<T> answer = new CompletableFuture<>();
        Platform.runLater(() -> {
            try {
                answer.complete(asked.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return get(answer);
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the window made a mistake", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the window does not answer", e);
        }
    }
}
