package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Has a Limelight verifier try a draft of a policy on the evidence that it keeps ({@code docs/api.md}, "Dry runs"). */
public final class DryRunClient {
    private static final String DOING = "try a draft of a policy";
    private static final String END = "end";

    /** A machine's failures with their sentences. */
    private static final int LARGEST = 5 << 20;

    private static final int LONGEST_SILENCE_SECONDS = 120;

    private final ApiCaller caller;

    /**
     * A client.
     *
     * @param http without a limit on the length of a call ({@link EventsClient#timeouts})
     * @param cancellation ends the dry run
     */
    public DryRunClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /**
     * Tries it.
     *
     * @param draft the body: {@code runtime_policy} in base64 or {@code mb_policy} as text, and {@code agents} if not all
     * @param seen hears each event but the last: its kind and what it says
     * @return what the last event says: sums
     * @throws ApiException if it is refused, or ends before its end
     */
    public ObjectNode run(ObjectNode draft, BiConsumer<String, ObjectNode> seen) throws ApiException {
        ObjectNode[] sums = new ObjectNode[1];
        caller.stream(
                caller.url().addPathSegments("limelight/v1/dry-runs").build(),
                draft,
                "text/event-stream",
                DOING,
                source -> {
                    EventLines lines = new EventLines(source, LARGEST, LONGEST_SILENCE_SECONDS);
                    for (Optional<EventLines.Event> next = lines.next(); next.isPresent(); next = lines.next()) {
                        ObjectNode data = data(next.get());
                        if (next.get().kind().equals(END)) {
                            sums[0] = data;
                            return;
                        }
                        seen.accept(next.get().kind(), data);
                    }
                });
        if (sums[0] == null) {
            throw caller.badAnswer(DOING, "it ended before its end", null);
        }
        return sums[0];
    }

    private ObjectNode data(EventLines.Event event) throws ApiException {
        try {
            return WireJson.parseObject(event.data().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw caller.badAnswer(DOING, "the data of an event is no JSON object", e);
        }
    }
}
