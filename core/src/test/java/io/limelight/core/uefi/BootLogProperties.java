package io.limelight.core.uefi;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged logs: never anything but a log or the typed error. */
class BootLogProperties {
    private static final byte[] REAL = LogEditor.bytes(LogEditor.REAL);

    @Property(tries = 600)
    void aDamagedLogIsALogOrRefused(
            @ForAll @IntRange(max = 26477) int at, @ForAll @Size(min = 1, max = 8) byte[] damage) {
        byte[] bytes = REAL.clone();
        for (int i = 0; i < damage.length && at + i < bytes.length; i++) {
            bytes[at + i] = damage[i];
        }
        BootLogFuzz.readable(bytes);
    }

    @Property(tries = 300)
    void anyBytesAreALogOrRefused(@ForAll byte[] bytes) {
        BootLogFuzz.readable(bytes);
    }
}
