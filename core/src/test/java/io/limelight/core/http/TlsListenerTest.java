package io.limelight.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.ServerTls.ClientAuth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A TLS listener as the services configure it: who gets in, who is an administrator, what garbage does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsListenerTest {
    private static final Limits LIMITS = new Limits(
            400, 64, 1 << 20, 16 << 10, Duration.ofMillis(1500), Duration.ofSeconds(5), Duration.ofSeconds(30));

    private final TestAuthority authority = TestAuthority.named("CN=services");
    private final TestAuthority stranger = TestAuthority.named("CN=services");
    private HttpListener requested;
    private HttpListener required;

    @BeforeAll
    void start() throws IOException {
        requested = start(authority.server(ClientAuth.REQUESTED));
        required = start(authority.server(ClientAuth.REQUIRED));
    }

    @AfterAll
    void stop() {
        requested.close();
        required.close();
    }

    private static HttpListener start(ServerTls tls) throws IOException {
        return HttpListener.start(
                "test",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(tls),
                Routes.builder()
                        .versions("2.6"::equals)
                        .get(
                                "/version",
                                call -> HttpReply.success(WireJson.object()
                                        .put(
                                                "peer",
                                                call.peer()
                                                        .map(peer -> peer.getSubjectX500Principal()
                                                                .getName())
                                                        .orElse("nobody"))))
                        .add(new Route(
                                "GET",
                                "/v{version}/admin",
                                Access.ADMINISTRATOR,
                                "read_admin",
                                0,
                                _ -> HttpReply.success()))
                        .build(),
                JsonStyle.COMPACT,
                LIMITS);
    }

    private static Reply get(HttpListener listener, SSLContext client, String target, String... headers)
            throws IOException {
        try (RawHttp http = RawHttp.tls(listener.port(), client)) {
            return http.request("GET", target, headers);
        }
    }

    private SSLContext admin() {
        return authority.client(authority.issue("CN=client"));
    }

    // Who gets in

    @Test
    void withoutACertificateTheConnectionIsAnonymousWhereOneIsOnlyRequested() throws IOException {
        assertThat(get(requested, authority.anonymousClient(), "/version").body())
                .contains("nobody");
    }

    @Test
    void withoutACertificateThereIsNoConnectionWhereOneIsRequired() {
        assertThatThrownBy(() -> get(required, authority.anonymousClient(), "/version"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aClientOfTheTrustedAuthorityIsKnownByName() throws IOException {
        assertThat(get(requested, admin(), "/version").body()).contains("CN=client");
        assertThat(get(required, admin(), "/version").body()).contains("CN=client");
    }

    @Test
    void aCertificateOfAnAuthorityWithTheSameNameIsRefusedNotIgnored() {
        SSLContext client = authority.client(stranger.issue("CN=client"));
        assertThatThrownBy(() -> get(requested, client, "/version")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(required, client, "/version")).isInstanceOf(IOException.class);
    }

    @Test
    void anExpiredCertificateIsRefused() {
        SSLContext client = authority.client(
                authority.issue("CN=client", Instant.now().minus(Duration.ofDays(2)), Duration.ofDays(1)));
        assertThatThrownBy(() -> get(requested, client, "/version")).isInstanceOf(IOException.class);
    }

    @Test
    void aCertificateThatIssuedItselfIsRefused() {
        TestAuthority own = TestAuthority.named("CN=client");
        SSLContext client = authority.client(own.issue("CN=client"));
        assertThatThrownBy(() -> get(requested, client, "/version")).isInstanceOf(IOException.class);
    }

    @Test
    void aCertificateIssuedByAnotherClientIsRefused() {
        // A leaf is no authority, even if its holder signs with it.
        KeyMaterial leaf = authority.issue("CN=client");
        TestAuthority pretender = TestAuthority.named("CN=client");
        KeyMaterial forged = pretender.issue("CN=forged");
        SSLContext client =
                authority.client(new KeyMaterial(forged.key(), List.of(forged.certificate(), leaf.certificate())));
        assertThatThrownBy(() -> get(requested, client, "/version")).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothModernVersionsAreSpoken(String version) throws IOException {
        try (RawHttp http = RawHttp.tls(requested.port(), admin(), version)) {
            assertThat(http.request("GET", "/version").body()).contains("CN=client");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void oldVersionsAreNot(String version) {
        assertThatThrownBy(() -> RawHttp.tls(requested.port(), authority.anonymousClient(), version))
                .isInstanceOf(IOException.class);
    }

    // Who is an administrator

    @Test
    void anAnonymousClientIsNoAdministrator() throws IOException {
        Reply reply = get(requested, authority.anonymousClient(), "/v2.6/admin");
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body())
                .isEqualTo("{\"errors\":[{\"status\":\"403\",\"title\":\"Forbidden\",\"detail\":\"Action read_admin"
                        + " requires admin authentication (mTLS certificate)\"}]}");
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    }

    @Test
    void aCertificateWithoutACommonNameIsNoAdministrators() throws IOException {
        SSLContext client = authority.client(authority.issue("O=somebody"));
        assertThat(get(requested, client, "/v2.6/admin").status()).isEqualTo(403);
        assertThat(get(requested, client, "/version").status()).isEqualTo(200);
    }

    @Test
    void aNameThatOnlyLooksLikeACommonNameIsNone() throws IOException {
        SSLContext client = authority.client(authority.issue("O=CN\\=admin,OU=CN"));
        assertThat(get(requested, client, "/v2.6/admin").status()).isEqualTo(403);
    }

    @Test
    void anAuthorizationHeaderIsNeverIgnoredInFavourOfTheCertificate() throws IOException {
        Reply reply = get(requested, admin(), "/v2.6/admin", "Authorization: Bearer abc");
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().at("/errors/0/status").asString()).isEqualTo("401");
        assertThat(reply.json().at("/errors/0/title").asString()).isEqualTo("Unauthorized");
    }

    @Test
    void anAdministratorGetsIn() throws IOException {
        assertThat(get(requested, admin(), "/v2.6/admin").status()).isEqualTo(200);
        assertThat(get(requested, admin(), "/v2.6/admin/").status()).isEqualTo(200);
    }

    @Test
    void anUnknownPathIsNotFoundWhoeverAsks() throws IOException {
        assertThat(get(requested, authority.anonymousClient(), "/v2.6/nothing").status())
                .isEqualTo(404);
    }

    // Garbage, silence, and connections that hang

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /version HTTP/1.1\r\nHost: x\r\n\r\n",
                "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                "\u0016\u0003\u0001\u00ff\u00ff\u0001\u00ff\u00ff\u00ff",
                "\u0016\u0003\u0001\u0000\u0005\u0002\u0000\u0000\u0001\u0000",
                "\u0015\u0003\u0003\u0000\u0002\u0002(",
                "\u0080.\u0001\u0003\u0001\u0000",
            })
    void garbageOnTheTlsPortEndsTheConnectionWithoutAnAnswerInClear(String garbage) throws IOException {
        try (RawHttp http = RawHttp.plain(requested.port())) {
            assertThat(http.send(garbage).untilClosed()).doesNotContain("HTTP/1.1", "Success");
        }
        assertThat(get(requested, authority.anonymousClient(), "/version").status())
                .isEqualTo(200);
    }

    @Test
    void cve202338200HandshakesThatNeverEndKeepNobodyOut() throws IOException {
        String hello = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + "r".repeat(20);
        List<RawHttp> hanging = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                hanging.add(RawHttp.plain(requested.port()).send(hello.substring(0, i % hello.length())));
            }
            assertThat(get(requested, admin(), "/v2.6/admin").status()).isEqualTo(200);
            for (RawHttp http : hanging) {
                http.untilClosed();
            }
        } finally {
            for (RawHttp http : hanging) {
                http.close();
            }
        }
    }

    @Test
    void connectionsThatFinishTheHandshakeAndFallSilentAreClosedToo() throws IOException {
        try (RawHttp silent = RawHttp.tls(requested.port(), authority.anonymousClient())) {
            long start = System.nanoTime();
            assertThat(silent.untilClosed()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    // New certificates while running

    @Test
    void newMaterialIsServedToNewConnectionsAndOldOnesGoOn() throws IOException {
        try (HttpListener listener = start(authority.server(ClientAuth.REQUESTED));
                RawHttp old = RawHttp.tls(listener.port(), admin())) {
            assertThat(old.request("GET", "/version").status()).isEqualTo(200);
            ServerTls renewed = stranger.server(ClientAuth.REQUIRED);
            listener.reload(renewed);

            SSLContext client = stranger.client(stranger.issue("CN=new"));
            try (RawHttp fresh = RawHttp.tls(listener.port(), client)) {
                assertThat(fresh.serverCertificate())
                        .isEqualTo(renewed.identity().certificate());
                assertThat(fresh.request("GET", "/version").body()).contains("CN=new");
            }
            assertThat(old.request("GET", "/version").status()).isEqualTo(200);
            assertThatThrownBy(() -> get(listener, admin(), "/version"))
                    .as("the old authority is no longer trusted by either side")
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(listener, stranger.anonymousClient(), "/version"))
                    .as("a certificate is required now")
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSessionOfTheOldTrustDoesNotOutliveTheReload() throws IOException {
        SSLContext client = admin();
        try (HttpListener listener = start(authority.server(ClientAuth.REQUESTED))) {
            assertThat(get(listener, client, "/v2.6/admin").status()).isEqualTo(200);
            // The same server certificate, but clients of another authority: resumption must not carry the old one in.
            ServerTls old = authority.server(ClientAuth.REQUESTED);
            listener.reload(new ServerTls(old.identity(), stranger.trusted(), ClientAuth.REQUESTED));
            assertThatThrownBy(() -> {
                        Reply reply = get(listener, client, "/v2.6/admin");
                        assertThat(reply.status()).isEqualTo(403);
                        throw new IOException("refused in the answer");
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
