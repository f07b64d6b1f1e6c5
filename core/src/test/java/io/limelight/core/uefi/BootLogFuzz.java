package io.limelight.core.uefi;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Any bytes are a boot log or a typed error. Plain test runs replay the inputs under {@code src/test/resources};
 * {@code JAZZER_FUZZ=1 mvn test -Dtest=BootLogFuzz} looks for new ones.
 */
class BootLogFuzz {
    @FuzzTest(maxDuration = "30s")
    void log(byte[] input) {
        readable(input);
    }

    /** The head of a log with one bank before the input, so that fuzzing is not about finding a head. */
    @FuzzTest(maxDuration = "30s")
    void events(byte[] input) {
        byte[] head = LogEditor.log("measured-boot/uefi_log.bin")
                .events()
                .getFirst()
                .record()
                .toByteArray();
        byte[] bytes = Arrays.copyOf(head, head.length + input.length);
        System.arraycopy(input, 0, bytes, head.length, input.length);
        readable(bytes);
    }

    static void readable(byte[] input) {
        BootLog log;
        try {
            log = BootLogParser.parse(input);
        } catch (BootLogException e) {
            if (e.offset() < 0 || e.offset() > input.length) {
                throw new IllegalStateException("offset outside of the input", e);
            }
            return;
        }
        int bytes =
                log.events().stream().mapToInt(event -> event.record().length()).sum();
        if (bytes != input.length) {
            throw new IllegalStateException("the records are not the log");
        }
        BootReplay replay = BootReplay.of(log);
        BootLogJson.of(log, replay);
    }
}
