package io.limelight.console.shell;

import io.limelight.console.theme.Theme;

/** A window comes back in the theme and with the size of text it was left with. */
final class LookMemory {
    private LookMemory() {}

    /** Looks as it was remembered, and remembers from now on. */
    static void follow(Theme theme, Remembered remembered) {
        remembered.get("theme").ifPresent(name -> {
            for (Theme.Choice choice : Theme.Choice.values()) {
                if (choice.key().equals(name)) {
                    theme.choiceProperty().set(choice);
                }
            }
        });
        remembered
                .number("text-scale")
                .ifPresent(scale -> theme.textScaleProperty().set(scale));
        theme.choiceProperty().subscribe((before, now) -> remembered.put("theme", now.key()));
        theme.textScaleProperty()
                .subscribe((before, now) -> remembered.put("text-scale", String.valueOf(now.doubleValue())));
    }
}
