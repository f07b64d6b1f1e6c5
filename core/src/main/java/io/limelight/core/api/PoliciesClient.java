package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stores policies at a verifier by name ({@code /allowlists} and {@code /mbpolicies}, reference §5.6 and §5.7), as an
 * administrator. Calls block; instances are safe for several threads.
 */
public final class PoliciesClient {
    /** A policy of 64 MiB of text, with a backslash before many of its quotes. */
    private static final int POLICY = 160 << 20;

    private final ApiCaller caller;

    /** Calls end when cancelled. */
    public PoliciesClient(Endpoint verifier, OkHttpClient http, @Nullable Cancellation cancellation) {
        this.caller = new ApiCaller(verifier, http, cancellation);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    private HttpUrl url(ApiVersion version, PolicyKind kind, String last) {
        return caller.url(version, kind.segment(), last).build();
    }

    /** The names of all. */
    public Answer<PolicyNames> names(ApiVersion version, PolicyKind kind) throws ApiException {
        String doing = "list the " + kind.plural() + " of the verifier";
        ObjectNode envelope = caller.get(url(version, kind, ""), doing, ApiCaller.LIST);
        return new Answer<>(
                caller.read(envelope, doing, results -> PolicyNames.from(results, kind.listKey())), envelope);
    }

    /** One; refused with 404 if it is not there. */
    public Answer<StoredPolicy> policy(ApiVersion version, PolicyKind kind, PolicyName name) throws ApiException {
        String doing = "read the " + kind.noun() + " " + name;
        ObjectNode envelope = caller.get(url(version, kind, name.value()), doing, POLICY);
        return new Answer<>(
                caller.read(
                        envelope,
                        doing,
                        kind == PolicyKind.RUNTIME
                                ? StoredPolicy::fromRuntimePolicy
                                : StoredPolicy::fromMeasuredBootPolicy),
                envelope);
    }

    /** Stores a new one; refused with 409 if there is one of this name. The whole envelope. */
    public ObjectNode create(ApiVersion version, PolicyKind kind, PolicyName name, ObjectNode body)
            throws ApiException {
        return caller.post(url(version, kind, name.value()), body, "store the " + kind.noun() + " " + name);
    }

    /** Puts another in the place of one; refused with 404 or 409 if there is none. The whole envelope. */
    public ObjectNode update(ApiVersion version, PolicyKind kind, PolicyName name, ObjectNode body)
            throws ApiException {
        return caller.put(url(version, kind, name.value()), body, "replace the " + kind.noun() + " " + name);
    }

    /** Deletes one; refused with 404 if there is none and 409 while machines use it. */
    public void delete(ApiVersion version, PolicyKind kind, PolicyName name) throws ApiException {
        caller.delete(url(version, kind, name.value()), "delete the " + kind.noun() + " " + name);
    }
}
