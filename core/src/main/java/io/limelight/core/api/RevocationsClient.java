package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import java.util.Optional;
import java.util.OptionalLong;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks a Limelight verifier for its notices, their deliveries and the brake ({@code docs/api.md}). Keylime's verifier has
 * none of these routes and refuses them with 404. Calls block; instances are safe for several threads.
 */
public final class RevocationsClient {
    private final ApiCaller caller;

    /** Calls end when cancelled. */
    public RevocationsClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    private HttpUrl.Builder url(String... segments) {
        HttpUrl.Builder url = caller.url().addPathSegment("limelight").addPathSegment("v1");
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        return url;
    }

    /**
     * Notices, the newest first: the whole envelope.
     *
     * @param before only those with a lower sequence number
     * @param limit at most so many
     */
    public ObjectNode revocations(OptionalLong before, int limit) throws ApiException {
        HttpUrl.Builder url = url("revocations").addQueryParameter("limit", Integer.toString(limit));
        before.ifPresent(sequence -> url.addQueryParameter("before", Long.toString(sequence)));
        return caller.get(url.build(), "list the revocations of the verifier", ApiCaller.LIST);
    }

    /** One notice: the whole envelope. */
    public ObjectNode revocation(String noticeId) throws ApiException {
        return caller.get(url("revocations", noticeId).build(), "read a revocation", ApiCaller.RECORD);
    }

    /** Its deliveries: the whole envelope; {@code after} is the cursor of the page before. */
    public ObjectNode deliveries(String noticeId, Optional<String> after, int limit) throws ApiException {
        HttpUrl.Builder url =
                url("revocations", noticeId, "deliveries").addQueryParameter("limit", Integer.toString(limit));
        after.ifPresent(cursor -> url.addQueryParameter("after", cursor));
        return caller.get(url.build(), "list the deliveries of a revocation", ApiCaller.RECORD);
    }

    /** What machines say they did about it: the whole envelope; {@code after} is the cursor of the page before. */
    public ObjectNode receipts(String noticeId, Optional<String> after, int limit) throws ApiException {
        HttpUrl.Builder url =
                url("revocations", noticeId, "receipts").addQueryParameter("limit", Integer.toString(limit));
        after.ifPresent(cursor -> url.addQueryParameter("after", cursor));
        return caller.get(url.build(), "list the receipts for a revocation", ApiCaller.LIST);
    }

    /** Hands in a notice that another verifier made and its RevocationNotifier signed: the whole envelope. */
    public ObjectNode handIn(RevocationMessage message) throws ApiException {
        return caller.post(url("revocations").build(), message.toJson(), "hand in a revocation notice");
    }

    /** Who is told of failures, and how that goes: the whole envelope. */
    public ObjectNode notifiers() throws ApiException {
        return caller.get(url("notifiers").build(), "ask for the verifier's notifiers", ApiCaller.RECORD);
    }

    /**
     * Has a test notice sent, unsigned and of type {@code test}, on which nobody acts.
     *
     * @param notifier {@code agent}, {@code webhook} or {@code zeromq}
     * @param agent whom to tell, for {@code agent}
     */
    public ObjectNode test(String notifier, Optional<AgentId> agent) throws ApiException {
        ObjectNode body = WireJson.object().put("notifier", notifier);
        agent.ifPresent(id -> body.put("agent_id", id.value()));
        return caller.post(url("notifiers", "test").build(), body, "send a test notification");
    }

    /** Whether further notices are held: the whole envelope. */
    public ObjectNode brake() throws ApiException {
        return caller.get(url("brake").build(), "ask for the verifier's brake", ApiCaller.RECORD);
    }

    /** Sends what the brake holds, and lets it go. */
    public ObjectNode release() throws ApiException {
        return caller.post(url("brake", "release").build(), WireJson.object(), "release the notices that are held");
    }

    /** Never sends what the brake holds, and lets it go. */
    public ObjectNode discard() throws ApiException {
        return caller.post(url("brake", "discard").build(), WireJson.object(), "discard the notices that are held");
    }
}
