package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Talks to a registrar: agents over its plain port (register, activate), tenants over its TLS port (the rest). Calls
 * block; use virtual threads. Instances are safe for several threads and cheap: the connections are the HTTP client's.
 */
public final class RegistrarClient {
    private final ApiCaller caller;

    /** Calls cannot be cancelled other than by interrupting the thread. */
    public RegistrarClient(Endpoint registrar, OkHttpClient http) {
        this(registrar, http, null);
    }

    /** Calls end when cancelled. */
    public RegistrarClient(Endpoint registrar, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(registrar, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    /** {@code GET /version}. Old registrars refuse it ({@link ApiException.Refused}). */
    public Versions versions() throws ApiException {
        return caller.get(
                caller.url().addPathSegment("version").build(),
                "ask the registrar for its API versions",
                ApiCaller.RECORD,
                Versions::from);
    }

    /** {@code POST /agents/{id}}: asks for a credential challenge. */
    public RegistrationChallenge register(ApiVersion version, AgentId id, RegistrationRequest request)
            throws ApiException {
        String doing = "register agent " + id;
        ObjectNode envelope =
                caller.post(caller.url(version, "agents", id.value()).build(), request.toJson(), doing);
        return caller.read(envelope, doing, RegistrationChallenge::from);
    }

    /** {@code PUT /agents/{id}}: answers the challenge. A refusal with 400 means that the tag is wrong. */
    public void activate(ApiVersion version, AgentId id, String authTag) throws ApiException {
        caller.put(
                caller.url(version, "agents", id.value()).build(),
                new ActivationRequest(authTag).toJson(),
                "activate agent " + id);
    }

    /** {@code GET /agents/{id}}; refused with 404 if the id is unknown or not activated. */
    public Answer<RegistrarAgent> agent(ApiVersion version, AgentId id) throws ApiException {
        String doing = "read the registration of agent " + id;
        ObjectNode envelope =
                caller.get(caller.url(version, "agents", id.value()).build(), doing, ApiCaller.RECORD);
        return new Answer<>(caller.read(envelope, doing, RegistrarAgent::from), envelope);
    }

    /** {@code GET /agents/{id}}; empty if the id is unknown or not activated. */
    public Optional<RegistrarAgent> find(ApiVersion version, AgentId id) throws ApiException {
        try {
            return Optional.of(agent(version, id).value());
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** {@code GET /agents/}: every id, activated or not. */
    public Answer<AgentList> agents(ApiVersion version) throws ApiException {
        String doing = "list the registered agents";
        ObjectNode envelope = caller.get(caller.url(version, "agents", "").build(), doing, ApiCaller.LIST);
        return new Answer<>(caller.read(envelope, doing, AgentList::from), envelope);
    }

    /**
     * {@code GET /limelight/v1/registrations}: a page of what a Limelight registrar knows; Keylime's has no such route and refuses
     * it with 404.
     *
     * @param after the {@link RegistrationPage#nextAfter} of the page before; empty for the first
     * @param limit at most so many, 1 to 1000
     */
    public RegistrationPage registrations(Optional<String> after, int limit) throws ApiException {
        HttpUrl.Builder url = caller.url()
                .addPathSegments("limelight/v1/registrations")
                .addQueryParameter("limit", Integer.toString(limit));
        after.ifPresent(id -> url.addQueryParameter("after", id));
        return caller.get(url.build(), "list the registrations", ApiCaller.RECORD, RegistrationPage::from);
    }

    /** {@code DELETE /agents/{id}}; false if there was none. */
    public boolean delete(ApiVersion version, AgentId id) throws ApiException {
        try {
            caller.delete(caller.url(version, "agents", id.value()).build(), "delete the registration of agent " + id);
            return true;
        } catch (ApiException.Refused e) {
            if (e.notFound()) {
                return false;
            }
            throw e;
        }
    }
}
