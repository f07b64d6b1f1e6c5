package io.limelight.core.tls;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/** Certificates and keys from outside: {@code JAZZER_FUZZ=1 mvn test -Dtest=PemFuzz} looks for what the readers cannot stand. */
class PemFuzz {
    @FuzzTest(maxDuration = "2m")
    void text(FuzzedDataProvider data) {
        PemProperties.readAsEverything(data.consumeRemainingAsString());
    }

    @FuzzTest(maxDuration = "2m")
    void certificate(byte[] input) {
        try {
            LenientCertificates.parse(input);
        } catch (IOException e) {
            // The expected answer to nearly everything.
        }
        PemProperties.readAsEverything(PemFiles.encode("CERTIFICATE", input));
    }
}
