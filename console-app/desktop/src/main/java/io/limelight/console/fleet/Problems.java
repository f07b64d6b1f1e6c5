package io.limelight.console.fleet;

import io.limelight.console.problem.Problem;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.words.Words;
import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.tenant.TenantException;
import java.util.ArrayList;
import java.util.List;

/** What can go wrong with servers and machines, as people read it: what happened, why that usually is, what to do. */
public final class Problems {
    private static final int MOST_SENTENCES = 6;
    private static final int LONGEST_DETAIL = 2_000;

    private final Words words;

    /** In these words. */
    public Problems(Words words) {
        this.words = words;
    }

    /** Of a request that did not get its answer. */
    public Problem of(ApiException e) {
        Endpoint asked = e.endpoint();
        return of(kind(e), asked, reason(e), Printable.of(e.getMessage(), LONGEST_DETAIL));
    }

    private static String reason(ApiException e) {
        return e instanceof ApiException.Refused refused
                ? refused.status() + (refused.reason().isEmpty() ? "" : " " + refused.reason())
                : "";
    }

    private static String kind(ApiException e) {
        return switch (e) {
            case ApiException.Unreachable broke -> broke.mayHaveArrived() ? "half" : "unreachable";
            case ApiException.TimedOut _ -> "slow";
            case ApiException.Untrusted tls ->
                switch (tls.who()) {
                    case WE_REFUSED -> "untrusted";
                    case THEY_REFUSED -> "refuses-us";
                    case NEITHER -> "tls";
                };
            case ApiException.Refused refused ->
                switch (refused.status()) {
                    case 401, 403 -> "forbidden";
                    case 404 -> "gone";
                    case 409 -> "not-now";
                    case 410 -> "push";
                    case 408, 429, 502, 503, 504 -> "busy";
                    default -> "error";
                };
            case ApiException.BadAnswer _ -> "answer";
            case ApiException.Stopped _ -> "stopped";
        };
    }

    /** Of an act that did not come to its end. */
    public Problem of(TenantException e) {
        if (e.getCause() instanceof ApiException request && e.kind() != TenantException.Kind.PUSH_MODE) {
            return of(request);
        }
        String kind = switch (e.kind()) {
            case SETUP -> "setup";
            case PUSH_MODE -> "push";
            case NO_COMMON_VERSION -> "version";
            case NOT_REGISTERED -> "unregistered";
            case BAD_RECORD -> "record";
            case WITHOUT_TLS -> "without-tls";
            case IDENTITY -> "identity";
            case ENDORSEMENT -> "endorsement";
            case NOT_WATCHED -> "gone";
            case CANCELLED -> "stopped";
            case POLICY -> "policy";
            case PAYLOAD -> "payload";
            case BAD_DRAFT, AMBIGUOUS, ALREADY_WATCHED, NO_EFFECT, KEY_NOT_PROVEN, REQUEST -> "other";
        };
        String server = switch (e.kind()) {
            case NOT_REGISTERED, BAD_RECORD -> "registrar";
            case PUSH_MODE, NO_COMMON_VERSION, NOT_WATCHED -> "verifier";
            default -> "console";
        };
        String said = Printable.of(e.sentences(), LONGEST_DETAIL);
        // The sentences of an act are made for people: where nothing better is known they are what happened.
        return make(server + "." + kind, kind, said, words.of("fleet.server." + server), "", said);
    }

    /** Of a server. */
    Problem of(String kind, Endpoint asked, String reason, String details) {
        String server = asked.service().word();
        return make(server + "." + kind, kind, details, words.of("fleet.server." + server), asked.address(), reason);
    }

    /** Of nobody in particular. */
    Problem of(String kind, Object... arguments) {
        return make("fleet." + kind, kind, "", arguments);
    }

    /** Thrown. */
    ProblemException thrown(String kind, Object... arguments) {
        return new ProblemException(of(kind, arguments), null);
    }

    private Problem make(String code, String kind, String details, Object... arguments) {
        String base = "fleet.problem." + kind;
        return new Problem(
                code,
                words.of(base + ".what", arguments),
                sentences(base + ".cause.", arguments),
                sentences(base + ".do.", arguments),
                details);
    }

    private List<String> sentences(String base, Object... arguments) {
        List<String> sentences = new ArrayList<>();
        for (int i = 1; i <= MOST_SENTENCES; i++) {
            String sentence = words.of(base + i, arguments);
            if (sentence.equals(base + i)) {
                return sentences;
            }
            sentences.add(sentence);
        }
        return sentences;
    }
}
