package io.limelight.console.payloads;

/** How a payload travels and what becomes of it on the machine. */
public enum PayloadMode {
    /** The files of a flat folder beside an identity of the machine's own ({@code --cert}, {@code --include}). */
    CERTIFICATE_PACKAGE,
    /** A folder as one archive, which the machine unpacks and whose {@code autorun.sh} it runs ({@code -f} with a zip). */
    ZIP,
    /** One file, left on the machine as it is ({@code -f}). */
    SINGLE_FILE,
    /** A key alone, for something that travels another way ({@code -k}). */
    KEY_ONLY
}
