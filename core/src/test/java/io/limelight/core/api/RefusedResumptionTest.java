package io.limelight.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.api.Endpoint.Service;
import io.limelight.core.http.HttpListener;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.http.Limits;
import io.limelight.core.http.Routes;
import io.limelight.core.json.WireJson;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.ServerTls;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A peer that hands out session tickets and cannot bear to see one again, as Keylime's agent (seen with 0.2.9): the alert
 * internal_error instead of a ServerHello, every time an idle connection was closed and the next one resumes.
 */
class RefusedResumptionTest {
    private static final byte[] INTERNAL_ERROR = HexFormat.of().parseHex("15030300020250");
    private static final int PRE_SHARED_KEY = 41;

    private final TestAuthority authority = TestAuthority.named("CN=test authority");
    private final AtomicInteger refused = new AtomicInteger();
    private HttpListener listener;
    private ServerSocket front;
    private OkHttpClient http;
    private volatile boolean refuseAll;

    @BeforeEach
    void start() throws IOException {
        listener = HttpListener.start(
                "agent",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Optional.of(authority.server(ServerTls.ClientAuth.REQUIRED)),
                Routes.builder()
                        .get(
                                "/version",
                                _ -> HttpReply.success(WireJson.object().put("supported_version", "2.6")))
                        .build(),
                JsonStyle.COMPACT,
                Limits.AGENT);
        front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        http = HttpClients.tls(
                HttpTimeouts.of(Duration.ofSeconds(20)),
                ClientTls.trusting(authority.trusted(), Optional.of(authority.issue("CN=client"))));
    }

    @AfterEach
    void stop() throws IOException {
        HttpClients.close(http);
        front.close();
        listener.close();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = front.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            byte[] header = in.readNBytes(5);
            byte[] hello = in.readNBytes(ByteBuffer.wrap(header, 3, 2).getShort() & 0xffff);
            if (refuseAll || resumes(hello)) {
                refused.incrementAndGet();
                client.getOutputStream().write(INTERNAL_ERROR);
                return;
            }
            OutputStream out = server.getOutputStream();
            out.write(header);
            out.write(hello);
            Thread back = Thread.ofVirtual().start(() -> pass(server, client));
            in.transferTo(out);
            server.shutdownOutput();
            back.join();
        } catch (IOException | InterruptedException ended) {
            // one of the two went away
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            // one of the two went away
        }
    }

    /** Whether a ClientHello offers a session by a pre-shared key. */
    private static boolean resumes(byte[] hello) {
        ByteBuffer in = ByteBuffer.wrap(hello);
        in.position(4 + 2 + 32);
        skip(in, in.get() & 0xff);
        skip(in, in.getShort() & 0xffff);
        skip(in, in.get() & 0xff);
        in.getShort();
        while (in.hasRemaining()) {
            if (in.getShort() == PRE_SHARED_KEY) {
                return true;
            }
            skip(in, in.getShort() & 0xffff);
        }
        return false;
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(in.position() + bytes);
    }

    private AgentClient agent() {
        return new AgentClient(new Endpoint(Service.AGENT, true, "127.0.0.1", front.getLocalPort()), http);
    }

    @Test
    void theNextConnectionMakesAFullHandshakeAndTheCallSucceeds() throws Exception {
        for (int call = 0; call < 4; call++) {
            assertThat(agent().versions().offered()).containsExactly(ApiVersion.CURRENT);
            // The peer closes connections that idle; the next call needs a new one.
            http.connectionPool().evictAll();
        }
        assertThat(refused)
                .as("a session was offered, or this test proves nothing")
                .hasPositiveValue();
    }

    @Test
    void aPeerThatRefusesEveryConnectionIsTriedTwiceAndNoMore() {
        refuseAll = true;
        assertThatThrownBy(() -> agent().versions()).isInstanceOfSatisfying(ApiException.Untrusted.class, e -> {
            assertThat(e.mayHaveArrived()).isFalse();
            assertThat(e).hasMessageContaining("internal_error");
        });
        assertThat(refused).hasValue(2);
    }
}
