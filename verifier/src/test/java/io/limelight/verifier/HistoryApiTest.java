package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.api.ApiException;
import io.limelight.core.api.Endpoint;
import io.limelight.core.api.History;
import io.limelight.core.api.HistoryClient;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code /limelight/v1/history}: what was recorded, and nothing else. */
class HistoryApiTest extends SharedVerifierTestBase {
    private static final Instant NOON = Instant.parse("2020-03-01T12:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=yesterday",
                "to=1700000000",
                "from=2020-03-01",
                "from=-999999999-01-01T00:00:00Z&to=+999999999-12-31T23:59:59Z",
                "from=1969-12-31T23:59:59Z",
                "from=2020-03-02T00:00:00Z&to=2020-03-01T00:00:00Z",
                "from=2020-03-01T00:00:00Z&to=2020-03-01T00:00:00Z",
                "step=0",
                "step=-60",
                "step=59",
                "step=61",
                "step=420",
                "step=5400",
                "step=60.5",
                "step=99999999999999999999",
                "step=%00",
                "step=60&step=60",
                "from=2020-03-01T00:00:00Z&from=2021-03-01T00:00:00Z",
                "from=2020-03-01T00:00:00Z&to=2021-03-01T00:00:00Z&step=60"
            })
    void parametersThatMeanNothingAreRefusedWithASentence(String query) throws Exception {
        VerifierUnderTest.Reply reply = verifier.get("/limelight/v1/history?" + query.replace("+", "%2B"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).isNotEmpty();
    }

    @Test
    void strangersReadNothing() throws Exception {
        assertThat(verifier.callAnonymously("GET", "/limelight/v1/history", null)
                        .status())
                .isEqualTo(403);
    }

    private void recorded(Instant at, int span, long seconds, long passed) throws Exception {
        try (Connection connection = verifier.sql();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO history (span, at, recorded, passed,"
                                + " failed, unanswered, given_up, machines) VALUES (?, ?, ?, ?, 1, 0, 0, '{\"trusted\":2}')")) {
            insert.setLong(1, span);
            insert.setLong(2, at.getEpochSecond());
            insert.setLong(3, seconds * 1000);
            insert.setLong(4, passed);
            insert.execute();
        }
    }

    private JsonNode history(Instant from, Instant to, String more) throws Exception {
        VerifierUnderTest.Reply reply = verifier.get("/limelight/v1/history?from="
                + URLEncoder.encode(from.toString(), StandardCharsets.UTF_8) + "&to="
                + URLEncoder.encode(to.toString(), StandardCharsets.UTF_8) + more);
        assertThat(reply.status()).as(reply.reason()).isEqualTo(200);
        return reply.results();
    }

    @Test
    void aGapIsAGapAndHoursAreNotCutIntoMinutes() throws Exception {
        recorded(NOON, 60, 60, 10);
        recorded(NOON.plusSeconds(60), 60, 30, 5);
        // Ten minutes of nothing.
        recorded(NOON.plusSeconds(720), 60, 60, 7);
        JsonNode fine = history(NOON, NOON.plusSeconds(900), "&step=300");
        assertThat(fine.toString())
                .isEqualTo("{\"from\":\"2020-03-01T12:00:00Z\",\"to\":\"2020-03-01T12:15:00Z\",\"step\":300,\"steps\":["
                        + "{\"at\":\"2020-03-01T12:00:00Z\",\"recorded_seconds\":90,\"passed\":15,\"failed\":2,"
                        + "\"unanswered\":0,\"given_up\":0,\"machines\":{\"trusted\":2}},"
                        + "{\"at\":\"2020-03-01T12:10:00Z\",\"recorded_seconds\":60,\"passed\":7,\"failed\":1,"
                        + "\"unanswered\":0,\"given_up\":0,\"machines\":{\"trusted\":2}}]}");

        recorded(NOON.minusSeconds(7200), 3600, 3600, 100);
        JsonNode coarse = history(NOON.minusSeconds(7200), NOON.plusSeconds(900), "&step=60");
        assertThat(coarse.path("step").asInt()).isEqualTo(3600);
        assertThat(coarse.path("steps")
                        .valueStream()
                        .map(step -> step.path("passed").asInt()))
                .containsExactly(100, 22);
        assertThat(history(NOON.plusSeconds(86_400), NOON.plusSeconds(90_000), "")
                        .path("steps"))
                .isEmpty();
    }

    @Test
    void whatHappensIsThereAfterARestartThroughTheClient() throws Exception {
        verifier("quote_interval = 0.1");
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 3);
        verifier.restart();
        HistoryClient client =
                new HistoryClient(Endpoint.verifier("127.0.0.1", verifier.port()), verifier.client(), null);
        Instant now = Instant.now();
        History history = client.history(now.minusSeconds(3600), now.plusSeconds(60), Optional.empty());
        assertThat(history.step()).isEqualTo(Duration.ofMinutes(1));
        assertThat(history.steps()).isNotEmpty();
        assertThat(history.steps().stream().mapToLong(History.Step::passed).sum())
                .isGreaterThanOrEqualTo(3);
        assertThat(history.steps().getLast().recorded()).isLessThanOrEqualTo(Duration.ofMinutes(1));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> client.history(now, now.minusSeconds(1), Optional.of(Duration.ofHours(1))))
                .isInstanceOf(ApiException.Refused.class)
                .hasMessageContaining("from has to be before to");
        assertThat(List.copyOf(history.steps())).isSortedAccordingTo(java.util.Comparator.comparing(History.Step::at));
    }
}
