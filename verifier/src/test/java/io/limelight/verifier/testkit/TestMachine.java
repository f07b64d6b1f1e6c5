package io.limelight.verifier.testkit;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.api.VKeyRequest;
import io.limelight.core.api.Versions;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.payload.KeyTransport;
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
import io.limelight.core.tpm.QuoteText;
import io.limelight.core.tpm.TransportKeyBinding;
import io.limelight.core.tpm.soft.SoftAttestationKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An agent on a machine with a TPM, both in software: real TLS, real signatures, PCRs and clock that a test sets. It
 * answers honestly until it is told otherwise.
 */
public final class TestMachine implements AutoCloseable {
    /** One request for a quote. */
    public record Ask(String version, String nonce, PcrMask mask, boolean whole, long imaEntry) {}

    /** How it answers one request for a quote. */
    @FunctionalInterface
    public interface Answer {
        HttpReply to(Ask ask) throws Exception;
    }

    private final TrustedCas clients;
    private final boolean tls;
    private final SoftAttestationKey ak;
    private final Map<Integer, Octets> pcrs = new HashMap<>();
    private final Deque<Answer> nextQuotes = new ArrayDeque<>();
    private final Deque<HttpHandler> nextShares = new ArrayDeque<>();
    private final Deque<HttpHandler> nextNotices = new ArrayDeque<>();
    private final List<RevocationMessage> notices = new CopyOnWriteArrayList<>();
    private final AtomicInteger statusAsked = new AtomicInteger();
    private boolean limelight;
    private long newestReceipt;
    private final List<Long> receiptsAsked = new CopyOnWriteArrayList<>();
    private HttpHandler receipts = _ -> HttpReply.refusal(404, "not found");
    private final Set<Integer> remotes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger begun = new AtomicInteger();
    private final List<Ask> asks = new CopyOnWriteArrayList<>();
    private final List<String> shares = new CopyOnWriteArrayList<>();
    private final List<String> shareTexts = new CopyOnWriteArrayList<>();
    private UnaryOperator<QuoteText> forgery = UnaryOperator.identity();
    private UnaryOperator<QuoteResults> lie = UnaryOperator.identity();
    private SoftAttestationKey signer;
    private KeyPair transport = TestKeys.rsa("transport 1");
    private String transportPem = TestKeys.pem(transport);
    private List<ApiVersion> versions = ApiVersion.SUPPORTED;
    private boolean refuseOtherVersions;
    private @Nullable TestList list;
    private @Nullable String bootLog;
    private long clock = 1_000_000;
    private long resets = 3;
    private long restarts;
    private boolean safe = true;
    private KeyMaterial identity;
    private HttpListener listener;
    private int port;

    private TestMachine(TrustedCas clients, boolean tls, SoftAttestationKey ak) {
        this.clients = clients;
        this.tls = tls;
        this.ak = ak;
        this.signer = ak;
    }

    /** Starts one that admits clients under these CAs. */
    public static TestMachine start(TrustedCas clients) throws IOException {
        return start(clients, TestKeys.attestationKey());
    }

    /** Starts one with this attestation key. */
    public static TestMachine start(TrustedCas clients, SoftAttestationKey ak) throws IOException {
        TestMachine machine = new TestMachine(clients, true, ak);
        machine.identity = newIdentity();
        machine.listen(0);
        return machine;
    }

    /** Starts one without TLS. */
    public static TestMachine startPlain() throws IOException {
        TestMachine machine = new TestMachine(TrustedCas.NONE, false, TestKeys.attestationKey());
        machine.listen(0);
        return machine;
    }

    /** A key with a self-signed certificate, as agents make it. */
    public static KeyMaterial newIdentity() {
        KeyPair keys = KeyPairs.p256(TestKeys.RANDOM);
        X509Certificate certificate = SelfSignedCertificates.forAgent(
                keys, "test", List.of(), Instant.now(), Duration.ofDays(1), TestKeys.RANDOM);
        return new KeyMaterial(keys.getPrivate(), List.of(certificate));
    }

    private void listen(int port) throws IOException {
        Routes routes = Routes.builder()
                .versions(version -> !refuseOtherVersions
                        || ApiVersion.parse(version).filter(versions::contains).isPresent())
                .unsupportedVersion(version -> HttpReply.refusal(400, "API version not supported: v" + version))
                .get(
                        "/version",
                        _ -> HttpReply.success(Versions.ofAgent(versions).toJson()))
                .get("/v{version}/quotes/integrity", this::quote)
                .add(new Route("POST", "/v{version}/keys/vkey", Access.ANYONE, "", 8192, this::share))
                .add(new Route(
                        "POST", "/v{version}/notifications/revocation", Access.ANYONE, "", 4 << 20, this::notified))
                .get("/limelight/v1/status", _ -> status())
                .get("/limelight/v1/receipts", this::receipts)
                .build();
        listener = HttpListener.start(
                "machine",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                tls ? Optional.of(new ServerTls(identity, clients, ServerTls.ClientAuth.REQUIRED)) : Optional.empty(),
                routes,
                JsonStyle.COMPACT,
                Limits.SERVICE);
        this.port = listener.port();
    }

    private HttpReply quote(HttpCall call) throws Exception {
        Ask ask = new Ask(
                call.version().orElseThrow(),
                call.query("nonce").orElseThrow(),
                PcrMask.parse(call.query("mask").orElseThrow()),
                call.query("partial").orElseThrow().equals("0"),
                Long.parseLong(call.query("ima_ml_entry").orElseThrow()));
        begun.incrementAndGet();
        remotes.add(call.remotePort());
        Answer special;
        synchronized (this) {
            special = nextQuotes.poll();
        }
        HttpReply reply = special == null ? honest(ask) : special.to(ask);
        asks.add(ask);
        return reply;
    }

    /** The answer it gives by itself, with the lies it was told to add. */
    public synchronized HttpReply honest(Ask ask) {
        return HttpReply.success(lie.apply(results(ask)).toJson());
    }

    /** Results of a quote as things stand. */
    public synchronized QuoteResults results(Ask ask) {
        return new QuoteResults(
                forgery.apply(signed(ask)).format(),
                "sha256",
                signer.publicArea().key() instanceof io.limelight.core.tpm.TpmPublic.Key.Rsa ? "rsa2048" : "ecc256",
                signer.publicArea().key() instanceof io.limelight.core.tpm.TpmPublic.Key.Rsa ? "rsassa" : "ecdsa",
                ask.whole() ? transportPem : null,
                list == null ? null : list.from(ask.imaEntry()),
                list == null ? null : ask.imaEntry(),
                ask.mask().contains(0) ? bootLog : null,
                null,
                newestReceipt == 0 ? null : newestReceipt);
    }

    /** The quote itself. */
    public synchronized QuoteText signed(Ask ask) {
        return signer.quote(ask.nonce().getBytes(StandardCharsets.US_ASCII), values(ask.mask()), now());
    }

    /** PCR values for a mask, 16 included. */
    public synchronized PcrValues values(PcrMask mask) {
        Map<Integer, Octets> values = new HashMap<>();
        mask.with(16).pcrs().forEach(pcr -> values.put(pcr, pcrs.getOrDefault(pcr, Octets.copyOf(new byte[32]))));
        values.put(16, TransportKeyBinding.pcr16(HashAlgorithm.SHA256, transportPem));
        return PcrValues.of(HashAlgorithm.SHA256, values);
    }

    /** The TPM's clock, a little later each time it is asked. */
    public synchronized ClockInfo now() {
        clock += 7;
        return new ClockInfo(clock, resets, restarts, safe);
    }

    private HttpReply share(HttpCall call) throws Exception {
        HttpHandler special;
        synchronized (this) {
            special = nextShares.poll();
        }
        if (special != null) {
            return special.handle(call);
        }
        return acceptShare(call);
    }

    /** Takes V as an agent does. */
    public HttpReply acceptShare(HttpCall call) throws Exception {
        String encrypted = VKeyRequest.from(call.json()).encryptedKey();
        KeyPair mine;
        synchronized (this) {
            mine = transport;
        }
        try (SecretBytes share =
                KeyTransport.decrypt(mine.getPrivate(), Base64.getDecoder().decode(encrypted))) {
            shares.add(share.apply(HexFormat.of()::formatHex));
        }
        shareTexts.add(encrypted);
        return HttpReply.success();
    }

    private HttpReply notified(HttpCall call) throws Exception {
        HttpHandler special;
        synchronized (this) {
            special = nextNotices.poll();
        }
        return special == null ? acceptNotice(call) : special.handle(call);
    }

    /** What it does with a notice by itself. */
    public HttpReply acceptNotice(HttpCall call) throws Exception {
        notices.add(RevocationMessage.from(call.json()));
        return HttpReply.success();
    }

    private HttpReply receipts(HttpCall call) throws Exception {
        receiptsAsked.add(Long.parseLong(call.query("after").orElseThrow()));
        HttpHandler answer;
        synchronized (this) {
            answer = receipts;
        }
        return answer.handle(call);
    }

    private synchronized HttpReply status() {
        statusAsked.incrementAndGet();
        return limelight
                ? HttpReply.success(WireJson.object().put("payload_stage", "none"))
                : HttpReply.refusal(404, "not found");
    }

    // --- what a test tells it ---

    /** Is one of ours from now on, which knows what it has been told. */
    public synchronized TestMachine limelight() {
        limelight = true;
        return this;
    }

    /** Shows this number beside its quotes, and answers so when it is asked for receipts. */
    public synchronized TestMachine receipts(long newest, HttpHandler answer) {
        newestReceipt = newest;
        receipts = answer;
        return this;
    }

    /** Answers the next notices like this, one each. */
    public synchronized TestMachine nextNotices(HttpHandler... answers) {
        nextNotices.addAll(List.of(answers));
        return this;
    }

    /** Answers the next requests for quotes like this, one each; then it is itself again. */
    public synchronized TestMachine nextQuotes(Answer... answers) {
        nextQuotes.addAll(List.of(answers));
        return this;
    }

    /** Answers the next deliveries of V like this, one each. */
    public synchronized TestMachine nextShares(HttpHandler... answers) {
        nextShares.addAll(List.of(answers));
        return this;
    }

    /** Changes every quote from now on. */
    public synchronized TestMachine forging(UnaryOperator<QuoteText> forgery) {
        this.forgery = forgery;
        return this;
    }

    /** Changes every answer from now on. */
    public synchronized TestMachine lying(UnaryOperator<QuoteResults> lie) {
        this.lie = lie;
        return this;
    }

    /** Signs with another key from now on. */
    public synchronized TestMachine signingWith(SoftAttestationKey other) {
        this.signer = other;
        return this;
    }

    /** Another transport key, as after a restart of the agent. */
    public synchronized TestMachine transportKey(KeyPair pair) {
        this.transport = pair;
        this.transportPem = TestKeys.pem(pair);
        return this;
    }

    /** Another text of the same transport key. */
    public synchronized TestMachine transportPem(String pem) {
        this.transportPem = pem;
        return this;
    }

    public synchronized TestMachine pcr(int pcr, Octets value) {
        pcrs.put(pcr, value);
        return this;
    }

    /** Its kernel measures files: the first time it has a list. */
    public synchronized TestMachine measures(String path, String content) {
        TestList now = list == null ? new TestList() : list;
        list = now.measure(path, content);
        return pcr(10, now.pcr10());
    }

    /** Its firmware logged this boot. */
    public synchronized TestMachine booted(byte[] log, PcrValues values) {
        bootLog = Base64.getEncoder().encodeToString(log);
        values.mask().pcrs().forEach(pcr -> pcrs.put(pcr, values.value(pcr).orElseThrow()));
        return this;
    }

    /** Suspended and woken up. */
    public synchronized TestMachine resumed() {
        restarts++;
        return this;
    }

    /** Booted: TPM 2.0 Part 1 §36 has restartCount start anew. */
    public synchronized TestMachine rebooted() {
        resets++;
        restarts = 0;
        if (list != null) {
            list = new TestList();
            pcrs.remove(10);
        }
        return this;
    }

    /** Puts the clock back, as a restored snapshot does. */
    public synchronized TestMachine clock(long millis) {
        clock = millis;
        return this;
    }

    public synchronized TestMachine safe(boolean value) {
        safe = value;
        return this;
    }

    /** Speaks only these versions and refuses others as the Rust agent does. */
    public synchronized TestMachine speaking(ApiVersion... only) {
        versions = List.of(only);
        refuseOtherVersions = true;
        return this;
    }

    /** Stops listening; the port stays its own. */
    public TestMachine down() {
        listener.close();
        return this;
    }

    /** Listens on its port again. */
    public TestMachine up() throws IOException {
        listen(port);
        return this;
    }

    /** Listens again with another TLS key and certificate than it was enrolled with. */
    public TestMachine upAs(KeyMaterial other) throws IOException {
        identity = other;
        return up();
    }

    // --- what a test wants to know ---

    /** Every notice that was taken, in order. */
    public List<RevocationMessage> notices() {
        return List.copyOf(notices);
    }

    /** After which numbers somebody asked for receipts, in order. */
    public List<Long> receiptsAsked() {
        return List.copyOf(receiptsAsked);
    }

    /** How often somebody asked whose agent it is. */
    public int statusAsked() {
        return statusAsked.get();
    }

    /** Its port, also while it is down. */
    public int port() {
        return port;
    }

    /** Its TLS key and certificate. */
    public KeyMaterial identity() {
        return identity;
    }

    /** From how many connections it was asked for quotes. */
    public int connections() {
        return remotes.size();
    }

    public String certificatePem() {
        return PemFiles.certificate(identity.certificate());
    }

    public SoftAttestationKey ak() {
        return ak;
    }

    /** Every request for a quote that was answered, in order. */
    public List<Ask> asks() {
        return List.copyOf(asks);
    }

    /** How many requests for a quote have reached it, answered or not. */
    public int begun() {
        return begun.get();
    }

    /** Every V that was taken, in hex, in order. */
    public List<String> shares() {
        return List.copyOf(shares);
    }

    /** Every V as it was sent, encrypted. */
    public List<String> shareTexts() {
        return List.copyOf(shareTexts);
    }

    /** What a tenant posts for it. */
    public ObjectNode enrolment() {
        ObjectNode body = WireJson.object();
        body.putNull("v");
        body.put("cloudagent_ip", "127.0.0.1");
        body.put("cloudagent_port", port());
        body.put("tpm_policy", "{\"mask\": \"0x0\"}");
        body.put("metadata", "{}");
        body.put("runtime_policy", "");
        body.put("runtime_policy_name", "");
        body.put("runtime_policy_key", "");
        body.putNull("mb_policy");
        body.put("mb_policy_name", "");
        body.put("ima_sign_verification_keys", "");
        body.put("revocation_key", "");
        names(body, "accept_tpm_hash_algs", "sha512", "sha384", "sha256");
        names(body, "accept_tpm_encryption_algs", "ecc", "rsa");
        names(body, "accept_tpm_signing_algs", "rsassa", "ecdsa");
        body.put("ak_tpm", ak.publicArea().toBase64());
        if (tls) {
            body.put("mtls_cert", certificatePem());
        } else {
            body.put("mtls_cert", "disabled");
        }
        body.put("supported_version", "2.6");
        return body;
    }

    private static void names(ObjectNode body, String key, String... names) {
        ArrayNode array = body.putArray(key);
        for (String name : names) {
            array.add(name);
        }
    }

    @Override
    public void close() {
        listener.close();
    }
}
