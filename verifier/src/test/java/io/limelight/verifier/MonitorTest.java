package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.tpm.Octets;
import io.limelight.store.PostgresForTests;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a verifier says of itself, on a port of its own. */
class MonitorTest extends VerifierTestBase {
    private static final String[] ON = {"metrics = True", "metrics_port = 0"};
    /** Prometheus' text format: comments, or a name with labels and a number. */
    private static final Pattern LINE = Pattern.compile("# (HELP|TYPE) [a-z_][a-z0-9_]* .+"
            + "|[a-z_][a-z0-9_]*(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*,?})? ([0-9.E+-]+|NaN|\\+Inf)");

    private PostgresForTests server;

    @Override
    String databaseUrl() throws Exception {
        return server == null ? "sqlite" : server.newDatabase();
    }

    @AfterEach
    void endServer() throws Exception {
        if (server != null) {
            end();
            verifier = null;
            server.close();
        }
    }

    private Reply get(String path) throws IOException {
        try (RawHttp http = RawHttp.plain(verifier.monitorPort().orElseThrow())) {
            return http.request("GET", path);
        }
    }

    private double value(String series) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series));
    }

    @Test
    void nothingOfItIsOnTheTlsPortAndNothingOfTheApiIsHere() throws Exception {
        verifier(ON);
        for (String path : List.of("/metrics", "/health")) {
            assertThat(verifier.call("GET", path, null).status()).isEqualTo(404);
            assertThat(verifier.callAnonymously("GET", path, null).status()).isEqualTo(404);
        }
        for (String path : List.of("/", "/version", "/v2.6/agents/", "/limelight/v1/agents", "/metrics/x")) {
            assertThat(get(path).status()).as(path).isEqualTo(404);
        }
        try (RawHttp http = RawHttp.plain(verifier.monitorPort().orElseThrow())) {
            assertThat(http.request("POST", "/metrics", new byte[10]).status()).isEqualTo(405);
        }
    }

    @Test
    void onlyThisMachineReachesIt() throws Exception {
        verifier(ON);
        // Another address of the loopback network, where a socket on all addresses would answer.
        assertThatThrownBy(() -> new Socket("127.0.0.2", verifier.monitorPort().orElseThrow()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void whatHappensIsCountedAndNoMachineIsNamed() throws Exception {
        verifier(ON);
        TestMachine machine = machine();
        verifier.add("named-nowhere", machine.enrolment().put("tpm_policy", "{\"15\": [\"" + "0".repeat(64) + "\"]}"));
        verifier.awaitPasses("named-nowhere", 3);
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        verifier.awaitState("named-nowhere", OperationalState.INVALID_QUOTE);

        Reply reply = get("/metrics");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(reply.body()).doesNotContain("named-nowhere");
        assertThat(reply.body().lines())
                .isNotEmpty()
                .allMatch(line -> LINE.matcher(line).matches());
        assertThat(value("limelight_attestations_total{outcome=\"passed\"}")).isGreaterThanOrEqualTo(3);
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> value("limelight_attestations_total{outcome=\"failed\"}") >= 1);
        assertThat(value("limelight_attestation_seconds_count")).isGreaterThanOrEqualTo(4);
        assertThat(value("limelight_attestation_seconds_sum")).isPositive();
        assertThat(value("limelight_attestation_cpu_seconds_count")).isGreaterThanOrEqualTo(4);
        assertThat(value("limelight_attestation_cpu_seconds_sum")).isPositive();
        assertThat(value("limelight_poller_lateness_seconds_count")).isPositive();
        assertThat(value("limelight_database_seconds_count{operation=\"commit\"}"))
                .isPositive();
        assertThat(value("limelight_database_seconds_count{operation=\"read\"}"))
                .isPositive();
        await().atMost(VerifierUnderTest.SOON).until(() -> value("limelight_agents{state=\"failed\"}") == 1);
        assertThat(value("limelight_agents{state=\"trusted\"}")).isZero();
        assertThat(value("limelight_brake_engaged")).isZero();
        assertThat(value("limelight_outbox_waiting")).isNotNegative();
        assertThat(reply.body()).contains("jvm_memory_used_bytes{").contains("limelight_build{");
    }

    @Test
    void whoIsWellSaysSo() throws Exception {
        verifier(ON);
        Reply reply = get("/health");
        assertThat(reply.status()).isEqualTo(200);
        JsonNode body = reply.json();
        assertThat(body.path("status").asString()).isEqualTo("up");
        assertThat(body.path("components").propertyNames()).containsExactly("database", "poller", "disk");
        assertThat(body.at("/components/poller/watched").asInt()).isZero();
        assertThat(body.at("/components/disk/free_bytes").asLong()).isPositive();
        assertThat(reply.body()).doesNotContain(verifier.folder().toString());
    }

    @Test
    void withoutItsDatabaseItIsNotWellAndMetricsAreReadAllTheSame() throws Exception {
        server = PostgresForTests.own(folder.resolve("server"));
        verifier(ON);
        assertThat(get("/health").status()).isEqualTo(200);
        server.kill();
        await().atMost(VerifierUnderTest.SOON).until(() -> get("/health").status() == 503);
        Reply down = get("/health");
        assertThat(down.json().path("status").asString()).isEqualTo("down");
        assertThat(down.json().at("/components/database/status").asString()).isEqualTo("down");
        assertThat(down.json().at("/components/database/problem").asString()).contains("unreachable");
        assertThat(down.json().at("/components/poller/status").asString()).isEqualTo("up");
        assertThat(down.body()).doesNotContain("127.0.0.1").doesNotContain("pg-s3cret");
        await().atMost(VerifierUnderTest.SOON)
                .until(() -> get("/metrics").body().contains("limelight_agents{state=\"trusted\"} NaN"));
        server.startAgain();
        await().atMost(VerifierUnderTest.SOON).until(() -> get("/health").status() == 200);
    }

    @Test
    void switchedOffThereIsNoPort() throws Exception {
        verifier("metrics = False", "metrics_port = 0");
        assertThat(verifier.monitorPort()).isEmpty();
    }

    @Test
    void aPortThatSomebodyChoseAndThatIsTakenStopsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> verifier("metrics = True", "metrics_port = " + taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
        verifier(ON);
        assertThat(get("/health").status()).isEqualTo(200);
    }
}
