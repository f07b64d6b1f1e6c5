package io.limelight.agent.tpm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is said of a connection that does not hold. */
class TpmLinkTest {
    private static final TpmCommand COMMAND =
            new TpmCommand("TPM2_Startup", 0x144, List.of(), List.of(), new byte[2], false, Duration.ofSeconds(30));

    @Test
    void aConnectionThatEndsWithoutAWordIsNotCalledNull() {
        TpmTransport ending = new TpmTransport() {
            @Override
            public byte[] exchange(byte[] command) throws IOException {
                throw new ClosedByInterruptException();
            }

            @Override
            public void close() {}
        };
        try (TpmLink link = new TpmLink(() -> ending)) {
            assertThatThrownBy(() -> link.execute(COMMAND))
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("TPM2_Startup: the connection to the TPM broke (it was closed")
                    .hasMessageNotContaining("null");
        }
    }

    @Test
    void aTpmThatAnotherProgramHoldsIsSaidToBeOne() {
        CountDownLatch closed = new CountDownLatch(1);
        TpmTransport silent = new TpmTransport() {
            @Override
            public byte[] exchange(byte[] command) throws IOException {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new ClosedByInterruptException();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        try (TpmLink link = new TpmLink(() -> silent, Duration.ofMillis(50))) {
            assertThatThrownBy(() -> link.execute(COMMAND))
                    .isInstanceOf(TpmException.class)
                    .hasMessageContaining("no answer within")
                    .hasMessageContaining("Another program may hold the TPM");
        }
    }
}
