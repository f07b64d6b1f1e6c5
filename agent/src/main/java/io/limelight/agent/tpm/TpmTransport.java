package io.limelight.agent.tpm;

import java.io.IOException;

/** Carries one command at a time to a TPM and its answer back. Not safe for several threads; {@link TpmLink} sees to that. */
interface TpmTransport extends AutoCloseable {
    /** No TPM answers with more (a TPM's own limit is 4096). */
    int MAX_ANSWER = 8192;

    /** Head of a command or answer: tag, size, code. */
    int HEAD = 10;

    /**
     * Sends the command and reads the whole answer, head included.
     *
     * @throws IOException if the connection breaks, is closed meanwhile, or what comes is no answer
     */
    byte[] exchange(byte[] command) throws IOException;

    /** Breaks the connection; another thread's {@link #exchange} ends with an exception. */
    @Override
    void close();

    /** Opens connections. */
    @FunctionalInterface
    interface Opener {
        /**
         * Connects.
         *
         * @throws TpmException {@link TpmProblem#ABSENT} with the reason
         */
        TpmTransport open() throws TpmException;
    }
}
