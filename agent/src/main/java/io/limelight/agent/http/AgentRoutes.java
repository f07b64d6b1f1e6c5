package io.limelight.agent.http;

import io.limelight.agent.actions.Receipt;
import io.limelight.agent.actions.RevocationInbox;
import io.limelight.agent.evidence.Evidence;
import io.limelight.agent.evidence.ParameterException;
import io.limelight.agent.evidence.QuoteRequests;
import io.limelight.agent.keys.TransportKey;
import io.limelight.agent.payload.PayloadReceiver;
import io.limelight.agent.payload.PayloadStatus;
import io.limelight.agent.tpm.AttestationTpm;
import io.limelight.agent.tpm.TpmException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.AgentInfo;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.KeyProof;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.TransportKeyResults;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.api.VKeyRequest;
import io.limelight.core.api.VersionNegotiation;
import io.limelight.core.api.Versions;
import io.limelight.core.api.WireFormatException;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.LongText;
import io.limelight.core.json.WireJson;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.secret.SecretBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The routes of an agent, API 2.0 to 2.6 (wire reference §2), and our own status. Whoever reaches them has shown a certificate
 * under {@code trusted_client_ca}; no route asks for more, as peers present any such certificate.
 */
public final class AgentRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRoutes.class);

    /** A sealed payload in base64 inside JSON; the secure area is smaller in most configurations. */
    private static final int MAX_U = 16 << 20;

    private static final int MAX_V = 16 << 10;
    private static final int MAX_NOTICE = 1 << 20;
    private static final int MAX_ENCRYPTED_SHARE = 1024;

    /** In our status, and beside a quote once there is a receipt. */
    private static final String NEWEST_RECEIPT = "newest_receipt";

    private static final String MEASUREMENT_LIST = "ima_measurement_list";

    private final AgentId id;
    private final List<ApiVersion> versions;
    private final AttestationTpm tpm;
    private final Evidence evidence;
    private final TransportKey transportKey;
    private final PayloadReceiver payloads;
    private final RevocationInbox revocations;

    /** Routes over these parts, which stay owned by the caller. */
    public AgentRoutes(
            AgentId id,
            List<ApiVersion> versions,
            AttestationTpm tpm,
            Evidence evidence,
            TransportKey transportKey,
            PayloadReceiver payloads,
            RevocationInbox revocations) {
        this.id = id;
        this.versions = List.copyOf(versions);
        this.tpm = tpm;
        this.evidence = evidence;
        this.transportKey = transportKey;
        this.payloads = payloads;
        this.revocations = revocations;
    }

    /** The table for a listener. */
    public Routes routes() {
        return Routes.builder()
                .versions(text ->
                        ApiVersion.parse(text).filter(versions::contains).isPresent())
                .unsupportedVersion(text -> {
                    LOG.warn("a request for API version {} was refused", text);
                    return HttpReply.refusal(400, VersionNegotiation.AGENT_REFUSAL + ": v" + text);
                })
                .notFound(new UnknownPaths(versions))
                // As its parser's other refusals (wire reference §2.2).
                .tooLarge(400)
                .get(
                        "/version",
                        call -> HttpReply.success(Versions.ofAgent(versions).toJson()))
                .get("/v{version}/agent/info", guarded(this::info))
                .get(
                        "/v{version}/keys/pubkey",
                        guarded(call -> HttpReply.success(new TransportKeyResults(transportKey.pem()).toJson())))
                .get("/v{version}/keys/verify", guarded(this::verify))
                .get("/v{version}/quotes/identity", guarded(this::identity))
                .get("/v{version}/quotes/integrity", guarded(this::integrity))
                .add(post("/v{version}/keys/ukey", MAX_U, this::ukey))
                .add(post("/v{version}/keys/vkey", MAX_V, this::vkey))
                .add(post("/v{version}/notifications/revocation", MAX_NOTICE, this::revocation))
                .get("/limelight/v1/status", call -> HttpReply.success(status()))
                .get("/limelight/v1/receipts", guarded(this::receipts))
                .build();
    }

    private static Route post(String template, int maxBody, HttpHandler handler) {
        return new Route("POST", template, Access.ANYONE, "", maxBody, guarded(handler));
    }

    /** Turns what a request can have wrong into the 400 that says so. */
    private static HttpHandler guarded(HttpHandler handler) {
        return call -> {
            try {
                return handler.handle(call);
            } catch (ParameterException | WireFormatException e) {
                LOG.warn("{} {}: 400, bad parameters", call.method(), call.path());
                return HttpReply.refusal(400, String.valueOf(e.getMessage()));
            }
        };
    }

    /** A parameter; given twice, nobody knows which one was meant. */
    private static Optional<String> once(HttpCall call, String name) throws ParameterException {
        if (call.repeated(name)) {
            throw new ParameterException("Query deserialize error: duplicate field `" + name + "`");
        }
        return call.query(name);
    }

    private ApiVersion version(HttpCall call) {
        return call.version().flatMap(ApiVersion::parse).orElse(ApiVersion.CURRENT);
    }

    private HttpReply info(HttpCall call) {
        ApiVersion version = version(call);
        if (version.compareTo(ApiVersion.V2_2) < 0) {
            return UnknownPaths.inVersion("GET");
        }
        AgentInfo info = new AgentInfo(
                id.value(),
                tpm.settings().hash().wireName(),
                evidence.encryptionName(version),
                tpm.settings().signing().wireName(),
                tpm.attestationKeyHandle().orElse(null));
        return HttpReply.success(info.toJson());
    }

    // --- quotes ---

    private HttpReply identity(HttpCall call) throws ParameterException {
        String nonce = QuoteRequests.identity(once(call, "nonce"));
        return quote(
                () -> HttpReply.success(evidence.identity(version(call), nonce).toJson()));
    }

    private HttpReply integrity(HttpCall call) throws ParameterException {
        QuoteRequests.Integrity request = QuoteRequests.integrity(
                once(call, "nonce"), once(call, "mask"), once(call, "partial"), once(call, "ima_ml_entry"));
        return quote(() -> {
            Evidence.Answer answer = evidence.integrity(version(call), request);
            ObjectNode results = answer.results().toJson();
            long receipt = revocations.newestReceipt();
            if (receipt > 0) {
                // Peers pass over members they do not know (wire reference §10, 24); our verifier fetches what is new.
                results.put(NEWEST_RECEIPT, receipt);
            }
            LongText list = answer.longList();
            if (list == null) {
                return HttpReply.success(results);
            }
            results.set(MEASUREMENT_LIST, WireJson.longText(list));
            return HttpReply.longSuccess(results);
        });
    }

    private interface Quoting {
        HttpReply make() throws TpmException, IOException;
    }

    /** 500 makes a verifier come again; any other status would end its polling for good (wire reference §10, 21). */
    private static HttpReply quote(Quoting quoting) {
        try {
            return quoting.make();
        } catch (TpmException | IOException e) {
            LOG.error("no quote: {}", e.getMessage());
            return HttpReply.refusal(500, "Unable to retrieve quote");
        }
    }

    // --- keys ---

    private HttpReply ukey(HttpCall call) throws ParameterException, WireFormatException {
        UKeyRequest request = UKeyRequest.from(json(call));
        byte[] encrypted = encryptedKey(request.encryptedKey());
        byte[] tag = authTag(request.authTag());
        String payloadText = request.payload();
        Optional<byte[]> payload = payloadText == null ? Optional.empty() : Optional.of(base64("payload", payloadText));
        payloads.receiveU(open(encrypted), tag, payload);
        LOG.info(
                "U arrived{}",
                payload.map(bytes -> " with a payload of " + bytes.length + " bytes")
                        .orElse(""));
        return accepted();
    }

    private HttpReply vkey(HttpCall call) throws ParameterException, WireFormatException {
        VKeyRequest request = VKeyRequest.from(json(call));
        payloads.receiveV(open(encryptedKey(request.encryptedKey())));
        LOG.info("V arrived");
        return accepted();
    }

    private HttpReply verify(HttpCall call) throws ParameterException {
        String challenge = QuoteRequests.challenge(once(call, "challenge"));
        return payloads.answer(challenge)
                .map(hmac -> HttpReply.success(new KeyProof(hmac).toJson()))
                .orElseGet(() -> HttpReply.refusal(400, "Bootstrap key not yet available."));
    }

    private static byte[] encryptedKey(String text) throws ParameterException {
        byte[] encrypted = base64("encrypted_key", text);
        if (encrypted.length > MAX_ENCRYPTED_SHARE) {
            throw new ParameterException("Failed to decrypt encrypted_key: it is " + encrypted.length + " bytes long");
        }
        return encrypted;
    }

    private SecretBytes open(byte[] encrypted) throws ParameterException {
        SecretBytes share;
        try {
            share = transportKey.open(encrypted);
        } catch (PayloadException e) {
            throw new ParameterException("Failed to decrypt encrypted_key: " + e.getMessage());
        }
        if (!BootstrapKey.validSize(share.length())) {
            share.close();
            throw new ParameterException("Invalid decrypted key: it has " + share.length() + " bytes, not 16 or 32");
        }
        return share;
    }

    private static byte[] base64(String member, String text) throws ParameterException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException("Invalid base64 encoding in " + member + ": " + e.getMessage());
        }
    }

    private static byte[] authTag(String text) throws ParameterException {
        byte[] tag;
        try {
            tag = HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException("Invalid hex encoding in auth_tag: " + e.getMessage());
        }
        if (tag.length != BootstrapKey.TAG_SIZE) {
            throw new ParameterException("auth_tag has " + tag.length + " bytes, not " + BootstrapKey.TAG_SIZE);
        }
        return tag;
    }

    // --- notifications, status ---

    private HttpReply revocation(HttpCall call) throws ParameterException, WireFormatException {
        try {
            return revocations.take(RevocationMessage.from(json(call)))
                    ? accepted()
                    : HttpReply.refusal(500, "Too many revocation notices are waiting; send it again later");
        } catch (IOException e) {
            LOG.error("a revocation notice cannot be kept: {}", e.getMessage());
            return HttpReply.refusal(500, "The revocation notice cannot be kept; send it again later");
        }
    }

    /**
     * {@code GET /limelight/v1/receipts?after=N}: {@code newest} and the {@code receipts} with greater numbers, oldest first, at
     * most a hundred; their members are those of {@link Receipt#toJson}. A number beyond {@code newest} is one that this machine
     * has not given: it has lost its journal, and whoever asks begins at 0.
     */
    private HttpReply receipts(HttpCall call) throws ParameterException {
        String after = once(call, "after").orElse("0");
        if (!after.matches("[0-9]{1,18}")) {
            throw new ParameterException("after is not the number of a receipt");
        }
        ObjectNode results = WireJson.object();
        results.put("newest", revocations.newestReceipt());
        ArrayNode list = results.putArray("receipts");
        revocations.receipts(Long.parseLong(after)).forEach(receipt -> list.add(receipt.toJson()));
        return HttpReply.success(results);
    }

    private ObjectNode status() {
        PayloadStatus payload = payloads.status();
        ObjectNode status = WireJson.object();
        status.put("agent_id", id.value());
        status.put("payload_stage", payload.stage().wireName());
        put(status, "payload_problem", Optional.ofNullable(payload.problem()));
        put(status, "payload_note", Optional.ofNullable(payload.note()));
        put(status, "script_running_since", payload.runningSince().map(Object::toString));
        payload.exit().ifPresentOrElse(exit -> status.put("script_exit", exit), () -> status.putNull("script_exit"));
        status.put("secure_size", payload.secureSize());
        ArrayNode problems = status.putArray("action_problems");
        revocations.actionProblems().forEach(problems::add);
        status.put("revocation_notices", revocations.notices());
        status.put("revocation_notices_dropped", revocations.dropped());
        put(status, "revocation_notice_dropped_why", revocations.lastDropped());
        status.put(NEWEST_RECEIPT, revocations.newestReceipt());
        return status;
    }

    private static void put(ObjectNode object, String key, Optional<String> value) {
        value.ifPresentOrElse(text -> object.put(key, text), () -> object.putNull(key));
    }

    /** Success without data: the Rust agent's {@code results: null}. */
    private static HttpReply accepted() {
        return HttpReply.envelope(200, "Success", NullNode.getInstance());
    }

    private static JsonNode json(HttpCall call) throws ParameterException {
        String type = call.header("Content-Type").orElse("");
        String media = type.contains(";") ? type.substring(0, type.indexOf(';')) : type;
        if (!media.strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw new ParameterException("Content type error: application/json is expected");
        }
        byte[] body = call.body();
        try {
            return WireJson.parseObject(body);
        } catch (IOException e) {
            throw new ParameterException("Json deserialize error: " + e.getMessage());
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }
}
