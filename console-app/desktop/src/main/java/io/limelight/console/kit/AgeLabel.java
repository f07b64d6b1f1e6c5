package io.limelight.console.kit;

import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import org.jspecify.annotations.Nullable;

/** How long ago something was; grows older by itself. The very time is in its tooltip. */
public final class AgeLabel extends Label {
    private final InstantSource clock;
    private final Words words;
    private final Runnable age = this::age;
    private final ZoneId zone = ZoneId.systemDefault();
    private boolean ago;
    private @Nullable Instant instant;

    /** Shows {@code 3 min}; nothing yet. */
    public AgeLabel(InstantSource clock, Words words) {
        this.clock = clock;
        this.words = words;
        getStyleClass().add("age");
        setMinWidth(USE_PREF_SIZE);
        age();
        Ageing.whileInScene(this, age);
    }

    /** Shows {@code 3 min ago}. */
    public AgeLabel ago() {
        ago = true;
        age();
        return this;
    }

    /** When it was; null: never. */
    public void setInstant(@Nullable Instant when) {
        instant = when;
        if (when == null) {
            setTooltip(null);
        } else {
            String exact = Ages.exact(words, when, zone);
            Tooltip tooltip = getTooltip();
            if (tooltip == null) {
                setTooltip(new Tooltip(exact));
            } else {
                tooltip.setText(exact);
            }
        }
        age();
    }

    private void age() {
        Instant when = instant;
        if (when == null) {
            setText(words.of("kit.age.never"));
            setAccessibleText(words.of("kit.age.never"));
            return;
        }
        Duration passed = Duration.between(when, clock.instant());
        String spoken = Ages.ago(words, passed);
        String text = ago ? spoken : Ages.text(words, passed);
        if (!text.equals(getText())) {
            setText(text);
            setAccessibleText(spoken);
        }
    }
}
