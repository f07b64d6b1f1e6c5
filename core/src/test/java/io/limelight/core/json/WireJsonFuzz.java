package io.limelight.core.json;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Bytes from the network: {@code JAZZER_FUZZ=1 mvn test -Dtest=WireJsonFuzz} looks for what the reader cannot stand. */
class WireJsonFuzz {
    @FuzzTest(maxDuration = "2m")
    void document(byte[] input) {
        WireJsonProperties.readable(input);
    }
}
