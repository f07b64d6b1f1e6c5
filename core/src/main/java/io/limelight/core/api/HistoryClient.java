package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Limelight verifier what it counted as time went by ({@code docs/api.md}, "History"). Keylime's verifier has no such route
 * and refuses it with 404. Calls block; instances are safe for several threads.
 */
public final class HistoryClient {
    private final ApiCaller caller;

    /** Calls end when cancelled. */
    public HistoryClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    /**
     * What was counted between two times.
     *
     * @param step whole minutes of which an hour has a whole number, or whole hours; empty leaves it to the verifier. At most
     *     1,500 steps
     */
    public History history(Instant from, Instant to, Optional<Duration> step) throws ApiException {
        HttpUrl.Builder url = caller.url()
                .addPathSegments("limelight/v1/history")
                .addQueryParameter("from", from.truncatedTo(ChronoUnit.SECONDS).toString())
                .addQueryParameter("to", to.truncatedTo(ChronoUnit.SECONDS).toString());
        step.ifPresent(length -> url.addQueryParameter("step", Long.toString(length.toSeconds())));
        return caller.get(url.build(), "ask for the history of the verifier", ApiCaller.RECORD, History::from);
    }
}
