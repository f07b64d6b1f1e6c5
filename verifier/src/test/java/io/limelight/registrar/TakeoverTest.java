package io.limelight.registrar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.testkit.RawHttp;
import io.limelight.core.testkit.RawHttp.Reply;
import io.limelight.core.testkit.TestAuthority;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strangers at the registrar: whoever reaches its ports may try, nobody may take another machine's place, change what is
 * known of it, or keep it out. Tests that bear a CVE's number show that Keylime's hole is not here.
 */
class TakeoverTest {
    private static final String STRANGER = "127.0.0.66";
    private static final TestAuthority VENDOR = TestAuthority.named("CN=TPM vendor");

    @TempDir
    Path folder;

    private final TestMachine victim = TestMachine.ecc();
    private RegistrarKit registrar;

    @BeforeEach
    void start() throws Exception {
        registrar = RegistrarKit.start(folder, "database_url = " + databaseUrl());
    }

    /** On which database; the same tests run on another one in {@link TakeoverOnPostgresTest}. */
    String databaseUrl() throws Exception {
        return "sqlite";
    }

    @AfterEach
    void stop() {
        registrar.close();
    }

    // CVE-2023-38201: a wrong answer was answered with the right one, so the challenge proved nothing.

    @Test
    void cve202338201TheAnswerToAWrongTagDoesNotTellTheRightOne() throws Exception {
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        String right = victim.answer(blob, "m1");

        Reply reply = registrar.activate("m1", "0".repeat(96));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.reason()).isEqualTo("Auth tag does not match expected value");
        assertThat(reply.toString()).doesNotContain(right).doesNotContainPattern("[0-9a-f]{64}");
        assertThat(registrar.activate("m1", right).status())
                .as("one attempt, one answer")
                .isEqualTo(404);
        assertThat(registrar.show("m1").status()).isEqualTo(404);
    }

    @Test
    void cve202338201NothingButTheTpmsAnswerActivates() throws Exception {
        String id = "m1";
        String key = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
        List<String> wrong = new ArrayList<>(List.of("", " ", "0", "null", TestMachine.tag(key, id)));
        String right = victim.answer(RegistrarKit.blob(registrar.post(id, victim.registration())), id);
        wrong.add(right.toUpperCase(Locale.ROOT));
        wrong.add(right + " ");
        wrong.add(right.substring(0, 95));
        wrong.add(right + "0");
        for (String tag : wrong) {
            // Every wrong tag ends the attempt, so each gets one of its own.
            String blob = RegistrarKit.blob(registrar.post(id, victim.registration()));
            String others = victim.answer(blob, "m2");
            assertThat(registrar.activate(id, tag).status()).as("'%s'", tag).isEqualTo(400);
            assertThat(registrar.activate(id, others).status())
                    .as("a tag for another id")
                    .isIn(400, 404);
            assertThat(registrar.show(id).status()).isEqualTo(404);
        }
    }

    @Test
    void anAnswerByAnotherTpmIsNone() throws Exception {
        // The stranger shows the victim's public keys, which anybody may know, and has a TPM of its own.
        TestMachine stranger = TestMachine.ecc();
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        assertThatThrownBy(() -> stranger.answer(blob, "m1")).hasMessageContaining("another key");
    }

    @Test
    void anEkOfOneTpmWithAnAkOfAnotherIsNotActivated() throws Exception {
        TestMachine stranger = TestMachine.ecc();
        ObjectNode mixed =
                victim.registration().put("aik_tpm", stranger.ak().publicArea().toBase64());
        String blob = RegistrarKit.blob(registrar.post("m1", mixed));
        // A TPM releases the secret only for an AK that it holds.
        assertThatThrownBy(() -> victim.answer(blob, "m1")).hasMessageContaining("another key");
        assertThatThrownBy(() -> stranger.answer(blob, "m1")).hasMessageContaining("another key");
    }

    // CVE-2025-13609: a second machine could register under an id that was taken.

    private void isStill(JsonNode before) throws IOException {
        assertThat(registrar.record("m1")).isEqualTo(before);
    }

    @Test
    void cve202513609AnotherMachineDoesNotGetAnIdThatIsTaken() throws Exception {
        registrar.enrol(victim, "m1");
        JsonNode before = registrar.record("m1");
        TestMachine other = TestMachine.ecc();
        ObjectNode ekOfTheOther =
                victim.registration().put("ek_tpm", other.ek().publicArea().toBase64());
        ObjectNode akOfTheOther =
                victim.registration().put("aik_tpm", other.ak().publicArea().toBase64());
        for (ObjectNode body : List.of(
                other.registration(),
                ekOfTheOther,
                akOfTheOther,
                victim.withNewAk().registration())) {
            Reply reply = registrar.post("m1", body);
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.reason())
                    .isEqualTo("Agent re-registration with different TPM identity is forbidden for security reasons");
            isStill(before);
        }
        registrar.enrol(victim, "m1");
    }

    @Test
    void cve202513609TheFirstToProveItselfGetsTheIdEvenIfAnotherWasChallengedFirst() throws Exception {
        TestMachine stranger = TestMachine.ecc();
        String strangers = RegistrarKit.blob(registrar.postFrom(STRANGER, "m1", stranger.registration()));
        registrar.enrol(victim, "m1");
        JsonNode before = registrar.record("m1");
        Reply late = registrar.activateFrom(STRANGER, "m1", stranger.answer(strangers, "m1"));
        assertThat(late.status()).isNotEqualTo(200);
        isStill(before);
    }

    @Test
    void anEkCertificateMayComeLaterAndThenNeitherGoNorChange() throws Exception {
        registrar.enrol(victim, "m1");
        X509Certificate first = VENDOR.certify(victim.ek().publicKey(), "CN=ek");
        X509Certificate second = VENDOR.certify(victim.ek().publicKey(), "CN=ek");
        registrar.enrol(victim, "m1", victim.registration().put("ekcert", PemFiles.certificate(first)));
        JsonNode before = registrar.record("m1");
        assertThat(before.get("ekcert").isString()).isTrue();

        assertThat(registrar.post("m1", victim.registration()).status())
                .as("taken away")
                .isEqualTo(403);
        assertThat(registrar
                        .post("m1", victim.registration().put("ekcert", PemFiles.certificate(second)))
                        .status())
                .as("changed")
                .isEqualTo(403);
        isStill(before);
        registrar.enrol(victim, "m1", victim.registration().put("ekcert", PemFiles.certificate(first)));
    }

    @Test
    void identityFieldsMayNotBeLeftOutToGetAFreshChallenge() throws Exception {
        registrar.enrol(victim, "m1");
        for (String field : List.of("ek_tpm", "aik_tpm")) {
            ObjectNode body = victim.registration();
            body.remove(field);
            Reply reply = registrar.post("m1", body);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.json().get("results").isEmpty()).isTrue();
        }
    }

    // An unproved registration changes nothing of what others rely on.

    @ParameterizedTest
    @CsvSource({
        "mtls_cert, disabled",
        "ip,        203.0.113.66",
        "port,      666",
    })
    void anUnprovedRegistrationNeitherSwitchesTlsOffNorRedirects(String field, String value) throws Exception {
        X509Certificate tls = VENDOR.certify(victim.ek().publicKey(), "CN=m1");
        ObjectNode honest = victim.registration().put("mtls_cert", PemFiles.certificate(tls));
        registrar.enrol(victim, "m1", honest);
        JsonNode before = registrar.record("m1");

        assertThat(registrar
                        .postFrom(STRANGER, "m1", honest.deepCopy().put(field, value))
                        .status())
                .isEqualTo(200);
        isStill(before);
        assertThat(registrar.activateFrom(STRANGER, "m1", "0".repeat(96)).status())
                .isEqualTo(400);
        isStill(before);
    }

    @Test
    void aWrongTagEndsTheAttemptOfItsSenderOnly() throws Exception {
        registrar.enrol(victim, "m1");
        JsonNode before = registrar.record("m1");
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        for (int i = 0; i < 10; i++) {
            assertThat(registrar.activateFrom(STRANGER, "m1", "f".repeat(96)).status())
                    .isEqualTo(400);
        }
        isStill(before);
        assertThat(registrar.activate("m1", victim.answer(blob, "m1")).status())
                .as("the machine's own attempt goes on")
                .isEqualTo(200);
        assertThat(registrar.record("m1").get("regcount").asInt()).isEqualTo(2);
    }

    @Test
    void aStrangersFloodUnderAnIdKeepsItsOwnerNotOut() throws Exception {
        TestMachine stranger = TestMachine.ecc();
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            refused +=
                    registrar.postFrom(STRANGER, "m1", stranger.registration()).status() == 429 ? 1 : 0;
        }
        assertThat(refused).as("the flood itself is limited").isPositive();
        assertThat(registrar.activate("m1", victim.answer(blob, "m1")).status())
                .as("the attempt that was under way")
                .isEqualTo(200);
        registrar.enrol(victim, "m1");
    }

    // Limits

    @Test
    void whoRegistersTooOftenIsToldToWaitAMinute() throws Exception {
        int admitted = 0;
        Reply reply;
        do {
            reply = registrar.post("m1", victim.registration());
            admitted++;
        } while (reply.status() == 200 && admitted < 1000);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.reason()).contains("minute");
        assertThat(admitted).isBetween(10, 100);
        assertThat(registrar.post("m2", TestMachine.ecc().registration()).status())
                .as("another machine behind the same address")
                .isEqualTo(200);
        registrar.clock.move(Duration.ofSeconds(61));
        assertThat(registrar.post("m1", victim.registration()).status()).isEqualTo(200);
    }

    @Test
    void aClockThatIsSetBackDoesNotKeepAnybodyOut() throws Exception {
        registrar.post("m1", victim.registration());
        registrar.clock.move(Duration.ofDays(-365));
        for (int i = 0; i < 40; i++) {
            registrar.post("m1", victim.registration());
        }
        registrar.clock.move(Duration.ofMinutes(2));
        registrar.enrol(victim, "m1");
    }

    @Test
    void anAttemptThatIsNotFinishedInTimeIsForgotten() throws Exception {
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        registrar.clock.move(Duration.ofMinutes(11));
        assertThat(registrar.show("m1").reason()).isEqualTo("Agent with ID 'm1' not found");
        assertThat(registrar.list()).isEqualTo("[]");
        assertThat(registrar.activate("m1", victim.answer(blob, "m1")).status()).isEqualTo(404);
    }

    @Test
    void anAttemptThatIsFinishedInTimeIsNot() throws Exception {
        String blob = RegistrarKit.blob(registrar.post("m1", victim.registration()));
        registrar.clock.move(Duration.ofMinutes(9));
        assertThat(registrar.activate("m1", victim.answer(blob, "m1")).status()).isEqualTo(200);
        registrar.clock.move(Duration.ofDays(4000));
        assertThat(registrar.show("m1").status()).isEqualTo(200);
    }

    @Test
    void onlyAFewAttemptsOfASenderWaitAtATime() throws Exception {
        List<String> blobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            blobs.add(RegistrarKit.blob(registrar.post("m1", victim.registration())));
        }
        // The oldest went; the last is as good as ever. (A wrong answer would end the others, so it comes last.)
        assertThat(registrar
                        .activate("m1", victim.answer(blobs.getLast(), "m1"))
                        .status())
                .isEqualTo(200);
        assertThat(registrar
                        .activate("m1", victim.answer(blobs.getFirst(), "m1"))
                        .status())
                .isEqualTo(400);
    }

    // CVE-2026-1709: the registrar's TLS port did its administrators' work for anybody.

    @ParameterizedTest
    @CsvSource({
        "GET,    /v2.6/agents/,   list_registrations",
        "GET,    /v2.6/agents,    list_registrations",
        "GET,    /v2/agents/m1,   read_registration",
        "GET,    /v2.0/agents/m1, read_registration",
        "DELETE, /v2.6/agents/m1, delete_registration",
    })
    void cve20261709AdministrationNeedsAnAdministratorsCertificate(String method, String path, String action)
            throws Exception {
        registrar.enrol(victim, "m1");
        TestAuthority other = TestAuthority.named("CN=Keylime Certificate Authority");

        try (RawHttp http = RawHttp.plain(registrar.port())) {
            Reply plain = http.request(method, path);
            assertThat(plain.status()).isEqualTo(400);
            assertThat(plain.body()).isEmpty();
        }
        Reply anonymous = registrar.tls(RegistrarKit.AUTHORITY.anonymousClient(), method, path);
        assertThat(anonymous.status()).isEqualTo(403);
        assertThat(anonymous.json().toString())
                .isEqualTo("{\"errors\":[{\"status\":\"403\",\"title\":\"Forbidden\",\"detail\":\"Action " + action
                        + " requires admin authentication (mTLS certificate)\"}]}");
        Reply nameless =
                registrar.tls(RegistrarKit.AUTHORITY.client(RegistrarKit.AUTHORITY.issue("O=m1")), method, path);
        assertThat(nameless.status()).isEqualTo(403);
        assertThatThrownBy(() -> registrar.tls(RegistrarKit.AUTHORITY.client(other.issue("CN=client")), method, path))
                .isInstanceOf(IOException.class);
        Reply token = registrar.tls(RegistrarKit.ADMIN, method, path, "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.");
        assertThat(token.status()).isEqualTo(401);
        assertThat(token.json().at("/errors/0/title").asString()).isEqualTo("Unauthorized");

        assertThat(registrar.show("m1").status()).as("nothing was done").isEqualTo(200);
    }

    @Test
    void cve20261709AnAgentsOwnCertificateMakesItNoAdministrator() throws Exception {
        // Its TLS certificate is in the registrar's database, not among the authorities that are trusted.
        TestAuthority agent = TestAuthority.named("CN=m1");
        registrar.enrol(
                victim, "m1", victim.registration().put("mtls_cert", PemFiles.certificate(agent.certificate())));
        assertThatThrownBy(() ->
                        registrar.tls(RegistrarKit.AUTHORITY.client(agent.issue("CN=m1")), "DELETE", "/v2.6/agents/m1"))
                .isInstanceOf(IOException.class);
        assertThat(registrar.show("m1").status()).isEqualTo(200);
    }

    // CVE-2025-1057: one record of an older release made every read of the database fail.

    @ParameterizedTest
    @ValueSource(strings = {"''", "'not base64'", "'AAAA'", "'\u0001\uFFFD'"})
    void cve20251057ARecordThatMakesNoSenseHarmsNobodyElse(String nonsense) throws Exception {
        registrar.enrol(victim, "m1");
        try (Connection connection = registrar.sql();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO registration (agent_id, ek_tpm, aik_tpm, ekcert, ip, port, mtls_cert,"
                    + " auth_key, regcount, activated_at) VALUES ('old', " + nonsense + ", " + nonsense + ", "
                    + nonsense + ", " + nonsense + ", -1, " + nonsense + ", " + nonsense + ", -1, -1)");
        }
        registrar.restart();
        assertThat(registrar.list()).isEqualTo("[\"m1\",\"old\"]");
        assertThat(registrar.show("m1").status()).isEqualTo(200);
        assertThat(registrar.show("old").status()).isEqualTo(200);
        assertThat(registrar.activate("old", "0".repeat(96)).status()).isEqualTo(400);
        assertThat(registrar.post("old", victim.registration()).status()).isEqualTo(403);
        registrar.enrol(TestMachine.ecc(), "m2");
        assertThat(registrar.admin("DELETE", "/v2.6/agents/old").status()).isEqualTo(200);
    }

    // CVE-2023-38200: connections that never finish their handshake blocked the registrar.

    @Test
    void cve202338200ConnectionsThatHangKeepNobodyOut() throws Exception {
        List<RawHttp> hanging = new ArrayList<>();
        try {
            for (int i = 0; i < 150; i++) {
                hanging.add(
                        RawHttp.plain(registrar.tlsPort()).send("\u0016\u0003\u0001\u0002\u0000".substring(0, i % 6)));
                hanging.add(RawHttp.plain(registrar.port()).send("POST /v2.6/agents/m1 HTTP/1.1\r\nHost: x\r\n"));
            }
            registrar.enrol(victim, "m1");
            assertThat(registrar.show("m1").status()).isEqualTo(200);
        } finally {
            for (RawHttp http : hanging) {
                http.close();
            }
        }
    }
}
