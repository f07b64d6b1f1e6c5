package io.limelight.core.policy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.json.WireJson;
import io.limelight.core.tpm.Fixtures;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import io.limelight.core.uefi.LogEditor;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever log and whatever reference state: findings or the typed error, never anything else. */
class BootPolicyProperties {
    private static final byte[] REAL = LogEditor.bytes(LogEditor.REAL);
    private static final String REFERENCE = Fixtures.text("real-boot/boot-a.mb_refstate.json");
    private static final BootReference EXAMPLE = BootReference.of(BootPolicy.named("example"), REFERENCE);
    private static final BootReference KEYLIMES = BootReference.of(BootPolicy.named("uefi-linux"), REFERENCE);
    private static final String OURS_TEXT = ours();
    private static final BootReference OURS = BootReference.of(BootPolicy.named("uefi-linux"), OURS_TEXT);
    private static final BootLog REAL_LOG = LogEditor.log(LogEditor.REAL);

    private static String ours() {
        try {
            return WireJson.compactText(ReferenceStateBuilder.build(LogEditor.log(LogEditor.REAL), false)
                    .json());
        } catch (ReferenceStateException e) {
            throw new AssertionError(e);
        }
    }

    @Property(tries = 300)
    void damagedLogsAreJudged(@ForAll @IntRange(max = 26477) int at, @ForAll @Size(min = 1, max = 4) byte[] damage) {
        byte[] bytes = REAL.clone();
        for (int i = 0; i < damage.length && at + i < bytes.length; i++) {
            bytes[at + i] = damage[i];
        }
        BootLog log;
        try {
            log = BootLogParser.parse(bytes);
        } catch (BootLogException e) {
            return;
        }
        for (BootReference reference : new BootReference[] {EXAMPLE, KEYLIMES, OURS}) {
            for (HashAlgorithm bank : log.banks()) {
                assertThat(reference.test().orElseThrow().judge(log, bank)).hasSizeLessThanOrEqualTo(16);
            }
        }
    }

    @Property(tries = 200)
    void damagedReferenceStatesAreReadOrRefused(
            @ForAll @IntRange(max = 14_000) int at,
            @ForAll @IntRange(max = 40) int length,
            @ForAll @Size(max = 6) String put) {
        for (String text : new String[] {REFERENCE, OURS_TEXT}) {
            int from = at * text.length() / 14_001;
            int to = Math.min(text.length(), from + length);
            BootReference reference = BootReference.of(
                    BootPolicy.named("uefi-linux"), text.substring(0, from) + put + text.substring(to));
            assertThat(reference.test().isEmpty())
                    .isEqualTo(!reference.problem().isEmpty());
            reference.test().ifPresent(test -> test.judge(REAL_LOG, HashAlgorithm.SHA256));
        }
    }
}
