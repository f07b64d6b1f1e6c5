package io.limelight.core.ima;

import java.util.Optional;

/**
 * Whether a file that somebody names is a measurement list at all. One in which something is wrong is evidence; one that is none
 * is the wrong file, and judging it would say of the machine what is true of the file.
 */
public final class MeasurementListFile {
    private static final int PCR_BYTES = 4;

    private MeasurementListFile() {}

    /** Why these bytes are no measurement list as the kernel prints it, as the end of a sentence; empty if they are one. */
    public static Optional<String> problem(byte[] list) {
        if (list.length == 0) {
            return Optional.of("is empty: copy ascii_runtime_measurements on the machine, as root");
        }
        if (isBinary(list)) {
            return Optional.of("is the binary list (binary_runtime_measurements): give ascii_runtime_measurements,"
                    + " which lies beside it");
        }
        return hasEntry(list) ? Optional.empty() : Optional.of("holds not one entry of a measurement list");
    }

    /** Whether it begins with the number of a PCR in four bytes, whatever their order; no text holds a NUL there. */
    public static boolean isBinary(byte[] list) {
        for (int i = 0; i < Math.min(PCR_BYTES, list.length); i++) {
            if (list[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasEntry(byte[] list) {
        ImaEntry entry = new ImaEntry();
        for (int at = 0; at < list.length; ) {
            int found = ByteSearch.indexOf(list, at, list.length, (byte) '\n');
            int end = found < 0 ? list.length : found;
            if (entry.read(list, at, end) == ImaEntry.Outcome.ENTRY) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }
}
