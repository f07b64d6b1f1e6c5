package io.limelight.console.shell;

import io.limelight.console.theme.Glyph;

/**
 * Something that can be done from anywhere: in the palette, by its keys, in the list of shortcuts.
 *
 * @param key stable, that of its {@link io.limelight.console.keys.KeyAct}: {@code text.larger}
 * @param text translated
 * @param glyph its icon
 * @param run does it, on the screen's thread
 */
public record ShellAction(String key, String text, Glyph glyph, Runnable run) {}
