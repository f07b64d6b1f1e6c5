package io.limelight.agent.tpm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import tss.ReqStructure;
import tss.tpm.TPM_CC;

/**
 * A command as TPM 2.0 Part 1 §18 lays it out: head, handles, authorisations, parameters. TSS.Java marshals the parameters;
 * the frame is ours because its own dispatcher keeps state between calls, prints to standard output and trusts answers.
 *
 * @param name for messages, for example {@code TPM2_Quote}
 * @param code TPM_CC
 * @param handles handles in order
 * @param authorizations one for each handle that needs one
 * @param parameters marshalled parameters
 * @param returnsHandle the answer starts with a handle
 * @param limit how long the TPM may take
 */
// Arrays: a command lives for one exchange and is never compared.
@SuppressWarnings("ArrayRecordComponent")
record TpmCommand(
        String name,
        int code,
        List<Integer> handles,
        List<Authorization> authorizations,
        byte[] parameters,
        boolean returnsHandle,
        Duration limit) {
    /** TPM_RS_PW: a password in clear. */
    private static final int PASSWORD_SESSION = 0x40000009;

    private static final int NO_SESSIONS = 0x8001;
    private static final int SESSIONS = 0x8002;

    /** Enough for everything but making keys. */
    private static final Duration USUAL = Duration.ofSeconds(30);

    /** Some hardware searches minutes for two primes. */
    private static final Duration KEY_MAKING = Duration.ofMinutes(5);

    /**
     * TPMS_AUTH_COMMAND (Part 2 §10.13.2).
     *
     * @param session a session's handle, or TPM_RS_PW
     * @param attributes TPMA_SESSION
     * @param hmac the password, or empty
     */
    @SuppressWarnings("ArrayRecordComponent") // as above, and the password must be clearable
    record Authorization(int session, int attributes, byte[] hmac) {
        static Authorization password(byte[] password) {
            return new Authorization(PASSWORD_SESSION, 0, password);
        }

        static Authorization noPassword() {
            return password(new byte[0]);
        }

        /** A policy session that ends with this command. */
        static Authorization policy(int session) {
            return new Authorization(session, 0, new byte[0]);
        }

        private int size() {
            return 4 + 2 + 1 + 2 + hmac.length;
        }
    }

    static TpmCommand of(TPM_CC code, byte[] parameters, Integer... handles) {
        return new TpmCommand(
                "TPM2_" + code.name(), code.toInt(), List.of(handles), List.of(), parameters, false, USUAL);
    }

    static TpmCommand of(TPM_CC code, ReqStructure request, Integer... handles) {
        return of(code, request.toBytes(), handles);
    }

    TpmCommand authorizedBy(Authorization... all) {
        return new TpmCommand(name, code, handles, List.of(all), parameters, returnsHandle, limit);
    }

    TpmCommand returningHandle() {
        return new TpmCommand(name, code, handles, authorizations, parameters, true, limit);
    }

    TpmCommand makingKey() {
        return new TpmCommand(name, code, handles, authorizations, parameters, returnsHandle, KEY_MAKING);
    }

    /** The bytes on the wire; may hold a password, so {@link #clear} them. */
    byte[] encode() {
        int authSize = authorizations.stream().mapToInt(Authorization::size).sum();
        boolean sessions = !authorizations.isEmpty();
        int size = TpmTransport.HEAD + 4 * handles.size() + (sessions ? 4 + authSize : 0) + parameters.length;
        ByteBuffer out = ByteBuffer.allocate(size);
        out.putShort((short) (sessions ? SESSIONS : NO_SESSIONS)).putInt(size).putInt(code);
        handles.forEach(out::putInt);
        if (sessions) {
            out.putInt(authSize);
            for (Authorization auth : authorizations) {
                out.putInt(auth.session()).putShort((short) 0).put((byte) auth.attributes());
                out.putShort((short) auth.hmac().length).put(auth.hmac());
            }
        }
        return out.put(parameters).array();
    }

    static void clear(byte[] encoded) {
        Arrays.fill(encoded, (byte) 0);
    }
}
