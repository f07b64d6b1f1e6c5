package io.limelight.core.policy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are much alike, as those of files are, find places of their own. */
class DigestIndexTest {
    private static final int NAMES = 20_000;

    /** With evenly spread places, half of them taken, the longest row of 20,000 is some 60 long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/load/module-%06d.so",
                "/usr/lib/modules/6.12.0-amd64/kernel/drivers/%d/driver.ko",
                "/a%d",
                "%08d",
                "%016d",
                "/opt/%x/bin",
                "/usr/share/doc/%06d000000000000"
            })
    void numberedNamesDoNotCrowd(String pattern) {
        byte[][] names = new byte[NAMES][];
        for (int i = 0; i < NAMES; i++) {
            names[i] = String.format(Locale.ROOT, pattern, i).getBytes(StandardCharsets.UTF_8);
        }
        for (long seed : new long[] {0, 0x0123456789abcdefL}) {
            DigestIndex.Builder builder = new DigestIndex.Builder(seed);
            int added = 0;
            for (byte[] name : names) {
                added += builder.name(name) ? 1 : 0;
            }
            assertThat(added).as("names that were not there before").isEqualTo(NAMES);
            assertThat(builder.build().longestRow()).as("seed %x", seed).isLessThan(200);
        }
    }
}
