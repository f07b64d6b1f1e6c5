package io.limelight.core.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.ca.CaKit;
import io.limelight.core.ca.CaName;
import io.limelight.core.ca.CertificateAuthority;
import io.limelight.core.ca.Provisioned;
import io.limelight.core.http.HttpCall;
import io.limelight.core.http.HttpReply;
import io.limelight.core.json.WireJson;
import io.limelight.core.listen.ScriptedVerifier.Entry;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A CA that follows a verifier's events: verifiers that misbehave, and notices that must be missed by nobody. */
@ResourceLock(CaListenerTest.LOG)
class VerifierFeedTest {
    private static final String ID = "d432fbb3-d2f1-4a97-9ef7-75bd81c00000";
    private static final BigInteger SERIAL = BigInteger.TWO;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final TestAuthority SERVICES = TestAuthority.named("CN=services");

    @TempDir
    Path root;

    private CaKit kit;
    private RSAPrivateKey notifier;
    private ScriptedVerifier verifier;
    private VerifierFeed feed;
    private final Map<String, BigInteger> serials = new HashMap<>(Map.of(ID, SERIAL));

    @BeforeEach
    void begin() throws Exception {
        kit = CaKit.prepared(root.resolve("ca"), ID);
        try (Provisioned made = kit.provision(ID)) {
            notifier = key(made);
        }
        verifier = new ScriptedVerifier(SERVICES).start();
    }

    @AfterEach
    void end() {
        stop();
        verifier.close();
        kit.close();
    }

    private static RSAPrivateKey key(Provisioned made) throws Exception {
        String pem = made.notifier().key().apply(bytes -> new String(bytes, StandardCharsets.US_ASCII));
        return (RSAPrivateKey) PemFiles.parsePrivateKey(pem, new char[0], "notifier");
    }

    private void follow() throws Exception {
        CertificateAuthority ca = kit.ca();
        ListenSettings settings = new ListenSettings(
                "127.0.0.1",
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                CaName.NOTIFIER,
                List.of("info", "emergency"),
                Optional.empty());
        NoticeIntake intake = new NoticeIntake(settings, ca, kit.password(), new CrlPublication(ca), () -> kit.now());
        feed = VerifierFeed.start(
                verifier.settings(), intake, new FeedFile(ca.path()), () -> kit.now(), Duration.ofMillis(10));
    }

    private void stop() {
        if (feed != null) {
            feed.close();
            feed = null;
        }
    }

    private void following() throws Exception {
        int before = verifier.opened.get();
        follow();
        until(() -> verifier.opened.get() > before && position().cursor().isPresent());
    }

    private static void until(Callable<Boolean> wanted) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(wanted);
    }

    private FeedPosition position() throws Exception {
        return new FeedFile(kit.folder()).read(Instant.EPOCH);
    }

    private boolean revoked(String id) throws Exception {
        return kit.ca().publishedCrl().orElseThrow().revokes(serials.get(id));
    }

    private boolean revoked() throws Exception {
        return revoked(ID);
    }

    private void machine(String id) throws Exception {
        try (Provisioned made = kit.provision(id)) {
            serials.put(id, made.machine().serial());
        }
    }

    private String text(String id, Object serial) {
        return new RevocationNotice(
                        RevocationNotice.REVOCATION,
                        Optional.of("127.0.0.1"),
                        id,
                        OptionalInt.of(9002),
                        "{}",
                        "{\"cert_serial\": " + serial + "}",
                        "Mon Aug  3 07:14:14 2026",
                        Optional.empty(),
                        Optional.of("n"),
                        Optional.of(kit.now()),
                        Optional.of(kit.now().plus(HOUR)))
                .text();
    }

    private Entry entry(long sequence, String state, String id, String msg, RSAPrivateKey signer) throws Exception {
        return new Entry(
                sequence,
                state,
                id,
                msg,
                NoticeSignature.sign(signer, msg),
                kit.now(),
                kit.now().plus(HOUR));
    }

    private Entry genuine(long sequence, String state, String id) throws Exception {
        return entry(sequence, state, id, text(id, serials.get(id)), notifier);
    }

    private Entry genuine(long sequence) throws Exception {
        return genuine(sequence, "new", ID);
    }

    // --- verifiers that misbehave ---

    private static HttpReply events(String id, String kind, String data) {
        return new HttpReply.Events(sink -> sink.send(id, kind, data));
    }

    static Stream<Arguments> misbehaviour() {
        ByteBuffer endless = ByteBuffer.allocate(6 << 20);
        return Stream.<Map.Entry<String, Function<HttpCall, HttpReply>>>of(
                        Map.entry("none", _ -> HttpReply.empty(404, "Not Found")),
                        Map.entry("broken", _ -> HttpReply.refusal(500, "\u001b[2J".repeat(400))),
                        Map.entry("elsewhere", _ -> new HttpReply.Empty(302, "Found", Map.of("Location", "/x"))),
                        Map.entry("no stream", _ -> HttpReply.success()),
                        Map.entry(
                                "a line without end",
                                _ -> new HttpReply.Content(200, "text/event-stream", endless, Map.of())),
                        Map.entry("nothing", _ -> new HttpReply.Events(_ -> {})),
                        Map.entry("no id", _ -> events("", "open", "{}")),
                        Map.entry("an id of markup", _ -> events("<b>", "open", "{}")),
                        Map.entry("no object", _ -> events("0000000a-1", "revocation", "[]")),
                        Map.entry("no JSON", _ -> events("0000000a-1", "revocation", "{")),
                        Map.entry("wrong kinds", _ -> events("0000000a-0", "open", "[1]")),
                        Map.entry("no beginning", _ -> events("0000000a-1", "revocation", "{\"msg\":[]}")))
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehaviour")
    void whateverItSendsItIsFollowedAgainAndNothingIsMissed(String name, Function<HttpCall, HttpReply> answer)
            throws Exception {
        verifier.misbehave(answer);
        follow();
        until(() -> verifier.opened.get() >= 2);
        assertThat(revoked()).isFalse();
        verifier.add(genuine(1));
        verifier.behave();
        until(this::revoked);
    }

    @Test
    void itIsTheSameRuleAsForEverybody() throws Exception {
        following();
        machine("other");
        RSAPrivateKey foreign =
                (RSAPrivateKey) KeyPairs.rsa(2048, new SecureRandom()).getPrivate();
        verifier.add(entry(1, "new", ID, text(ID, SERIAL), foreign));
        verifier.add(entry(2, "new", ID, text(ID, serials.get("other")), notifier));
        verifier.add(entry(3, "new", ID, text(ID, 1), notifier));
        verifier.add(entry(4, "new", "absent", text("absent", SERIAL), notifier));
        verifier.add(new Entry(5, "new", ID, text(ID, SERIAL), "", kit.now(), kit.now()));
        verifier.add(genuine(6, "new", "other"));
        until(() -> revoked("other"));
        assertThat(revoked()).isFalse();
        assertThat(kit.ca().publishedCrl().orElseThrow().entries()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1]", "{\"since\":\"yesterday\",\"notice\":1,\"held\":0}"})
    void aPositionThatCannotBeReadIsABeginning(String content) throws Exception {
        Files.writeString(kit.folder().resolve(".limelight-events"), content);
        verifier.add(genuine(1));
        follow();
        until(this::revoked);
    }

    @Test
    void oneBrokenCertificateDoesNotKeepTheOthersWaiting() throws Exception {
        machine("other");
        Files.writeString(kit.folder().resolve(ID + "-cert.crt"), "broken");
        verifier.add(genuine(1));
        verifier.add(genuine(2, "new", "other"));
        follow();
        until(() -> revoked("other"));
    }

    // --- what must not be missed ---

    @Test
    void aNoticeRevokesAndTheStreamGoesOnAfterIt() throws Exception {
        following();
        verifier.event("delivery", WireJson.object().put("sequence", 1));
        verifier.add(genuine(1));
        until(() -> revoked() && position().known() == 1);
        stop();
        int listed = verifier.asked.size();
        following();
        machine("other");
        verifier.add(genuine(2, "new", "other"));
        until(() -> revoked("other"));
        assertThat(verifier.asked)
                .as("nothing was missed, so nothing is listed")
                .hasSize(listed);
    }

    @Test
    void whatCameWhileThisSideWasAwayCountsThoughItHasExpired() throws Exception {
        following();
        stop();
        kit.now(kit.now().plus(HOUR));
        verifier.add(genuine(1));
        kit.now(kit.now().plus(Duration.ofDays(3)));
        follow();
        until(this::revoked);
    }

    @Test
    void whatHadExpiredBeforeTheFirstTimeDoesNotAndWhatHadNotDoes() throws Exception {
        machine("other");
        verifier.add(genuine(1));
        kit.now(kit.now().plus(Duration.ofHours(2)));
        verifier.add(genuine(2, "new", "other"));
        following();
        until(() -> revoked("other"));
        assertThat(revoked()).isFalse();
        assertThat(verifier.asked).doesNotContain("n-1");
    }

    @Test
    void theOtherSideMayRestartAndForgetItsEvents() throws Exception {
        List<String> machines = List.of("a", "b");
        for (String id : machines) {
            machine(id);
        }
        following();
        verifier.add(genuine(1));
        until(() -> position().known() == 1);
        verifier.close();
        for (int i = 0; i < machines.size(); i++) {
            verifier.add(genuine(i + 2L, "new", machines.get(i)));
        }
        verifier.forgetEvents();
        verifier.asked.clear();
        verifier.start();
        for (String id : machines) {
            until(() -> revoked(id));
        }
        until(() -> position().known() == 3);
        assertThat(verifier.asked)
                .as("page by page down to what is known, then the oldest first")
                .containsExactly("first", "3", "n-2", "n-3");
    }

    @Test
    void whatTheBrakeHoldsIsTakenWhenItIsReleasedAlsoWhileThisSideIsAway() throws Exception {
        machine("later");
        following();
        verifier.add(genuine(1, "held", "later"));
        verifier.add(genuine(2));
        until(() -> position().known() == 2);
        assertThat(revoked("later")).isFalse();
        assertThat(position().settled()).isZero();
        stop();
        verifier.event("brake", WireJson.object().put("engaged", false).put("released", 1));
        verifier.add(genuine(1, "new", "later"));
        verifier.forgetEvents();
        follow();
        until(() -> revoked("later"));
        until(() -> position().held() == 0);
    }

    @Test
    void anotherDatabaseIsReadFromItsBeginning() throws Exception {
        machine("other");
        following();
        for (int i = 1; i < 4; i++) {
            verifier.add(genuine(i));
        }
        until(() -> position().known() == 3);
        verifier.close();
        verifier.otherDatabase();
        verifier.add(genuine(1, "new", "other"));
        verifier.start();
        until(() -> revoked("other"));
        until(() -> position().known() == 1);
    }

    @Test
    void aCursorThatItDoesNotUnderstandIsForgotten() throws Exception {
        following();
        stop();
        verifier.add(genuine(1));
        verifier.misbehave(call -> call.query("after").isPresent()
                ? HttpReply.refusal(400, "the cursor is none of this stream")
                : events("0000000a-1", "open", "{}"));
        follow();
        until(this::revoked);
    }

    @Test
    void aNoticeThatCannotBeActedOnNowIsTakenLater() throws Exception {
        following();
        Path keystore = kit.folder().resolve("private.yml");
        Path aside = root.resolve("aside");
        Files.move(keystore, aside);
        int before = verifier.opened.get();
        verifier.add(genuine(1));
        until(() -> verifier.opened.get() > before + 1);
        assertThat(position().known()).isZero();
        Files.move(aside, keystore);
        until(this::revoked);
        until(() -> position().known() == 1);
    }
}
