package io.limelight.core.api;

import io.limelight.core.task.Cancellation;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Talks to an agent, for tenant and verifier alike. Calls block; use virtual threads. Instances are safe for several
 * threads and cheap: the connections are those of the HTTP client, whose trust must be pinned to the certificate this
 * agent registered.
 *
 * <p>An agent that does not speak the version asked for answers so that
 * {@link VersionNegotiation#refusesVersion(int, String)} is true of the {@link ApiException.Refused}.
 */
public final class AgentClient {
    /** A measurement list of months is tens of MiB; without one an answer is a few KiB. */
    public static final int DEFAULT_MAX_QUOTE_ANSWER = 64 << 20;

    private final ApiCaller caller;
    private final int maxQuoteAnswer;

    /** Calls cannot be cancelled other than by interrupting the thread. */
    public AgentClient(Endpoint agent, OkHttpClient http) {
        this(agent, http, DEFAULT_MAX_QUOTE_ANSWER, null);
    }

    /**
     * Calls end when cancelled.
     *
     * @param maxQuoteAnswer bytes of the answer to an integrity quote, lists included
     */
    public AgentClient(Endpoint agent, OkHttpClient http, int maxQuoteAnswer, @Nullable Cancellation cancellation) {
        this(agent, http, maxQuoteAnswer, cancellation, null);
    }

    /**
     * Calls end when cancelled, and large answers share a budget of memory.
     *
     * @param maxQuoteAnswer bytes of the answer to an integrity quote, lists included
     * @param budget shared with other clients
     */
    public AgentClient(
            Endpoint agent,
            OkHttpClient http,
            int maxQuoteAnswer,
            @Nullable Cancellation cancellation,
            @Nullable AnswerBudget budget) {
        this(new ApiCaller(agent, http, cancellation, budget, false), maxQuoteAnswer);
    }

    private AgentClient(ApiCaller caller, int maxQuoteAnswer) {
        this.caller = caller;
        this.maxQuoteAnswer = maxQuoteAnswer;
    }

    /** The same, but each of its requests is the last one on its connection. */
    public AgentClient closing() {
        return new AgentClient(caller.closing(), maxQuoteAnswer);
    }

    /** Who is asked. */
    public Endpoint endpoint() {
        return caller.endpoint();
    }

    /** {@code GET /version}. */
    public Versions versions() throws ApiException {
        return caller.get(
                caller.url().addPathSegment("version").build(),
                "ask the agent for its API versions",
                ApiCaller.RECORD,
                Versions::from);
    }

    /**
     * {@code GET /quotes/identity}: PCR 16 only.
     *
     * @param nonce ASCII letters and digits, at most 32
     */
    public QuoteResults identityQuote(ApiVersion version, String nonce) throws ApiException {
        HttpUrl url = caller.url(version, "quotes", "identity")
                .addEncodedQueryParameter("nonce", nonce)
                .build();
        return caller.get(url, "get an identity quote from the agent", ApiCaller.RECORD, QuoteResults::from);
    }

    /**
     * {@code GET /quotes/integrity}.
     *
     * @param nonce ASCII letters and digits, at most 32
     * @param mask PCRs asked for, as hex text; 16 comes on top
     * @param withTransportKey {@code partial=0}: the answer shall hold the transport key
     * @param imaEntry first IMA entry wanted
     */
    public QuoteResults integrityQuote(
            ApiVersion version, String nonce, String mask, boolean withTransportKey, long imaEntry)
            throws ApiException {
        HttpUrl url = caller.url(version, "quotes", "integrity")
                .addEncodedQueryParameter("nonce", nonce)
                .addQueryParameter("mask", mask)
                .addEncodedQueryParameter("partial", withTransportKey ? "0" : "1")
                .addEncodedQueryParameter("ima_ml_entry", Long.toString(imaEntry))
                .build();
        return caller.get(url, "get an integrity quote from the agent", maxQuoteAnswer, QuoteResults::from);
    }

    /** {@code GET /keys/pubkey}: unproved; a quote binds the key. */
    public TransportKeyResults transportKey(ApiVersion version) throws ApiException {
        return caller.get(
                caller.url(version, "keys", "pubkey").build(),
                "get the transport key of the agent",
                ApiCaller.RECORD,
                TransportKeyResults::from);
    }

    /** {@code POST /keys/ukey}: the share U and, if there is one, the sealed payload. */
    public void deliverU(ApiVersion version, UKeyRequest request) throws ApiException {
        caller.post(caller.url(version, "keys", "ukey").build(), request.toJson(), "deliver the share U to the agent");
    }

    /** {@code POST /keys/vkey}: the share V. */
    public void deliverV(ApiVersion version, VKeyRequest request) throws ApiException {
        caller.post(caller.url(version, "keys", "vkey").build(), request.toJson(), "deliver the share V to the agent");
    }

    /**
     * {@code GET /keys/verify}: proof that the agent has K; refused with 400 while it has not.
     *
     * @param challenge ASCII letters and digits
     */
    public KeyProof proveKey(ApiVersion version, String challenge) throws ApiException {
        HttpUrl url = caller.url(version, "keys", "verify")
                .addEncodedQueryParameter("challenge", challenge)
                .build();
        return caller.get(url, "have the agent prove its key", ApiCaller.RECORD, KeyProof::from);
    }

    /** {@code POST /notifications/revocation}; accepted means received, not obeyed. */
    public void notifyRevocation(ApiVersion version, RevocationMessage message) throws ApiException {
        caller.post(
                caller.url(version, "notifications", "revocation").build(),
                message.toJson(),
                "notify the agent of a revocation");
    }

    /** {@code GET /agent/info} (2.2 and later). */
    public AgentInfo info(ApiVersion version) throws ApiException {
        return caller.get(
                caller.url(version, "agent", "info").build(),
                "ask the agent about itself",
                ApiCaller.RECORD,
                AgentInfo::from);
    }

    /**
     * {@code GET /limelight/v1/receipts}: what a Limelight agent says it did about revocation notices; others refuse it. Results:
     * {@code newest}, the number of the newest receipt, and {@code receipts}, those with greater numbers than asked for, oldest
     * first, a page of them.
     *
     * @param after number of the last receipt that is known; 0 = none
     */
    public Answer<ObjectNode> receipts(long after) throws ApiException {
        ObjectNode envelope = caller.get(
                caller.url()
                        .addPathSegment("limelight")
                        .addPathSegment("v1")
                        .addPathSegment("receipts")
                        .addQueryParameter("after", Long.toString(after))
                        .build(),
                "ask the agent for its receipts",
                ApiCaller.RECORD);
        return new Answer<>(
                envelope.get("results") instanceof ObjectNode results ? results : envelope.objectNode(), envelope);
    }

    /** {@code GET /limelight/v1/status}: payload stage and script of a Limelight agent; others refuse it. */
    public Answer<ObjectNode> limelightStatus() throws ApiException {
        ObjectNode envelope = caller.get(
                caller.url()
                        .addPathSegment("limelight")
                        .addPathSegment("v1")
                        .addPathSegment("status")
                        .build(),
                "ask the agent for its payload status",
                ApiCaller.RECORD);
        return new Answer<>(
                envelope.get("results") instanceof ObjectNode results ? results : envelope.objectNode(), envelope);
    }
}
