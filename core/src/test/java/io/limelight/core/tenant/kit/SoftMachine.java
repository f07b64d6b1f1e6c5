package io.limelight.core.tenant.kit;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.KeyProof;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.UKeyRequest;
import io.limelight.core.api.Versions;
import io.limelight.core.endorsement.TestVendor;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.KeyTransport;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import io.limelight.core.tpm.soft.SoftEndorsementKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A machine with TPM keys in software behind the agent's real TLS routes: quotes, takes U and V, joins them, opens its
 * payload and proves its key. A test may replace each route by something hostile.
 */
public final class SoftMachine implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    // RSA keys take seconds to make; all machines of a test run share them.
    private static final SoftEndorsementKey EK = SoftEndorsementKey.generateRsa(2048, RANDOM);
    private static final KeyPair TRANSPORT = KeyPairs.rsa(2048, RANDOM);

    private final AgentId id;
    private final SoftEndorsementKey ek = EK;
    private final SoftAttestationKey ak;
    private final KeyPair transport = TRANSPORT;
    private final String transportPem = PemFiles.publicKey(transport.getPublic());
    private final Optional<KeyMaterial> tls;
    private final Handlers handlers;
    private final HttpListener listener;
    private final AtomicLong clock = new AtomicLong(1000);

    private volatile Octets imaPcr = Octets.ofHex("00".repeat(32));
    private UKeyRequest u;
    private SecretBytes v;
    private BootstrapKey key;
    private String opened;

    private SoftMachine(
            AgentId id, SoftAttestationKey ak, Optional<KeyMaterial> tls, TrustedCas clients, Journal journal)
            throws IOException {
        this.id = id;
        this.ak = ak;
        this.tls = tls;
        this.handlers = new Handlers("agent", journal);
        this.listener = HttpListener.start(
                "machine",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                tls.map(material -> new ServerTls(material, clients, ServerTls.ClientAuth.REQUIRED)),
                routes(),
                JsonStyle.COMPACT,
                Limits.AGENT);
    }

    static SoftMachine start(AgentId id, SoftAttestationKey ak, boolean withTls, TrustedCas clients, Journal journal)
            throws IOException {
        return new SoftMachine(id, ak, withTls ? Optional.of(selfSigned(id)) : Optional.empty(), clients, journal);
    }

    /** A TLS identity as an agent makes it. */
    public static KeyMaterial selfSigned(AgentId id) {
        KeyPair keys = KeyPairs.p256(RANDOM);
        return new KeyMaterial(
                keys.getPrivate(),
                List.of(SelfSignedCertificates.forAgent(
                        keys, id.value(), List.of(), Instant.now(), Duration.ofDays(365), RANDOM)));
    }

    private Routes routes() {
        return Routes.builder()
                .versions(text ->
                        ApiVersion.parse(text).map(ApiVersion::supported).orElse(false))
                .unsupportedVersion(text -> HttpReply.refusal(400, "API version not supported: v" + text))
                .get(
                        "/version",
                        handlers.route(
                                "GET version",
                                call -> HttpReply.success(
                                        Versions.ofAgent(ApiVersion.SUPPORTED).toJson())))
                .get(
                        "/v{version}/quotes/identity",
                        handlers.route(
                                "GET quotes/identity",
                                call -> HttpReply.success(
                                        quote(call.query("nonce").orElseThrow()).toJson())))
                .get(
                        "/v{version}/quotes/integrity",
                        handlers.route(
                                "GET quotes/integrity",
                                call -> HttpReply.success(integrity(
                                                call.query("nonce").orElseThrow(),
                                                PcrMask.parse(call.query("mask").orElseThrow()))
                                        .toJson())))
                .add(new Route(
                        "POST",
                        "/v{version}/keys/ukey",
                        Access.ANYONE,
                        "ukey",
                        8 << 20,
                        handlers.route("POST keys/ukey", call -> {
                            receiveU(UKeyRequest.from(call.json()));
                            return HttpReply.success();
                        })))
                .get("/v{version}/keys/verify", handlers.route("GET keys/verify", call -> {
                    Optional<BootstrapKey> known = key();
                    return known.isEmpty()
                            ? HttpReply.refusal(400, "Bootstrap key not yet available.")
                            : HttpReply.success(new KeyProof(known.get()
                                            .answer(call.query("challenge").orElseThrow()))
                                    .toJson());
                }))
                // As Keylime's agents, which have no such route.
                .get(
                        "/limelight/v1/status",
                        handlers.route("GET limelight/v1/status", call -> HttpReply.refusal(404, "Not Found")))
                .build();
    }

    /** Replaces a route: {@code GET version}, {@code GET quotes/identity}, {@code POST keys/ukey}, {@code GET keys/verify}. */
    public SoftMachine answering(String route, HttpHandler handler) {
        handlers.replace(route, handler);
        return this;
    }

    /** Back to honest. */
    public void honest(String route) {
        handlers.restore(route);
    }

    // --- TPM ---

    /** The honest answer to an identity quote. */
    public QuoteResults quote(String nonce) {
        return quote(nonce, ak, transportPem, transportPem);
    }

    /** An answer by another key, about another transport key, or with another bound in PCR 16. */
    public QuoteResults quote(String nonce, SoftAttestationKey by, String boundPem, String sentPem) {
        HashAlgorithm bank = by.hash();
        PcrValues pcrs = PcrValues.of(bank, Map.of(16, TransportKeyBinding.pcr16(bank, boundPem)));
        return quote(nonce, by, pcrs, sentPem);
    }

    /** PCR 10 is what a list leads to; this machine's list is empty. */
    public SoftMachine imaPcr(Octets value) {
        imaPcr = value;
        return this;
    }

    private QuoteResults integrity(String nonce, PcrMask mask) {
        HashAlgorithm bank = ak.hash();
        Map<Integer, Octets> values = new HashMap<>();
        mask.pcrs().forEach(pcr -> values.put(pcr, pcr == 10 ? imaPcr : Octets.ofHex("00".repeat(bank.digestSize()))));
        values.put(16, TransportKeyBinding.pcr16(bank, transportPem));
        QuoteResults quoted = quote(nonce, ak, PcrValues.of(bank, values), transportPem);
        return new QuoteResults(
                quoted.quote(),
                quoted.hashAlg(),
                quoted.encAlg(),
                quoted.signAlg(),
                quoted.pubkey(),
                "",
                0L,
                null,
                null);
    }

    /** An answer over any PCR values. */
    public QuoteResults quote(String nonce, SoftAttestationKey by, PcrValues pcrs, String sentPem) {
        ClockInfo now = new ClockInfo(clock.incrementAndGet(), 1, 0, true);
        String text =
                by.quote(nonce.getBytes(StandardCharsets.US_ASCII), pcrs, now).format();
        boolean rsa = by.publicArea().algorithm().wireName().startsWith("rsa");
        return new QuoteResults(
                text,
                by.hash().wireName(),
                by.publicArea().algorithm().wireName(),
                rsa ? "rsassa" : "ecdsa",
                sentPem,
                null,
                null,
                null,
                null);
    }

    /** Any 32 bytes as a PCR value. */
    public static Octets pcrValue(String text) {
        return Octets.copyOf(HashAlgorithm.SHA256.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    // --- payload ---

    private synchronized void receiveU(UKeyRequest request) {
        u = request;
        join();
    }

    /** What a verifier sends after a good quote. */
    public synchronized void receiveV(SecretBytes share) {
        v = share;
        join();
    }

    private void join() {
        if (u == null || v == null) {
            return;
        }
        try {
            SecretBytes shareU = KeyTransport.decrypt(
                    transport.getPrivate(), Base64.getDecoder().decode(u.encryptedKey()));
            BootstrapKey joined = BootstrapKey.join(shareU, v);
            if (!joined.matches(id.value(), HexFormat.of().parseHex(u.authTag()))) {
                throw new IllegalStateException("the tag does not fit");
            }
            key = joined;
            String payload = u.payload();
            if (payload != null) {
                opened = SealedPayload.open(joined, Base64.getDecoder().decode(payload))
                        .apply(bytes -> new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (PayloadException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized Optional<BootstrapKey> key() {
        return Optional.ofNullable(key);
    }

    /** The right answer to a challenge; the key must be there. */
    public String proof(String challenge) {
        return key().orElseThrow().answer(challenge);
    }

    /** The payload in clear, once it has been unlocked. */
    public synchronized Optional<String> unlocked() {
        return Optional.ofNullable(opened);
    }

    /** The last U that arrived. */
    public synchronized Optional<UKeyRequest> receivedU() {
        return Optional.ofNullable(u);
    }

    // --- facts ---

    public AgentId id() {
        return id;
    }

    public SoftEndorsementKey ek() {
        return ek;
    }

    public SoftAttestationKey ak() {
        return ak;
    }

    public String transportPem() {
        return transportPem;
    }

    public int port() {
        return listener.port();
    }

    /** Its record at a registrar. */
    public RegistrarAgent record(TestVendor vendor) {
        return new RegistrarAgent(
                id.value(),
                ek.publicArea().toBase64(),
                ak.publicArea().toBase64(),
                TestVendor.base64(vendor.issue(ek.publicKey())),
                "127.0.0.1",
                port(),
                tls.map(material -> PemFiles.certificate(material.certificate()))
                        .orElse(RegistrarAgent.MTLS_DISABLED),
                1);
    }

    @Override
    public void close() {
        listener.close();
    }
}
