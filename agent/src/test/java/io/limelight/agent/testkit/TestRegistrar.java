package io.limelight.agent.testkit;

import io.limelight.core.api.ActivationRequest;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.RegistrationChallenge;
import io.limelight.core.api.RegistrationRequest;
import io.limelight.core.api.Versions;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.tpm.CredentialProtection;
import io.limelight.core.tpm.TpmPublic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A registrar as small as one can be: challenges whatever registers, and accepts the right answer. */
public final class TestRegistrar implements AutoCloseable {
    private final SecureRandom random = new SecureRandom();
    private final List<RegistrationRequest> registrations = new CopyOnWriteArrayList<>();
    private final List<String> activated = new CopyOnWriteArrayList<>();
    private final HttpListener listener;
    private volatile byte[] secret = new byte[32];
    private volatile int refuseWith;
    private final AtomicInteger refused = new AtomicInteger();

    /** Listens on a free port. */
    public TestRegistrar() throws IOException {
        listener = HttpListener.start(
                "registrar",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.empty(),
                Routes.builder()
                        .versions(version -> true)
                        .get(
                                "/version",
                                call -> HttpReply.success(Versions.ofServer(List.of(ApiVersion.CURRENT))
                                        .toJson()))
                        .add(new Route("POST", "/v{version}/agents/{id}", Access.ANYONE, "", 1 << 16, this::register))
                        .add(new Route("PUT", "/v{version}/agents/{id}", Access.ANYONE, "", 1 << 16, this::activate))
                        .build(),
                JsonStyle.INDENTED,
                Limits.AGENT);
    }

    private HttpReply register(HttpCall call) throws Exception {
        if (refuseWith != 0) {
            refused.incrementAndGet();
            return HttpReply.refusal(refuseWith, "no");
        }
        RegistrationRequest request = RegistrationRequest.from(call.json());
        registrations.add(request);
        secret = new byte[32];
        random.nextBytes(secret);
        TpmPublic ek = TpmPublic.fromBase64(request.ekTpm());
        TpmPublic ak = TpmPublic.fromBase64(request.aikTpm());
        byte[] blob = CredentialProtection.makeCredential(ek, ak.name(), secret, random);
        return HttpReply.success(new RegistrationChallenge(Base64.getEncoder().encodeToString(blob)).toJson());
    }

    private HttpReply activate(HttpCall call) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA384");
        mac.init(new SecretKeySpec(Base64.getEncoder().encode(secret), "HmacSHA384"));
        String expected =
                HexFormat.of().formatHex(mac.doFinal(call.variable("id").getBytes(StandardCharsets.UTF_8)));
        if (!expected.equals(ActivationRequest.from(call.json()).authTag())) {
            return HttpReply.refusal(400, "wrong tag");
        }
        activated.add(call.variable("id"));
        return HttpReply.success();
    }

    /** Refuses registrations with this status; 0 = accepts them. */
    public void refuseWith(int status) {
        refuseWith = status;
    }

    /** How many registrations were refused so far. */
    public int refused() {
        return refused.get();
    }

    /** What was sent, in order. */
    public List<RegistrationRequest> registrations() {
        return List.copyOf(registrations);
    }

    /** Whose TPM has answered the challenge, in order. */
    public List<String> activated() {
        return List.copyOf(activated);
    }

    /** Where it listens. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }
}
