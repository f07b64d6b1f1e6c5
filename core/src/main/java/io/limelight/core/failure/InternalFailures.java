package io.limelight.core.failure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Failures of the verifier's own dealings with a machine: no judgement about the machine's state. */
public final class InternalFailures {
    private InternalFailures() {}

    /** The machine gave no quote after all retries. */
    public static Failure notReachable(String where, int attempts, String lastError) {
        return failure(
                "not_reachable",
                "The machine at " + where + " could not be reached for a quote after " + attempts + " attempts.",
                List.of(
                        "The machine or its agent is down",
                        "A firewall or a changed address is in the way",
                        "The agent's TLS certificate changed without a new registration"),
                lastError);
    }

    /** The machine answered each request for a quote with an error that may pass; the event is Keylime's for all retries. */
    public static Failure answersWithErrors(String where, int attempts, String lastError) {
        return failure(
                "not_reachable",
                "The machine at " + where + " answered each of " + attempts
                        + " requests for a quote with an error, the last time so: " + lastError,
                List.of(
                        "The agent has lost its TPM (the device, its resource manager or the software TPM has stopped);"
                                + " its log says more",
                        "The agent is starting or overloaded"),
                lastError);
    }

    /** The machine did not take its key share after all retries. */
    public static Failure notReachableForShare(String where, int attempts, String lastError) {
        return failure(
                "not_reachable_v",
                "The machine at " + where + " passed, but could not be reached for its key share after " + attempts
                        + " attempts.",
                List.of("The machine or its agent went down after the quote"),
                lastError);
    }

    /** The machine answered the quote request with an unexpected status. */
    public static Failure noQuote(int status, String detail) {
        return failure(
                "no_quote",
                "The machine answered the request for a quote with HTTP status " + status + ".",
                List.of("Another program listens at that address", "The agent is of an incompatible version"),
                status + " " + detail);
    }

    /** The machine answered the key share with an unexpected status. */
    public static Failure noShare(int status, String detail) {
        return failure(
                "no_v",
                "The machine answered its key share with HTTP status " + status + ".",
                List.of("The agent could not store or decrypt the share; its log says more"),
                status + " " + detail);
    }

    /** The machine speaks no API version the verifier speaks. */
    public static Failure versionNotSupported(String version) {
        return failure(
                "version_not_supported",
                "The machine does not speak API version " + version + " or any other the verifier knows.",
                List.of("The agent is older or newer than this verifier supports"),
                version);
    }

    /** Something unforeseen; {@code what} must hold no secret. */
    public static Failure exception(String what) {
        return failure(
                "exception",
                "The attestation could not be completed: " + what,
                List.of("The machine's answer was not understood", "A fault in the verifier; its log says more"),
                what);
    }

    private static Failure failure(String type, String sentence, List<String> causes, String data) {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("message", sentence);
        context.put("data", data);
        return Failure.irrecoverable(EventComponent.INTERNAL_VERIFIER.id(type), sentence, causes, context);
    }
}
