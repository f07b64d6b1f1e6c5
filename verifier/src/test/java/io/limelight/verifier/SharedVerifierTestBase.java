package io.limelight.verifier;

import io.limelight.verifier.testkit.VerifierUnderTest;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** One verifier for all tests of a class, as long as they need no options of their own; each has its own agent id. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SharedVerifierTestBase extends VerifierTestBase {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private VerifierUnderTest shared;
    String id;

    @BeforeAll
    void startOnce(@TempDir Path common) throws Exception {
        shared = VerifierUnderTest.start(common, "", databaseUrl());
    }

    @BeforeEach
    void useShared() {
        verifier = shared;
        id = "agent-" + NUMBER.incrementAndGet();
    }

    // Without the annotation an overridden method is none of JUnit's: verifiers and machines would stay until the end.
    @Override
    @AfterEach
    void end() throws Exception {
        if (verifier == shared) {
            verifier.delete(id);
            verifier = null;
        }
        super.end();
    }

    @AfterAll
    void stopOnce() {
        shared.close();
    }
}
