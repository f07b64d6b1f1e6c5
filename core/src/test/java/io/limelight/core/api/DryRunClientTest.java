package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.http.Access;
import io.limelight.core.http.EventSource;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.task.Cancellation;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.ServerTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a dry run says, and how it may end before its end. */
class DryRunClientTest {
    private static final TestAuthority AUTHORITY = TestAuthority.named("CN=own");
    private static final ObjectNode DRAFT = WireJson.object().put("mb_policy", "{}");

    private final List<String> asked = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final OkHttpClient http = HttpClients.tls(
            EventsClient.timeouts(),
            ClientTls.trusting(AUTHORITY.trusted(), Optional.of(AUTHORITY.issue("CN=client"))));
    private Runnable whenSeen = () -> {};
    private HttpListener listener;

    @AfterEach
    void stop() {
        HttpClients.close(http);
        listener.close();
    }

    private ObjectNode run(HttpReply reply, @Nullable Cancellation cancellation) throws Exception {
        listener = HttpListener.start(
                "verifier",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(AUTHORITY.server(ServerTls.ClientAuth.REQUIRED)),
                Routes.builder()
                        .add(new Route(
                                "POST", "/limelight/v1/dry-runs", Access.ADMINISTRATOR, "dry_run", 4096, call -> {
                                    asked.add(call.json().toString());
                                    return reply;
                                }))
                        .build(),
                JsonStyle.COMPACT,
                Limits.AGENT);
        return new DryRunClient(Endpoint.verifier("127.0.0.1", listener.port()), http, cancellation)
                .run(DRAFT, (kind, data) -> {
                    seen.add(kind + data);
                    whenSeen.run();
                });
    }

    private static HttpReply events(EventSource source) {
        return new HttpReply.Events(source);
    }

    @Test
    void aRunThatEndsBeforeItsEndHasNoSums() {
        assertThatThrownBy(() -> run(events(out -> out.send("", "begin", "{\"agents\":2}")), null))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("it ended before its end");
        assertThat(seen).containsExactly("begin{\"agents\":2}");
    }

    @Test
    void whatIsNoJsonIsNoResult() {
        assertThatThrownBy(() -> run(events(out -> out.send("", "result", "[1]")), null))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("no JSON object");
        assertThat(seen).isEmpty();
    }

    @Test
    void aRefusalSaysItsReason() {
        assertThatThrownBy(() -> run(HttpReply.refusal(503, "two dry runs go on already"), null))
                .isInstanceOf(ApiException.Refused.class)
                .hasMessageContaining("two dry runs go on already");
    }

    @Test
    void anAnswerThatIsNoStreamIsNoRun() {
        assertThatThrownBy(() -> run(HttpReply.success(), null)).isInstanceOf(ApiException.class);
    }

    @Test
    void whoCancelsIsNotKept() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch never = new CountDownLatch(1);
        whenSeen = cancellation::cancel;
        try {
            assertThatThrownBy(() -> run(
                            events(out -> {
                                out.send("", "begin", "{}");
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }),
                            cancellation))
                    .isInstanceOf(ApiException.class);
        } finally {
            never.countDown();
        }
    }

    @Test
    void resultsComeAsTheyAreDoneAndTheLastEventIsTheSum() throws Exception {
        ObjectNode sums = run(
                events(out -> {
                    out.send("", "begin", "{\"agents\":1}");
                    out.send("", "result", "{\"agent_id\":\"a\",\"verdict\":\"pass\"}");
                    out.send("", "end", "{\"passed\":1}");
                }),
                null);
        assertThat(sums.toString()).isEqualTo("{\"passed\":1}");
        assertThat(seen).containsExactly("begin{\"agents\":1}", "result{\"agent_id\":\"a\",\"verdict\":\"pass\"}");
        assertThat(asked).containsExactly(DRAFT.toString());
    }
}
