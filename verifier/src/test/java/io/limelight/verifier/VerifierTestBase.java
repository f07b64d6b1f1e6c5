package io.limelight.verifier;

import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder, a verifier in it, and machines that end with the test. */
@Timeout(300)
abstract class VerifierTestBase {
    @TempDir
    Path folder;

    VerifierUnderTest verifier;
    private final List<AutoCloseable> machines = new ArrayList<>();

    /** On which database; the tests of the same name with OnPostgres run on another one. */
    String databaseUrl() throws Exception {
        return "sqlite";
    }

    @AfterEach
    void end() throws Exception {
        if (verifier != null) {
            verifier.close();
        }
        for (AutoCloseable machine : machines) {
            machine.close();
        }
        machines.clear();
    }

    VerifierUnderTest verifier(String... options) throws Exception {
        verifier = VerifierUnderTest.start(folder, String.join("\n", options), databaseUrl());
        return verifier;
    }

    TestMachine machine() throws Exception {
        return own(TestMachine.start(verifier.cas()));
    }

    TestMachine machine(SoftAttestationKey ak) throws Exception {
        return own(TestMachine.start(verifier.cas(), ak));
    }

    <T extends AutoCloseable> T own(T part) {
        machines.add(part);
        return part;
    }
}
