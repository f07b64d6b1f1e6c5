package io.limelight.console.machines.evidence;

/**
 * One line of a decoded record.
 *
 * @param name of the field, as the standard has it: not translated
 * @param value printable
 * @param path for a reader of digests and paths: kept in monospace
 */
public record Field(String name, String value, boolean path) {
    /** Code, digest or path. */
    static Field mono(String name, String value) {
        return new Field(name, Printable.text(value, 4096), true);
    }

    /** Words. */
    static Field text(String name, String value) {
        return new Field(name, Printable.text(value, 4096), false);
    }
}
