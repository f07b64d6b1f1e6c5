package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.limelight.core.api.ApiException.Untrusted;
import io.limelight.core.api.ApiException.Untrusted.Who;
import io.limelight.core.testkit.HostileServer;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.ServerTls.ClientAuth;
import io.limelight.core.tls.TrustedCas;
import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whom a client trusts: an authority for registrar and verifier, one certificate and no other for an agent. */
class ClientTrustTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String VERSIONS = "{\"results\":{\"supported_version\":\"2.6\"}}";

    private final TestAuthority authority = TestAuthority.named("CN=services");
    private final OkHttpClient base = HttpClients.plain(HttpTimeouts.of(Duration.ofSeconds(20)));
    private final KeyPair agentKeys = KeyPairs.p256(RANDOM);
    private HostileServer server;

    @AfterEach
    void stop() throws IOException {
        HttpClients.close(base);
        if (server != null) {
            server.close();
        }
    }

    private X509Certificate selfSigned(KeyPair keys, Instant from, Duration validity) {
        return SelfSignedCertificates.forAgent(keys, "m1", List.of(), from, validity, RANDOM);
    }

    private X509Certificate selfSigned() {
        return selfSigned(agentKeys, Instant.now(), Duration.ofDays(1));
    }

    private HostileServer serving(KeyMaterial identity, TrustedCas clients, ClientAuth auth) throws IOException {
        return HostileServer.tls(
                new ServerTls(identity, clients, auth), (request, answer) -> answer.json(200, VERSIONS));
    }

    private AgentClient agent(X509Certificate pin, Optional<KeyMaterial> identity) {
        return new AgentClient(
                Endpoint.agent("127.0.0.1", server.port()),
                HttpClients.with(base, ClientTls.pinned(pin, identity, InstantSource.system())));
    }

    private RegistrarClient registrar(TrustedCas trusted, Optional<KeyMaterial> identity) {
        return new RegistrarClient(
                Endpoint.registrar("127.0.0.1", server.port()),
                HttpClients.with(base, ClientTls.trusting(trusted, identity)));
    }

    private static Untrusted untrusted(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Who who) {
        Untrusted failure = catchThrowableOfType(Untrusted.class, call);
        assertThat(failure).isNotNull();
        assertThat(failure.who()).as("%s", failure.getMessage()).isEqualTo(who);
        assertThat(failure.retryable()).isFalse();
        return failure;
    }

    // Agents: the registered certificate

    @Test
    void theRegisteredCertificateIsTrusted() throws Exception {
        X509Certificate certificate = selfSigned();
        server = serving(
                new KeyMaterial(agentKeys.getPrivate(), List.of(certificate)), TrustedCas.NONE, ClientAuth.REQUESTED);
        assertThat(agent(certificate, Optional.empty()).versions().single()).isEqualTo("2.6");
    }

    @Test
    void anotherCertificateIsNotEvenOneOfTheSameKey() throws Exception {
        server = serving(
                new KeyMaterial(agentKeys.getPrivate(), List.of(selfSigned())), TrustedCas.NONE, ClientAuth.REQUESTED);
        X509Certificate sameKeyAndName = selfSigned();
        AgentClient client = agent(sameKeyAndName, Optional.empty());
        Untrusted failure = untrusted(client::versions, Who.WE_REFUSED);
        assertThat(failure)
                .hasMessageContaining("another certificate than the one it registered")
                .hasMessageContaining("register again");
        assertThat(server.requests()).as("nothing was sent").isEmpty();
    }

    @Test
    void aCertificateOfTheServicesAuthorityIsNoAgents() throws Exception {
        // With Keylime any holder of a certificate of that authority could pose as any agent.
        server = serving(authority.issue("CN=m1"), authority.trusted(), ClientAuth.REQUESTED);
        untrusted(() -> agent(selfSigned(), Optional.empty()).versions(), Who.WE_REFUSED);
    }

    @Test
    void theRegisteredCertificateInASecondPlaceOfTheChainIsNotEnough() throws Exception {
        X509Certificate registered = selfSigned();
        KeyMaterial own = authority.issue("CN=m1");
        server = serving(
                new KeyMaterial(own.key(), List.of(own.certificate(), registered)),
                TrustedCas.NONE,
                ClientAuth.REQUESTED);
        untrusted(() -> agent(registered, Optional.empty()).versions(), Who.WE_REFUSED);
    }

    @Test
    void anExpiredOrFutureCertificateIsRefusedAlthoughItIsTheOne() throws Exception {
        Instant now = Instant.now();
        for (X509Certificate certificate : List.of(
                selfSigned(agentKeys, now.minus(Duration.ofDays(2)), Duration.ofDays(1)),
                selfSigned(agentKeys, now.plus(Duration.ofDays(2)), Duration.ofDays(1)))) {
            server = serving(
                    new KeyMaterial(agentKeys.getPrivate(), List.of(certificate)),
                    TrustedCas.NONE,
                    ClientAuth.REQUESTED);
            untrusted(() -> agent(certificate, Optional.empty()).versions(), Who.WE_REFUSED);
            server.close();
        }
    }

    @Test
    void aConnectionMadeUnderOnePinIsNotUsedUnderAnother() throws Exception {
        X509Certificate certificate = selfSigned();
        server = serving(
                new KeyMaterial(agentKeys.getPrivate(), List.of(certificate)), TrustedCas.NONE, ClientAuth.REQUESTED);
        AgentClient right = agent(certificate, Optional.empty());
        right.versions();
        right.versions();
        assertThat(server.connections()).as("kept alive").isEqualTo(1);
        untrusted(() -> agent(selfSigned(), Optional.empty()).versions(), Who.WE_REFUSED);
        right.versions();
        assertThat(server.requests()).hasSize(3);
    }

    // Registrar and verifier: an authority

    @Test
    void aServerOfAnUnknownAuthorityIsRefusedAndTheOptionNamed() throws Exception {
        TestAuthority namesake = TestAuthority.named("CN=services");
        server = serving(namesake.issue("CN=server"), namesake.trusted(), ClientAuth.REQUESTED);
        Untrusted failure =
                untrusted(() -> registrar(authority.trusted(), Optional.empty()).versions(), Who.WE_REFUSED);
        assertThat(failure).hasMessageContaining("trusted_server_ca");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void whoTrustsNobodyTrustsNobody() throws Exception {
        server = serving(authority.issue("CN=server"), authority.trusted(), ClientAuth.REQUESTED);
        assertThatThrownBy(() -> registrar(TrustedCas.NONE, Optional.empty()).versions())
                .isInstanceOf(Untrusted.class);
    }

    @Test
    void anExpiredServerIsRefused() throws Exception {
        KeyMaterial expired = authority.issue("CN=server", Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1));
        server = serving(expired, authority.trusted(), ClientAuth.REQUESTED);
        untrusted(() -> registrar(authority.trusted(), Optional.empty()).versions(), Who.WE_REFUSED);
    }

    @Test
    void theNameOfTheHostIsNotAskedFor() throws Exception {
        server = serving(authority.issue("CN=somewhere.else"), authority.trusted(), ClientAuth.REQUESTED);
        assertThat(registrar(authority.trusted(), Optional.empty()).versions().single())
                .isEqualTo("2.6");
    }

    // What the other side thinks of us

    @Test
    void aServerThatDoesNotKnowOurAuthorityIsNamedAsTheOneWhoRefused() throws Exception {
        TestAuthority other = TestAuthority.named("CN=other");
        server = serving(authority.issue("CN=server"), authority.trusted(), ClientAuth.REQUIRED);
        ApiException failure = catchThrowableOfType(
                ApiException.class,
                () -> registrar(authority.trusted(), Optional.of(other.issue("CN=client")))
                        .versions());
        assertThat(failure).isNotNull().hasMessageContaining("client certificate");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aServerThatWantsACertificateWeHaveNotIsNamedToo() throws Exception {
        server = serving(authority.issue("CN=server"), authority.trusted(), ClientAuth.REQUIRED);
        assertThatThrownBy(
                        () -> registrar(authority.trusted(), Optional.empty()).versions())
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("client certificate");
    }

    @Test
    void ourCertificateIsShownWhateverAuthoritiesTheServerNames() throws Exception {
        KeyMaterial ours = authority.issue("CN=client");
        server = serving(authority.issue("CN=server"), authority.trusted(), ClientAuth.REQUIRED);
        assertThat(registrar(authority.trusted(), Optional.of(ours)).versions().single())
                .isEqualTo("2.6");
    }

    // No TLS at all

    @Test
    void aServerThatSpeaksNoTlsIsNamed() throws Exception {
        server = HostileServer.plain((request, answer) -> answer.json(200, VERSIONS));
        try (java.net.ServerSocket talkative = new java.net.ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                try (java.net.Socket socket = talkative.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The client went away.
                }
            });
            RegistrarClient client = new RegistrarClient(
                    Endpoint.registrar("127.0.0.1", talkative.getLocalPort()),
                    HttpClients.with(base, ClientTls.trusting(authority.trusted(), Optional.empty())));
            Untrusted failure = untrusted(client::versions, Who.NEITHER);
            assertThat(failure).hasMessageContaining("Does it speak TLS on this port?");
        }
    }

    @Test
    void aServerThatDiesInTheHandshakeMayBeBackSoon() throws Exception {
        try (java.net.ServerSocket dying = new java.net.ServerSocket(0)) {
            Thread.ofVirtual().start(() -> {
                while (!dying.isClosed()) {
                    try (java.net.Socket socket = dying.accept()) {
                        socket.getInputStream().readNBytes(50);
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            RegistrarClient client = new RegistrarClient(
                    Endpoint.registrar("127.0.0.1", dying.getLocalPort()),
                    HttpClients.with(base, ClientTls.trusting(authority.trusted(), Optional.empty())));
            ApiException failure = catchThrowableOfType(ApiException.class, client::versions);
            assertThat(failure.retryable()).as("%s", failure.getMessage()).isTrue();
            assertThat(failure.mayHaveArrived()).isFalse();
        }
    }
}
