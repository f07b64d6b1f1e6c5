package io.limelight.agent.tpm;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the TPM, opened when needed and again after it broke. Commands that the TPM asks to repeat are repeated
 * a while. Not safe for several threads: {@link AttestationTpm} holds the one lock around whole operations.
 *
 * <p>A software TPM serves one client and forgets transient keys when it is restarted, so whoever keeps handles compares
 * {@link #generation} before using them.
 */
final class TpmLink implements AutoCloseable {
    /** Waits between repetitions: 20 ms doubling to 640 ms, some 5 s in all. */
    private static final int REPEATS = 12;

    private static final Duration FIRST_WAIT = Duration.ofMillis(20);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(640);

    private final TpmTransport.Opener opener;
    private final @Nullable Duration limitOverride;
    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tpm-watchdog").factory());
    private @Nullable TpmTransport transport;
    private long generation;

    TpmLink(TpmTransport.Opener opener) {
        this(opener, null);
    }

    /** With one time limit for every command, for tests. */
    TpmLink(TpmTransport.Opener opener, @Nullable Duration limitOverride) {
        this.opener = opener;
        this.limitOverride = limitOverride;
    }

    /** Number of connections made so far; handles of an earlier one are void. Connects if there is none. */
    long generation() throws TpmException {
        connected();
        return generation;
    }

    private TpmTransport connected() throws TpmException {
        TpmTransport current = transport;
        if (current == null) {
            current = opener.open();
            transport = current;
            generation++;
        }
        return current;
    }

    /** Sends a command and waits for its answer. */
    TpmAnswer execute(TpmCommand command) throws TpmException {
        Duration wait = FIRST_WAIT;
        for (int repeat = 0; ; repeat++) {
            try {
                return TpmAnswer.of(command, exchange(command));
            } catch (TpmException e) {
                if (e.problem() == TpmProblem.MALFORMED_ANSWER) {
                    disconnect();
                    throw e;
                }
                if (e.problem() != TpmProblem.BUSY || repeat == REPEATS) {
                    throw e;
                }
            }
            pause(wait);
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
        }
    }

    private byte[] exchange(TpmCommand command) throws TpmException {
        TpmTransport current = connected();
        Duration limit = limitOverride == null ? command.limit() : limitOverride;
        byte[] encoded = command.encode();
        ScheduledFuture<?> guard = watchdog.schedule(current::close, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return current.exchange(encoded);
        } catch (IOException | RuntimeException e) {
            disconnect();
            // Not isDone: the guard is done when close() has returned, and this thread may be faster.
            String why = guard.getDelay(TimeUnit.NANOSECONDS) <= 0
                    ? "no answer within " + limit.toSeconds()
                            + " s. Another program may hold the TPM: a software TPM serves one at a time; stop the other, or"
                            + " give this agent a TPM of its own (TCTI)"
                    : reason(e);
            throw new TpmException(
                    TpmProblem.LINK_LOST, command.name() + ": the connection to the TPM broke (" + why + ")", e);
        } finally {
            guard.cancel(false);
            TpmCommand.clear(encoded);
        }
    }

    /** Channels that are closed under a waiting thread say nothing but the name of their exception. */
    private static String reason(Exception failure) {
        String message = failure.getMessage();
        return message == null ? "it was closed while an answer was awaited" : message;
    }

    private static void pause(Duration wait) throws TpmException {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TpmException(TpmProblem.BUSY, "interrupted while waiting for the TPM", e);
        }
    }

    private void disconnect() {
        TpmTransport current = transport;
        transport = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() {
        disconnect();
        watchdog.shutdownNow();
    }
}
