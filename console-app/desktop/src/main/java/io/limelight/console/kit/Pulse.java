package io.limelight.console.kit;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import javafx.animation.Animation;
import javafx.animation.KeyFrame;
import javafx.animation.Timeline;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.stage.Window;
import javafx.util.Duration;

/**
 * One beat for everything in a scene that changes by itself; beats only while its window is shown and somebody listens. There is one of
 * a kind for each scene, kept in the scene, so a thousand labels cost one timer.
 */
final class Pulse {
    private final Set<Runnable> listeners = Collections.newSetFromMap(new WeakHashMap<>());
    private final Scene scene;
    private final Timeline timeline;

    private Pulse(Scene scene, Duration every) {
        this.scene = scene;
        timeline = new Timeline(new KeyFrame(every, beat -> beat()));
        timeline.setCycleCount(Animation.INDEFINITE);
        scene.windowProperty().flatMap(Window::showingProperty).orElse(false).subscribe(shown -> settle());
    }

    /**
     * Listens while {@code node} is in a scene. The listener must be held by the node: the pulse keeps none alive.
     *
     * @param kind names the pulse in the scene
     */
    static void whileInScene(Node node, String kind, Duration every, Runnable listener) {
        node.sceneProperty().subscribe((before, now) -> {
            if (before != null) {
                of(before, kind, every).remove(listener);
            }
            if (now != null) {
                of(now, kind, every).add(listener);
            }
        });
    }

    static Pulse of(Scene scene, String kind, Duration every) {
        return (Pulse)
                scene.getProperties().computeIfAbsent("limelight.pulse." + kind, name -> new Pulse(scene, every));
    }

    void add(Runnable listener) {
        listeners.add(listener);
        listener.run();
        settle();
    }

    void remove(Runnable listener) {
        listeners.remove(listener);
        settle();
    }

    /** For tests: how many listen. */
    int listening() {
        return listeners.size();
    }

    boolean beating() {
        return timeline.getStatus() == Animation.Status.RUNNING;
    }

    private void beat() {
        if (listeners.isEmpty()) {
            settle();
        }
        for (Runnable listener : Set.copyOf(listeners)) {
            listener.run();
        }
    }

    private void settle() {
        Window window = scene.getWindow();
        boolean wanted = !listeners.isEmpty() && window != null && window.isShowing();
        if (wanted && !beating()) {
            timeline.play();
        } else if (!wanted && beating()) {
            timeline.stop();
        }
    }
}
