package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Talks to a verifier as an administrator. Calls block; use virtual threads. Instances are safe for several threads and
 * cheap: the connections are the HTTP client's.
 */
public final class VerifierClient {
    private static final int ACCEPTED = 202;

    private final ApiCaller caller;

    /** How far a deletion is. */
    public enum Deletion {
        /** Gone. */
        DONE,
        /** It was not there. */
        ABSENT,
        /** Begun; ask for the agent until it is not found. */
        PENDING
    }

    /** Calls cannot be cancelled other than by interrupting the thread. */
    public VerifierClient(Endpoint verifier, OkHttpClient http) {
        this(verifier, http, null);
    }

    /** Calls end when cancelled. */
    public VerifierClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    /** {@code GET /version}; 410 means push mode. */
    public Versions versions() throws ApiException {
        return caller.get(
                caller.url().addPathSegment("version").build(),
                "ask the verifier for its API versions",
                ApiCaller.RECORD,
                Versions::from);
    }

    /** {@code POST /agents/{id}}; refused with 409 if it is there already. */
    public void add(ApiVersion version, AgentId id, AddAgentRequest request) throws ApiException {
        caller.post(agentUrl(version, id), request.toJson(), "add agent " + id + " to the verifier");
    }

    /** {@code GET /agents/{id}}; refused with 404 if it is not there. */
    public Answer<AgentStatus> agent(ApiVersion version, AgentId id) throws ApiException {
        String doing = "read the status of agent " + id;
        ObjectNode envelope = caller.get(agentUrl(version, id), doing, ApiCaller.RECORD);
        return new Answer<>(caller.read(envelope, doing, AgentStatus::from), envelope);
    }

    /** {@code GET /agents/{id}}; empty if it is not there. */
    public Optional<AgentStatus> find(ApiVersion version, AgentId id) throws ApiException {
        try {
            return Optional.of(agent(version, id).value());
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * {@code GET /agents/?verifier=…}.
     *
     * @param verifierId only the agents of that verifier; empty for all
     */
    public Answer<AgentList> agents(ApiVersion version, String verifierId) throws ApiException {
        String doing = "list the agents of the verifier";
        ObjectNode envelope = caller.get(
                caller.url(version, "agents", "")
                        .addQueryParameter("verifier", verifierId)
                        .build(),
                doing,
                ApiCaller.LIST);
        return new Answer<>(caller.read(envelope, doing, AgentList::from), envelope);
    }

    /**
     * {@code GET /agents/?bulk=True&verifier=…}: the status of all agents by id.
     *
     * @param verifierId only the agents of that verifier; empty for all
     */
    public Answer<Map<String, AgentStatus>> bulk(ApiVersion version, String verifierId) throws ApiException {
        String doing = "read the status of all agents";
        ObjectNode envelope = caller.get(
                caller.url(version, "agents", "")
                        .addQueryParameter("bulk", "True")
                        .addQueryParameter("verifier", verifierId)
                        .build(),
                doing,
                ApiCaller.LIST);
        return new Answer<>(caller.read(envelope, doing, VerifierClient::statuses), envelope);
    }

    private static Map<String, AgentStatus> statuses(JsonNode results) throws WireFormatException {
        Map<String, AgentStatus> statuses = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry :
                Members.object(results, "the bulk answer").properties()) {
            statuses.put(entry.getKey(), AgentStatus.from(entry.getValue()));
        }
        return statuses;
    }

    /** {@code DELETE /agents/{id}}. */
    public Deletion delete(ApiVersion version, AgentId id) throws ApiException {
        try {
            int status = caller.delete(agentUrl(version, id), "delete agent " + id + " from the verifier");
            return status == ACCEPTED ? Deletion.PENDING : Deletion.DONE;
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return Deletion.ABSENT;
            }
            throw e;
        }
    }

    /** {@code PUT /agents/{id}/stop}: no more polling. Unknown agents are refused with 400. */
    public void stop(ApiVersion version, AgentId id) throws ApiException {
        caller.put(caller.url(version, "agents", id.value(), "stop").build(), null, "stop the watch of agent " + id);
    }

    /** {@code PUT /agents/{id}/reactivate}: polls again. Unknown agents are refused with 400. */
    public void reactivate(ApiVersion version, AgentId id) throws ApiException {
        caller.put(caller.url(version, "agents", id.value(), "reactivate").build(), null, "reactivate agent " + id);
    }

    /** {@code GET /verify/identity}: is this quote one of that machine? */
    public IdentityVerdict verifyIdentity(
            ApiVersion version, AgentId id, String quote, String nonce, String hashAlgorithm) throws ApiException {
        HttpUrl url = caller.url(version, "verify", "identity")
                .addEncodedQueryParameter("agent_uuid", id.value())
                .addEncodedQueryParameter("quote", quote.replace("+", "%2B").replace("=", "%3D"))
                .addQueryParameter("nonce", nonce)
                .addQueryParameter("hash_alg", hashAlgorithm)
                .build();
        return caller.get(url, "have a quote of agent " + id + " checked", ApiCaller.RECORD, IdentityVerdict::from);
    }

    private HttpUrl agentUrl(ApiVersion version, AgentId id) {
        return caller.url(version, "agents", id.value()).build();
    }
}
