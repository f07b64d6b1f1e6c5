package io.limelight.console.revocations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.console.fleet.FleetSnapshot.ServerKind;
import io.limelight.console.problem.ProblemException;
import io.limelight.console.records.ConsoleFolder;
import io.limelight.console.records.Records;
import io.limelight.console.words.Words;
import io.limelight.core.api.HttpClients;
import io.limelight.core.api.HttpTimeouts;
import io.limelight.core.bus.Publisher;
import io.limelight.core.json.WireJson;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.task.Cancellation;
import io.limelight.core.tls.ClientTls;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.TrustedCas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verifier that keeps no list: what comes to the console's own receiver. */
class ReceivedRevocationsTest {
    private static final Words WORDS = Words.english();

    @TempDir
    Path folder;

    private final AtomicInteger news = new AtomicInteger();
    private Records records;
    private NoticeInbox inbox;
    private RevocationService board;

    @BeforeEach
    void open() {
        InstantSource clock = InstantSource.system();
        records = Records.open(new ConsoleFolder(folder), WORDS, new SecureRandom(), clock);
        inbox = new NoticeInbox(records.received(), 7, folder, new SecureRandom(), clock, WORDS, news::incrementAndGet);
        board = new EitherRevocations(
                () -> ServerKind.KEYLIME,
                new FakeRevocations(),
                new ReceivedRevocations(records.received(), 7, inbox, CaKnowledge.NONE, clock, WORDS));
    }

    @AfterEach
    void close() {
        inbox.close();
        records.close();
    }

    private static String notice(String machine) {
        String msg = new RevocationNotice(
                        RevocationNotice.REVOCATION,
                        Optional.empty(),
                        machine,
                        OptionalInt.empty(),
                        "{}",
                        "{}",
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .text();
        return WireJson.compactText(WireJson.object().put("msg", msg).put("signature", "AAAA"));
    }

    private int post(NoticeInbox.Running running, String body) throws Exception {
        TrustedCas trust =
                new TrustedCas(PemFiles.readCertificates(running.certificate().orElseThrow()));
        OkHttpClient http =
                HttpClients.tls(HttpTimeouts.of(Duration.ofSeconds(20)), ClientTls.trusting(trust, Optional.empty()));
        try (Response response = http.newCall(new Request.Builder()
                        .url("https://127.0.0.1:" + running.port() + "/keylime")
                        .post(RequestBody.create(body, MediaType.get("application/json")))
                        .build())
                .execute()) {
            return response.code();
        } finally {
            HttpClients.close(http);
        }
    }

    @Test
    void rubbishAndWhatIsTooLongIsRefusedAndNotKept() throws Exception {
        NoticeInbox.Running running = inbox.webhook("127.0.0.1", 0);
        assertThat(post(running, "[]")).isEqualTo(400);
        assertThat(post(running, "{\"signature\": \"\"}")).isEqualTo(400);
        assertThat(post(running, "{\"msg\": \"" + "x".repeat(3 << 20) + "\"}")).isEqualTo(413);
        assertThat(board.board(new Cancellation()).notices()).isEmpty();
    }

    @Test
    void whatNobodyKnownSignedIsNotVerifiedAndTheSameTwiceIsOnce() throws Exception {
        NoticeInbox.Running running = inbox.webhook("127.0.0.1", 0);
        assertThat(post(running, notice("db-03"))).isEqualTo(200);
        assertThat(post(running, notice("db-03"))).isEqualTo(200);
        assertThat(post(running, "{\"msg\": \"no notice\", \"signature\": \"\"}"))
                .isEqualTo(200);
        Board now = board.board(new Cancellation());
        assertThat(now.recordedHere()).isTrue();
        assertThat(now.notices()).extracting(Notice::machine).containsExactly("?", "db-03");
        assertThat(now.notices()).extracting(Notice::state).containsOnly(Notice.State.UNVERIFIED);
        assertThat(now.channels()).extracting(Channel::light).contains(Channel.Light.WORKING);
        assertThat(news).hasPositiveValue();
        NoticeDetail detail = board.detail(now.notices().getFirst(), new Cancellation());
        assertThat(detail.examination()).isEmpty();
        assertThat(detail.fault()).contains("no JSON object");
        // The key of the webhook is nobody else's, and the next start has the same certificate.
        assertThat(Files.getPosixFilePermissions(folder.resolve("receiver-7-private.pem")))
                .hasSize(2);
        String certificate = Files.readString(running.certificate().orElseThrow());
        inbox.close();
        assertThat(Files.readString(inbox.webhook("127.0.0.1", 0).certificate().orElseThrow()))
                .isEqualTo(certificate);
    }

    @Test
    void aPublisherIsListenedTo() throws Exception {
        try (Publisher publisher = Publisher.bind("127.0.0.1", 0)) {
            inbox.zeroMq("127.0.0.1", publisher.port());
            // What is published before the subscription is there is gone, as ZeroMQ has it.
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                publisher.publish(notice("web-01")).get(20, TimeUnit.SECONDS);
                return !board.board(new Cancellation()).notices().isEmpty();
            });
        }
    }

    @Test
    void onlyTheNewestAreKept() throws Exception {
        for (int i = 0; i < 510; i++) {
            records.received().add(7, "webhook", "10.0.0.1", "m" + i, "");
        }
        List<Notice> first = board.board(new Cancellation()).notices();
        assertThat(first).hasSize(50);
        assertThat(records.received().before(7, OptionalLong.empty(), 1_000)).hasSize(500);
        assertThat(records.received().before(8, OptionalLong.empty(), 10)).isEmpty();
        Board.Older older = board.older(first.getLast().sequence(), new Cancellation());
        assertThat(older.notices().getFirst().sequence())
                .isLessThan(first.getLast().sequence());
    }

    @Test
    void whatOnlyLimelightCanIsSaidToBeSo() {
        assertThatThrownBy(() -> board.release(new Cancellation()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Keylime's");
        assertThatThrownBy(() -> inbox.webhook("203.0.113.77", 8993))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("cannot be started");
    }
}
