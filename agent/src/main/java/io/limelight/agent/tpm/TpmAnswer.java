package io.limelight.agent.tpm;

import java.util.Arrays;

/**
 * Reads an answer's fields, big-endian, each length checked against what is there before anything is copied. TSS.Java's own
 * parser is not used: it fills missing bytes with zeros and allocates what a length field asks for.
 */
final class TpmAnswer {
    private static final int SESSIONS = 0x8002;
    private static final int NO_SESSIONS = 0x8001;

    private final String command;
    private final byte[] bytes;
    private final int handle;
    private int at;
    private final int end;

    /**
     * Takes the frame apart.
     *
     * @throws TpmException for the TPM's own refusal, or {@link TpmProblem#MALFORMED_ANSWER}
     */
    static TpmAnswer of(TpmCommand command, byte[] bytes) throws TpmException {
        TpmAnswer frame = new TpmAnswer(command.name(), bytes, 0, 0, bytes.length);
        int tag = frame.u16();
        int size = frame.u32();
        int code = frame.u32();
        if (size != bytes.length) {
            throw frame.malformed("the size field says " + size + ", " + bytes.length + " bytes came");
        }
        if (code != 0) {
            throw TpmException.ofResponse(command.name(), code);
        }
        if (tag != (command.authorizations().isEmpty() ? NO_SESSIONS : SESSIONS)) {
            throw frame.malformed(String.format("the tag is 0x%04x", tag));
        }
        int handle = command.returnsHandle() ? frame.u32() : 0;
        int end = bytes.length;
        if (tag == SESSIONS) {
            int parameterSize = frame.u32();
            if (parameterSize < 0 || parameterSize > bytes.length - frame.at) {
                throw frame.malformed("the parameters do not fit");
            }
            end = frame.at + parameterSize;
        }
        return new TpmAnswer(command.name(), bytes, handle, frame.at, end);
    }

    private TpmAnswer(String command, byte[] bytes, int handle, int at, int end) {
        this.command = command;
        this.bytes = bytes;
        this.handle = handle;
        this.at = at;
        this.end = end;
    }

    /** The handle in front of the parameters. */
    int handle() {
        return handle;
    }

    int u8() throws TpmException {
        need(1);
        return bytes[at++] & 0xff;
    }

    int u16() throws TpmException {
        return u8() << 8 | u8();
    }

    int u32() throws TpmException {
        return u16() << 16 | u16();
    }

    /** A list's element count, at most {@code most}. */
    int count(int most) throws TpmException {
        int count = u32();
        if (count < 0 || count > most) {
            throw malformed("a list of " + Integer.toUnsignedString(count) + " where at most " + most + " fit");
        }
        return count;
    }

    byte[] bytes(int length) throws TpmException {
        need(length);
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** TPM2B: a 16-bit size and that many bytes. */
    byte[] sized() throws TpmException {
        return bytes(u16());
    }

    /** All parameters not read yet. */
    byte[] rest() throws TpmException {
        return bytes(end - at);
    }

    private void need(int length) throws TpmException {
        if (length < 0 || length > end - at) {
            throw malformed("it ends after " + end + " bytes, " + length + " more are needed at byte " + at);
        }
    }

    TpmException malformed(String what) {
        return new TpmException(
                TpmProblem.MALFORMED_ANSWER,
                command + ": what came back is no TPM's answer (" + what
                        + "); is it really a TPM 2.0 at the other end?");
    }
}
