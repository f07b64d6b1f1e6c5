package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.Endpoint;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.api.RegistrarClient;
import io.limelight.core.api.RegistrationPage;
import io.limelight.core.api.RegistrationSummary;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.PemFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a registrar shows administrators besides Keylime's routes, and what it says of itself. */
class RegistrationsPageTest {
    private static final String PATH = "/limelight/v1/registrations";
    private static final TestAuthority VENDOR = TestAuthority.named("CN=TPM vendor");

    @TempDir
    Path folder;

    private RegistrarKit registrar;

    String databaseUrl() throws Exception {
        return "sqlite";
    }

    @BeforeEach
    void start() throws Exception {
        registrar = RegistrarKit.start(folder, "database_url = " + databaseUrl());
    }

    @AfterEach
    void stop() {
        registrar.close();
    }

    private JsonNode page(String query) throws Exception {
        Reply reply = registrar.admin("GET", PATH + query);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.json().get("results");
    }

    @Test
    void onlyAdministratorsReadItAndOnlyOverTls() throws Exception {
        assertThat(registrar.plain("GET", PATH, WireJson.object()).status()).isEqualTo(400);
        assertThat(registrar
                        .tls(RegistrarKit.AUTHORITY.anonymousClient(), "GET", PATH)
                        .status())
                .isEqualTo(403);
        assertThat(registrar.admin("POST", PATH).status()).isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "limit=-1", "limit=x", "limit=99999999999", "limit="})
    void aPageOfNoSizeIsRefused(String query) throws Exception {
        assertThat(registrar.admin("GET", PATH + "?" + query).status()).isEqualTo(400);
    }

    @Test
    void anEmptyRegistrarHasAnEmptyPage() throws Exception {
        assertThat(page("").toString()).isEqualTo("{\"registrations\":[],\"next_after\":null}");
        assertThat(page("?after=%27%3B--%00").get("registrations")).isEmpty();
    }

    @Test
    void itSaysWhatIsKnownAndOfAnAttemptOnlyThatThereIsOne() throws Exception {
        TestMachine certified = TestMachine.ecc();
        var ekCert = VENDOR.certify(certified.ek().publicKey(), "CN=ek");
        registrar.enrol(
                certified,
                "a-certified",
                certified
                        .registration()
                        .put("ekcert", java.util.Base64.getEncoder().encodeToString(ekCert.getEncoded()))
                        .put(
                                "mtls_cert",
                                PemFiles.certificate(VENDOR.issue("CN=agent").certificate())));
        TestMachine plain = TestMachine.ecc();
        registrar.enrol(plain, "b-plain");
        registrar.enrol(plain, "b-plain");
        registrar.post("b-plain", plain.registration());
        registrar.post("c-attempt", TestMachine.ecc().registration().put("ip", "10.9.9.9"));

        JsonNode list = page("").get("registrations");
        assertThat(list).hasSize(3);
        JsonNode a = list.get(0);
        assertThat(a.propertyNames())
                .containsExactly(
                        "agent_id",
                        "ip",
                        "port",
                        "activated_at",
                        "pending_since",
                        "ek_certificate",
                        "device_identity",
                        "regcount",
                        "mtls_cert");
        assertThat(a.get("ek_certificate").booleanValue()).isTrue();
        assertThat(a.get("mtls_cert").asString()).isEqualTo("present");
        assertThat(a.get("pending_since").isNull()).isTrue();
        assertThat(a.get("port").intValue()).isEqualTo(9002);
        JsonNode b = list.get(1);
        assertThat(b.get("ek_certificate").booleanValue()).isFalse();
        assertThat(b.get("mtls_cert").asString()).isEqualTo("disabled");
        assertThat(b.get("regcount").intValue()).isEqualTo(2);
        assertThat(b.get("activated_at").asString()).endsWith("Z");
        assertThat(b.get("pending_since").asString()).endsWith("Z");
        JsonNode c = list.get(2);
        assertThat(c.get("activated_at").isNull()).isTrue();
        assertThat(c.get("pending_since").asString()).endsWith("Z");
        assertThat(c.toString()).as("it proves nothing").doesNotContain("10.9.9.9");

        registrar.clock.move(Duration.ofHours(1));
        assertThat(page("").get("registrations")).as("an attempt ends").hasSize(2);
    }

    @Test
    void theClientFollowsThePages() throws Exception {
        TestMachine machine = TestMachine.ecc();
        for (String id : List.of("m1", "m3", "m5")) {
            registrar.enrol(machine, id);
        }
        registrar.post("m2", machine.registration());
        registrar.post("m4", machine.registration());
        OkHttpClient http = HttpClients.tls(
                HttpTimeouts.of(Duration.ofSeconds(60)),
                ClientTls.trusting(
                        RegistrarKit.AUTHORITY.trusted(), Optional.of(RegistrarKit.AUTHORITY.issue("CN=client"))));
        try {
            RegistrarClient client = new RegistrarClient(Endpoint.registrar("127.0.0.1", registrar.tlsPort()), http);
            RegistrationPage first = client.registrations(Optional.empty(), 2);
            assertThat(first.registrations())
                    .extracting(RegistrationSummary::agentId)
                    .containsExactly("m1", "m2");
            assertThat(first.registrations())
                    .extracting(RegistrationSummary::active)
                    .containsExactly(true, false);
            RegistrationPage second = client.registrations(first.nextAfter(), 2);
            assertThat(second.registrations())
                    .extracting(RegistrationSummary::agentId)
                    .containsExactly("m3", "m4");
            RegistrationPage third = client.registrations(second.nextAfter(), 2);
            assertThat(third.registrations())
                    .extracting(RegistrationSummary::agentId)
                    .containsExactly("m5");
            assertThat(third.registrations().getFirst().agentTls()).isEqualTo(RegistrationSummary.AgentTls.DISABLED);
            assertThat(third.nextAfter()).isEmpty();
        } finally {
            HttpClients.close(http);
        }
    }

    // What it says of itself

    private Reply monitor(String path) throws Exception {
        try (RawHttp http = RawHttp.plain(registrar.monitorPort())) {
            return http.request("GET", path);
        }
    }

    @Test
    void whatMachinesDoIsCountedAndNoneIsNamed() throws Exception {
        TestMachine machine = TestMachine.ecc();
        registrar.enrol(machine, "named-nowhere");
        registrar.post("named-nowhere", TestMachine.ecc().registration());
        registrar.post("ca", machine.registration());
        registrar.post("x", WireJson.object().put("ek_tpm", "AAAA"));
        registrar.post("attempt", machine.registration());
        registrar.activate("attempt", "00");
        registrar.activate("nobody", "00");

        Reply reply = monitor("/metrics");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .contains("limelight_registrar_registrations_total{step=\"activated\"} 1.0")
                .contains("limelight_registrar_registrations_total{step=\"challenged\"} 2.0")
                .contains("limelight_registrar_refusals_total{reason=\"another_tpm\"} 1.0")
                .contains("limelight_registrar_refusals_total{reason=\"invalid\"} 2.0")
                .contains("limelight_registrar_refusals_total{reason=\"wrong_tag\"} 1.0")
                .contains("limelight_registrar_refusals_total{reason=\"not_pending\"} 1.0")
                .contains("limelight_registrar_refusals_total{reason=\"too_often\"} 0.0")
                .contains("limelight_registrar_registered 1.0")
                .contains("limelight_database_seconds_count{operation=\"commit\"}")
                .doesNotContain("named-nowhere");
        assertThat(registrar.admin("GET", "/metrics").status()).isEqualTo(404);
        assertThat(registrar.plain("GET", "/health", WireJson.object()).status())
                .isEqualTo(404);
    }

    @Test
    void whoIsWellSaysSo() throws Exception {
        Reply reply = monitor("/health");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("components").propertyNames()).containsExactly("database", "disk");
        registrar.restart();
        assertThat(monitor("/health").status()).isEqualTo(200);
    }
}
