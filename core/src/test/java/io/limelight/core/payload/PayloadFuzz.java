package io.limelight.core.payload;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;

/** Bytes from outside: {@code JAZZER_FUZZ=1 mvn test -Dtest=PayloadFuzz} looks for inputs the readers cannot stand. */
class PayloadFuzz {
    @FuzzTest(maxDuration = "2m")
    void archive(byte[] input) throws IOException {
        PayloadProperties.staysWithinBounds(input);
    }

    @FuzzTest(maxDuration = "2m")
    void keyFile(byte[] input) {
        try {
            KeyFile.parse(input, "keys.txt").close();
        } catch (PayloadException e) {
            typed(e);
        }
    }

    @FuzzTest(maxDuration = "2m")
    void container(byte[] input) {
        try (BootstrapKey key = BootstrapKey.of(SecretBytes.adopt(new byte[32]))) {
            SealedPayload.open(key, input).close();
        } catch (PayloadException e) {
            typed(e);
        }
    }

    private static void typed(PayloadException e) {
        if (e.getMessage() == null || e.getMessage().isEmpty()) {
            throw new IllegalStateException("an error without a sentence", e);
        }
    }
}
