package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.http.Access;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.ServerTls;
import io.limelight.core.tls.TrustedCas;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a webhook's client trusts: own authorities whatever the name, public ones only for the host they certify. */
class WebhookClientTest {
    private static final RevocationMessage MESSAGE = new RevocationMessage("{}", "");

    private final TestAuthority own = TestAuthority.named("CN=own");
    private final TestAuthority everybodys = TestAuthority.named("CN=public");

    @TempDir
    Path root;

    private WebhookClient.Result post(TestAuthority issuer, String subject, TrustedCas trusted) throws Exception {
        Path bundle = root.resolve("etc/ssl/certs/ca-certificates.crt");
        Files.createDirectories(bundle.getParent());
        Files.writeString(bundle, PemFiles.certificate(everybodys.certificate()));
        ServerTls server = new ServerTls(issuer.issue(subject), TrustedCas.NONE, ServerTls.ClientAuth.REQUESTED);
        try (HttpListener listener = HttpListener.start(
                "webhook",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(server),
                Routes.builder()
                        .add(new Route("POST", "/", Access.ANYONE, "", 4096, _ -> HttpReply.success()))
                        .build(),
                JsonStyle.COMPACT,
                Limits.AGENT)) {
            OkHttpClient http = HttpClients.tls(
                    HttpTimeouts.of(Duration.ofSeconds(20)),
                    ClientTls.trustingPublicly(trusted, root, Optional.empty()));
            try {
                return new WebhookClient(
                                WebhookClient.address("http://localhost:" + listener.port())
                                        .orElseThrow(),
                                http,
                                new Cancellation())
                        .post(MESSAGE);
            } finally {
                HttpClients.close(http);
            }
        }
    }

    @Test
    void aPublicCertificateOfAnotherHostIsNotEnough() throws Exception {
        assertThat(post(everybodys, "CN=elsewhere.example", own.trusted()))
                .isInstanceOf(WebhookClient.Result.Failed.class);
    }

    @Test
    void aPublicCertificateOfThisHostIs() throws Exception {
        assertThat(post(everybodys, "CN=localhost", own.trusted())).isEqualTo(new WebhookClient.Result.Accepted(200));
    }

    @Test
    void aCertificateOfAnOwnAuthorityIsWhateverItSays() throws Exception {
        assertThat(post(own, "CN=whoever", own.trusted())).isEqualTo(new WebhookClient.Result.Accepted(200));
    }

    @Test
    void aStrangersCertificateIsNotAndTheOptionsThatChangeItAreNamed() throws Exception {
        WebhookClient.Result result = post(TestAuthority.named("CN=own"), "CN=localhost", own.trusted());
        assertThat(result).isInstanceOf(WebhookClient.Result.Failed.class);
        assertThat(((WebhookClient.Result.Failed) result).why())
                .startsWith("its certificate is not trusted (")
                .contains("trusted_server_ca of verifier.conf", "webhook_key and webhook_cert of its ca.conf");
    }

    @Test
    void addressesAreAlwaysSpokenToOverTls() {
        assertThat(WebhookClient.address("http://h:1/p?q").orElseThrow().toString())
                .isEqualTo("https://h:1/p?q");
        assertThat(WebhookClient.address("h/p").orElseThrow().toString()).isEqualTo("https://h/p");
        assertThat(WebhookClient.address("")).isEmpty();
        assertThat(WebhookClient.address("https://")).isEmpty();
        assertThat(WebhookClient.address("https:///p")).isEmpty();
        assertThat(WebhookClient.address("https://a b/")).isEmpty();
    }
}
