package io.limelight.agent.tpm;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * TPM_RC taken apart (TPM 2.0 Part 1 §39.4, Part 2 §6.6): a name, where it points, and what it means for us.
 *
 * @param name the specification's name without its prefix, for example {@code LOCKOUT}
 * @param place "parameter 2", "handle 1", "session 1", or empty
 * @param problem the kind
 * @param raw all 32 bits
 */
record ResponseCode(String name, String place, TpmProblem problem, int raw) {
    /** Set in format-one codes, which point at a handle, parameter or session. */
    private static final int FORMAT_ONE = 0x080;

    private static final int PARAMETER = 0x040;
    private static final int SESSION = 0x800;

    private record Known(String name, TpmProblem problem) {}

    private static final Map<Integer, Known> KNOWN = new HashMap<>();

    private static void known(int code, String name, TpmProblem problem) {
        KNOWN.put(code, new Known(name, problem));
    }

    static {
        // Format zero, errors.
        known(0x100, "INITIALIZE", TpmProblem.NOT_INITIALISED);
        known(0x101, "FAILURE", TpmProblem.BROKEN);
        known(0x120, "DISABLED", TpmProblem.UNSUPPORTED);
        known(0x124, "AUTH_TYPE", TpmProblem.REFUSED);
        known(0x125, "AUTH_MISSING", TpmProblem.REFUSED);
        known(0x126, "POLICY", TpmProblem.REFUSED);
        known(0x127, "PCR", TpmProblem.UNSUPPORTED);
        known(0x128, "PCR_CHANGED", TpmProblem.PCRS_CHANGING);
        known(0x12d, "UPGRADE", TpmProblem.BROKEN);
        known(0x12f, "AUTH_UNAVAILABLE", TpmProblem.ACCESS_REFUSED);
        known(0x130, "REBOOT", TpmProblem.BROKEN);
        known(0x142, "COMMAND_SIZE", TpmProblem.REFUSED);
        known(0x143, "COMMAND_CODE", TpmProblem.UNSUPPORTED);
        known(0x146, "NV_RANGE", TpmProblem.REFUSED);
        known(0x148, "NV_LOCKED", TpmProblem.ACCESS_REFUSED);
        known(0x149, "NV_AUTHORIZATION", TpmProblem.ACCESS_REFUSED);
        known(0x14a, "NV_UNINITIALIZED", TpmProblem.REFUSED);
        known(0x153, "NEEDS_TEST", TpmProblem.BROKEN);
        // Format zero, warnings.
        known(0x901, "CONTEXT_GAP", TpmProblem.OUT_OF_MEMORY);
        known(0x902, "OBJECT_MEMORY", TpmProblem.OUT_OF_MEMORY);
        known(0x903, "SESSION_MEMORY", TpmProblem.OUT_OF_MEMORY);
        known(0x904, "MEMORY", TpmProblem.OUT_OF_MEMORY);
        known(0x905, "SESSION_HANDLES", TpmProblem.OUT_OF_MEMORY);
        known(0x906, "OBJECT_HANDLES", TpmProblem.OUT_OF_MEMORY);
        known(0x907, "LOCALITY", TpmProblem.ACCESS_REFUSED);
        known(0x908, "YIELDED", TpmProblem.BUSY);
        known(0x909, "CANCELED", TpmProblem.BUSY);
        known(0x90a, "TESTING", TpmProblem.BUSY);
        for (int i = 0; i < 7; i++) {
            known(0x910 + i, "REFERENCE_H" + i, TpmProblem.STALE_HANDLE);
            known(0x918 + i, "REFERENCE_S" + i, TpmProblem.STALE_HANDLE);
        }
        known(0x920, "NV_RATE", TpmProblem.BUSY);
        known(0x921, "LOCKOUT", TpmProblem.LOCKED_OUT);
        known(0x922, "RETRY", TpmProblem.BUSY);
        known(0x923, "NV_UNAVAILABLE", TpmProblem.BUSY);
        // Format one.
        known(0x081, "ASYMMETRIC", TpmProblem.UNSUPPORTED);
        known(0x082, "ATTRIBUTES", TpmProblem.REFUSED);
        known(0x083, "HASH", TpmProblem.UNSUPPORTED);
        known(0x084, "VALUE", TpmProblem.REFUSED);
        known(0x085, "HIERARCHY", TpmProblem.UNSUPPORTED);
        known(0x087, "KEY_SIZE", TpmProblem.UNSUPPORTED);
        known(0x089, "MODE", TpmProblem.UNSUPPORTED);
        known(0x08a, "TYPE", TpmProblem.REFUSED);
        known(0x08b, "HANDLE", TpmProblem.STALE_HANDLE);
        known(0x08e, "AUTH_FAIL", TpmProblem.ACCESS_REFUSED);
        known(0x092, "SCHEME", TpmProblem.UNSUPPORTED);
        known(0x095, "SIZE", TpmProblem.REFUSED);
        known(0x096, "SYMMETRIC", TpmProblem.UNSUPPORTED);
        known(0x098, "SELECTOR", TpmProblem.REFUSED);
        known(0x09a, "INSUFFICIENT", TpmProblem.REFUSED);
        known(0x09d, "POLICY_FAIL", TpmProblem.ACCESS_REFUSED);
        known(0x09f, "INTEGRITY", TpmProblem.FOREIGN_BLOB);
        known(0x0a2, "BAD_AUTH", TpmProblem.ACCESS_REFUSED);
        known(0x0a6, "CURVE", TpmProblem.UNSUPPORTED);
        known(0x0a7, "ECC_POINT", TpmProblem.REFUSED);
    }

    static ResponseCode decode(int raw) {
        // The upper half names a layer, for example the kernel's resource manager (0x000b); the lower is the TPM's
        // code.
        int code = raw & 0xfff;
        if ((code & FORMAT_ONE) == 0) {
            Known known = KNOWN.get(code);
            return known == null
                    ? new ResponseCode("", "", TpmProblem.REFUSED, raw)
                    : new ResponseCode(known.name, "", known.problem, raw);
        }
        Known known = KNOWN.get(FORMAT_ONE | (code & 0x3f));
        String place;
        if ((code & PARAMETER) != 0) {
            place = place("parameter", code >>> 8 & 0xf);
        } else if ((code & SESSION) != 0) {
            place = place("session", code >>> 8 & 0x7);
        } else {
            place = place("handle", code >>> 8 & 0x7);
        }
        return known == null
                ? new ResponseCode("", place, TpmProblem.REFUSED, raw)
                : new ResponseCode(known.name, place, known.problem, raw);
    }

    private static String place(String kind, int number) {
        return number == 0 ? "" : kind + " " + number;
    }

    /** What happened and what to do, with the code for those who look it up. */
    String sentence() {
        String explanation = switch (problem) {
            case NOT_INITIALISED -> "the TPM was reset and has not been started (TPM2_Startup)";
            case LOCKED_OUT ->
                "the TPM is in dictionary-attack lockout after wrong passwords, or after power was lost several times"
                        + " without a shutdown; wait for its recovery time or reset it with tpm2_dictionarylockout --clear-lockout";
            case ACCESS_REFUSED ->
                "the TPM did not accept the authorisation; if its endorsement hierarchy has a password, set"
                        + " tpm_ownerpassword";
            case BUSY -> "the TPM is busy";
            case OUT_OF_MEMORY ->
                "the TPM has no room for another key or session; another program may have left some there"
                        + " (tpm2_flushcontext -t; use /dev/tpmrm0, not /dev/tpm0)";
            case STALE_HANDLE -> "a key or session is no longer in the TPM";
            case UNSUPPORTED -> "the TPM does not have what was asked for";
            case FOREIGN_BLOB -> "the data was made by or for another TPM, or was altered";
            case PCRS_CHANGING -> "a PCR changed meanwhile";
            case BROKEN -> "the TPM is in failure mode; power-cycle the machine";
            case ABSENT, LINK_LOST, MALFORMED_ANSWER, REFUSED -> "the TPM refused";
        };
        StringBuilder text = new StringBuilder(explanation).append(String.format(Locale.ROOT, " (code 0x%03x", raw));
        if (!name.isEmpty()) {
            text.append(' ').append(name);
        }
        if (!place.isEmpty()) {
            text.append(", ").append(place);
        }
        return text.append(')').toString();
    }
}
