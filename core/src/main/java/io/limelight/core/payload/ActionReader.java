package io.limelight.core.payload;

/** Agents that read an {@code action_list}, each in its own way (certificate reference §4.4, §4.6). */
public enum ActionReader {
    /** Ours: names with or without extension, programs and Python modules, any separator. */
    LIMELIGHT,
    /** Today's Rust agent as it is built and packaged: whole file names of programs, made executable where they stand on lines. */
    RUST,
    /** Keylime's Python agent, before 7.0: names of modules without extension, between commas alone. */
    OLD_PYTHON
}
