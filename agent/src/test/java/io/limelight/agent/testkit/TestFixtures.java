package io.limelight.agent.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Files under {@code src/test/resources/fixtures/agent}. */
public final class TestFixtures {
    private TestFixtures() {}

    /** One of them. */
    public static byte[] bytes(String name) {
        try (InputStream in = TestFixtures.class.getResourceAsStream("/fixtures/agent/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no fixture " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
