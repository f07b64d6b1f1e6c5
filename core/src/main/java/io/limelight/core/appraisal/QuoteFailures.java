package io.limelight.core.appraisal;

import io.limelight.core.failure.EventComponent;
import io.limelight.core.failure.Failure;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.QuoteRejectedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The failures of an answer as a whole: after each of them nothing else is looked at. */
final class QuoteFailures {
    private QuoteFailures() {}

    static Failure noQuote() {
        return failure(
                "invalid_data",
                "The machine's answer holds no quote.",
                List.of("The agent is of an incompatible version", "Another program answers in its place"),
                Map.of());
    }

    static Failure noTransportKey() {
        return failure(
                "no_pubkey",
                "The machine has never sent its transport key, so nothing ties its answers to one.",
                List.of("The agent was asked for a short answer before it ever gave a full one"),
                Map.of());
    }

    static Failure transportKeyTooLong(int length) {
        return failure(
                "invalid_data",
                "The transport key in the machine's answer is " + length + " characters long; no real one is.",
                List.of("The agent is broken or hostile"),
                Map.of());
    }

    static Failure algorithmNotAccepted(String type, String what, String option, String got, List<String> accepted) {
        String named = printable(got);
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("data", named);
        context.put("expected", accepted);
        return failure(
                type,
                "The machine names the " + what + " " + (named.isEmpty() ? "(none)" : named)
                        + ", which is not among those accepted for it: " + String.join(", ", accepted) + ".",
                List.of(
                        "The option " + option
                                + " of the tenant that enrols the machine (tenant.conf) is narrower than the machine's TPM"
                                + " configuration",
                        "The agent's TPM options were changed"),
                context);
    }

    static Failure schemeOfAnotherKey(String named, String actual) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("data", printable(named));
        context.put("expected", List.of(actual));
        return failure(
                "invalid_sign_alg",
                "The machine names the signature scheme " + printable(named) + ", but its attestation key signs by "
                        + actual + ".",
                List.of("The agent's tpm_signing_alg and its attestation key do not fit"),
                context);
    }

    static Failure unreadable(String problem) {
        return failure(
                "quote_validation",
                "The quote cannot be read: " + problem + ".",
                List.of("The agent is broken or hostile", "The answer was damaged on the way"),
                Map.of("error", problem));
    }

    static Failure rejected(QuoteRejectedException e) {
        List<String> causes = switch (e.reason()) {
            case BAD_SIGNATURE, WRONG_SCHEME ->
                List.of(
                        "The agent made a new attestation key; delete the machine at the registrar and add it"
                                + " again",
                        "Another machine answers in its place");
            case WRONG_NONCE -> List.of("An old quote was replayed", "A proxy mixed up two answers");
            case SELECTION_MISMATCH -> List.of("Someone with control of the machine tries to pass off other PCRs");
            case MISSING_PCRS, WRONG_BANK ->
                List.of(
                        "The TPM's PCR bank for the agent's hash algorithm is switched off",
                        "The agent leaves out PCRs that would give it away");
            case WRONG_HASH -> List.of("The agent's tpm_hash_alg and its attestation key do not fit");
            case WRONG_PCR_DIGEST -> List.of("PCRs changed while the agent read them", "The values were forged");
            case MALFORMED_SIGNATURE, MALFORMED_ATTEST, MALFORMED_PCR_BLOB, NOT_A_QUOTE ->
                List.of("The agent is broken or hostile");
        };
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("error", e.sentence());
        context.put("reason", e.reason().name());
        return failure("quote_validation", e.sentence(), causes, context);
    }

    static Failure wrongImaEntry(long got, long expected) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", got);
        context.put("expected", expected);
        return failure(
                "invalid_ima_entry_nb",
                "The machine's IMA list starts at entry " + got + ", although it was asked for entry " + expected
                        + " or its whole list.",
                List.of("The agent is broken or hostile"),
                context);
    }

    static Failure clock(String sentence, List<String> causes, ClockInfo before, ClockInfo now) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("got", describe(now));
        context.put("expected", "later than " + describe(before));
        return failure("quote_validation", sentence, causes, context);
    }

    private static String describe(ClockInfo clock) {
        return "clock " + Long.toUnsignedString(clock.clock()) + ", resetCount " + clock.resetCount()
                + ", restartCount " + clock.restartCount() + ", safe " + (clock.safe() ? "yes" : "no");
    }

    /** A name from an unproved answer, made safe to show: short and plain. */
    private static String printable(String name) {
        String start = name.length() <= 32 ? name : name.substring(0, 32) + "…";
        return start.replaceAll("[^A-Za-z0-9_.…-]", "?");
    }

    private static Failure failure(
            String type, String sentence, List<String> causes, Map<String, Object> furtherContext) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("message", sentence);
        context.putAll(furtherContext);
        return Failure.irrecoverable(EventComponent.QUOTE_VALIDATION.id(type), sentence, causes, context);
    }
}
