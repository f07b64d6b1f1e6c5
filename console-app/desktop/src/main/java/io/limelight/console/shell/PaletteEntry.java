package io.limelight.console.shell;

import io.limelight.console.fleet.MachineState;
import io.limelight.console.kit.CommandLine;
import io.limelight.console.theme.Glyph;
import org.jspecify.annotations.Nullable;

/**
 * One line of the palette.
 *
 * @param kind what it is
 * @param title what is matched first, translated
 * @param detail beside it, matched too; may be empty
 * @param glyph its icon; null where it has a state
 * @param state of a machine
 * @param shortcut for people; may be empty
 * @param run goes there or does it
 * @param command the same as a command to copy
 */
public record PaletteEntry(
        Kind kind,
        String title,
        String detail,
        @Nullable Glyph glyph,
        @Nullable MachineState state,
        String shortcut,
        Runnable run,
        @Nullable CommandLine command) {
    /** What a line is; the order is that of their groups. */
    public enum Kind {
        /** Something to do. */
        ACTION,
        /** A machine. */
        MACHINE,
        /** A place. */
        PAGE;

        /** Names keys of words: {@code action}. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A machine. */
    public static PaletteEntry machine(String title, String detail, MachineState state, Runnable run) {
        return new PaletteEntry(Kind.MACHINE, title, detail, null, state, "", run, null);
    }
}
