package io.limelight.cli.bench;

import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.QuoteResults;
import io.limelight.core.api.Versions;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A port that answers for machines: its own TLS key and certificate, its own attestation key, a fresh signature for every
 * nonce. Several agent ids may share one, since a quote's request does not name the agent.
 */
final class LoadAgent implements AutoCloseable {
    private static final int LARGEST_NOTICE = 1 << 20;

    private final HttpListener listener;
    private final X509Certificate certificate;
    private final SoftAttestationKey ak;

    private LoadAgent(HttpListener listener, X509Certificate certificate, SoftAttestationKey ak) {
        this.listener = listener;
        this.certificate = certificate;
        this.ak = ak;
    }

    /** What all ports together have seen. */
    static final class Seen {
        final LongAdder quotes = new LongAdder();
        final LongAdder connections = new LongAdder();
        private final Set<String> remotes = ConcurrentHashMap.newKeySet();

        void call(HttpCall call) {
            if (remotes.add(call.remoteAddress() + ":" + call.remotePort())) {
                connections.increment();
            }
        }
    }

    /** What a port does besides answering quotes honestly. */
    interface Conduct {
        /** It stays as it is, and nobody tells it anything. */
        Conduct HONEST = new Conduct() {};

        /** Whether PCR 15 holds something else than zeros. */
        default boolean violated() {
            return false;
        }

        /** Its measurement list; null without IMA. */
        default @Nullable LoadList list() {
            return null;
        }

        /** Its quote is made and about to be sent. */
        default void quoted(boolean violated) {}

        /** Number of its newest receipt; 0 for none. */
        default long newestReceipt() {
            return 0;
        }

        /** Somebody asks for its receipts. */
        default HttpReply receipts(HttpCall call) throws Exception {
            return HttpReply.refusal(404, "not found");
        }

        /** A notice has arrived. */
        default HttpReply notified(HttpCall call) throws Exception {
            return HttpReply.success();
        }
    }

    static LoadAgent start(
            SoftAttestationKey ak,
            String encAlg,
            String signAlg,
            String transportPem,
            TrustedCas clients,
            Seen seen,
            SecureRandom random)
            throws IOException {
        return start(ak, encAlg, signAlg, transportPem, clients, seen, random, Conduct.HONEST);
    }

    static LoadAgent start(
            SoftAttestationKey ak,
            String encAlg,
            String signAlg,
            String transportPem,
            TrustedCas clients,
            Seen seen,
            SecureRandom random,
            Conduct conduct)
            throws IOException {
        KeyPair keys = KeyPairs.p256(random);
        X509Certificate certificate =
                SelfSignedCertificates.forAgent(keys, "load", List.of(), Instant.now(), Duration.ofDays(1), random);
        Octets binding = TransportKeyBinding.pcr16(HashAlgorithm.SHA256, transportPem);
        LoadList list = conduct.list();
        PcrValues measured = list == null
                ? PcrValues.of(HashAlgorithm.SHA256, Map.of(16, binding))
                : PcrValues.of(HashAlgorithm.SHA256, Map.of(10, list.pcr10(), 16, binding));
        PcrValues bound = PcrValues.of(HashAlgorithm.SHA256, Map.of(16, binding));
        PcrValues good = PcrValues.of(HashAlgorithm.SHA256, Map.of(15, Octets.copyOf(new byte[32]), 16, binding));
        PcrValues bad = PcrValues.of(HashAlgorithm.SHA256, Map.of(15, Octets.ofHex("ab".repeat(32)), 16, binding));
        AtomicLong clock = new AtomicLong(System.currentTimeMillis());
        Routes routes = Routes.builder()
                .versions(_ -> true)
                .get(
                        "/version",
                        _ -> HttpReply.success(
                                Versions.ofAgent(ApiVersion.SUPPORTED).toJson()))
                .add(new Route("POST", "/v{version}/keys/vkey", Access.ANYONE, "", 8192, _ -> HttpReply.success()))
                .add(new Route(
                        "POST",
                        "/v{version}/notifications/revocation",
                        Access.ANYONE,
                        "",
                        LARGEST_NOTICE,
                        conduct::notified))
                .get("/limelight/v1/receipts", conduct::receipts)
                .get("/v{version}/quotes/integrity", call -> {
                    seen.call(call);
                    seen.quotes.increment();
                    byte[] nonce = call.query("nonce").orElse("").getBytes(StandardCharsets.US_ASCII);
                    ClockInfo now = new ClockInfo(clock.incrementAndGet(), 1, 0, true);
                    boolean withKey = call.query("partial").orElse("0").equals("0");
                    boolean violated = conduct.violated();
                    PcrMask mask = PcrMask.parse(call.query("mask").orElse("0x0"));
                    PcrValues pcrs = mask.contains(15)
                            ? violated ? bad : good
                            : list != null && mask.contains(10) ? measured : bound;
                    long entry = Long.parseLong(call.query("ima_ml_entry").orElse("0"));
                    long receipt = conduct.newestReceipt();
                    HttpReply reply = HttpReply.success(new QuoteResults(
                                    ak.quote(nonce, pcrs, now).format(),
                                    "sha256",
                                    encAlg,
                                    signAlg,
                                    withKey ? transportPem : null,
                                    list == null ? null : list.from(entry),
                                    list == null ? null : entry,
                                    null,
                                    null,
                                    receipt == 0 ? null : receipt)
                            .toJson());
                    conduct.quoted(violated);
                    return reply;
                })
                .build();
        ServerTls tls = new ServerTls(
                new KeyMaterial(keys.getPrivate(), List.of(certificate)), clients, ServerTls.ClientAuth.REQUIRED);
        HttpListener listener = HttpListener.start(
                "load",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(tls),
                routes,
                JsonStyle.COMPACT,
                Limits.SERVICE);
        return new LoadAgent(listener, certificate, ak);
    }

    int port() {
        return listener.port();
    }

    String certificatePem() {
        return PemFiles.certificate(certificate);
    }

    String akBase64() {
        return ak.publicArea().toBase64();
    }

    @Override
    public void close() {
        listener.close();
    }
}
