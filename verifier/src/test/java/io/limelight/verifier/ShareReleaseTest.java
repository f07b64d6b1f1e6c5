package io.limelight.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limelight.core.api.OperationalState;
import io.limelight.core.http.HttpReply;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tpm.Octets;
import io.limelight.verifier.testkit.TestKeys;
import io.limelight.verifier.testkit.TestMachine;
import io.limelight.verifier.testkit.VerifierUnderTest;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** When V leaves the verifier, to whom, and when not. */
class ShareReleaseTest extends SharedVerifierTestBase {
    private byte[] v;
    private String hex;

    @BeforeEach
    void makeShare() {
        v = new byte[32];
        TestKeys.RANDOM.nextBytes(v);
        hex = HexFormat.of().formatHex(v);
    }

    private ObjectNode enrolment(TestMachine machine) {
        return machine.enrolment().put("v", Base64.getEncoder().encodeToString(v));
    }

    private void awaitShares(TestMachine machine, int count) {
        await().atMost(VerifierUnderTest.SOON).until(() -> machine.shares().size() >= count);
    }

    /** Rows of the release's record: hash of the transport key, times sent, whether accepted. */
    private List<String> releases() throws Exception {
        List<String> rows = new java.util.ArrayList<>();
        try (var connection = verifier.sql();
                var statement = connection.prepareStatement(
                        "SELECT r.transport_key_sha256, r.times_sent, r.accepted_at IS NOT NULL FROM share_release r"
                                + " JOIN agent a ON a.number = r.agent WHERE a.agent_id = ? ORDER BY r.first_sent_at")) {
            statement.setString(1, id);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(result.getString(1).substring(0, 8) + " " + result.getInt(2) + " "
                            + (result.getBoolean(3) ? "accepted" : "open"));
                }
            }
        }
        return rows;
    }

    private static String keyHash(String pem) throws Exception {
        return HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(pem.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .substring(0, 8);
    }

    @Test
    void aMachineThatPassesGetsItOnceAndOnlyAfterItsPass() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(call -> {
            assertThat(verifier.status(id).attestationCount())
                    .as("the pass was stored before V came")
                    .isOne();
            assertThat(verifier.state(id)).isEqualTo(OperationalState.PROVIDE_V);
            return machine.acceptShare(call);
        });
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        verifier.awaitPasses(id, 4);
        assertThat(machine.shares()).containsExactly(hex);
        assertThat(releases()).containsExactly(keyHash(TestKeys.pem(TestKeys.rsa("transport 1"))) + " 1 accepted");
    }

    @Test
    void aShareOfSixteenBytesIsDeliveredAsItIs() throws Exception {
        v = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        TestMachine machine = machine();
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        assertThat(machine.shares()).containsExactly("0102030405060708090a0b0c0d0e0f10");
    }

    @Test
    void aMachineWithoutAShareGetsNone() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, machine.enrolment());
        verifier.awaitPasses(id, 3);
        assertThat(machine.shares()).isEmpty();
        assertThat(releases()).isEmpty();
    }

    @Test
    void aPolicyThatIsNotMetKeepsIt() throws Exception {
        TestMachine machine = machine();
        machine.pcr(15, Octets.ofHex("ab".repeat(32)));
        verifier.add(
                id,
                enrolment(machine).put("tpm_policy", "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}"));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(machine.shares()).isEmpty();
        assertThat(releases()).isEmpty();
    }

    @Test
    void aChangedTransportKeyGetsItAgainUnderThatKey() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        // Quotes are short by now and name no key: PCR 16 alone gives the change away.
        machine.transportKey(TestKeys.rsa("transport 2"));
        awaitShares(machine, 2);
        assertThat(machine.shares()).containsExactly(hex, hex);
        verifier.awaitPasses(id, 3);
        assertThat(machine.shares()).hasSize(2);
        assertThat(verifier.status(id).lastEventId()).isNull();
        assertThat(releases())
                .containsExactly(
                        keyHash(TestKeys.pem(TestKeys.rsa("transport 1"))) + " 1 accepted",
                        keyHash(TestKeys.pem(TestKeys.rsa("transport 2"))) + " 1 accepted");
    }

    @Test
    void aTransportKeyThatIsNotBoundInThatVeryQuoteDoesNotGetIt() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        String attackers = TestKeys.pem(TestKeys.rsa("of an attacker"));
        machine.nextQuotes(_ -> HttpReply.refusal(500, "so that a whole answer is asked for"));
        machine.lying(r -> new io.limelight.core.api.QuoteResults(
                r.quote(),
                r.hashAlg(),
                r.encAlg(),
                r.signAlg(),
                r.pubkey() == null ? null : attackers,
                null,
                null,
                null,
                null));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(machine.shares()).hasSize(1);
        assertThat(releases()).hasSize(1);
    }

    @Test
    void aTransportKeyThatIsNoRsaKeyFailsInsteadOfGettingIt() throws Exception {
        TestMachine machine = machine();
        machine.transportKey(KeyPairs.p256(TestKeys.RANDOM));
        verifier.add(id, enrolment(machine));
        assertThat(verifier.awaitState(id, OperationalState.FAILED).lastEventId())
                .isEqualTo("internal.verifier.exception");
        assertThat(machine.shares()).isEmpty();
        assertThat(verifier.status(id).attestationCount()).isZero();
    }

    @Test
    void anAgentThatDoesNotTakeItAtOnceIsAttestedAnewBeforeItGetsIt() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(_ -> HttpReply.refusal(500, "later"), _ -> HttpReply.refusal(500, "later"));
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        assertThat(verifier.awaitStatus(id, status -> status.attestationCount() >= 3)
                        .attestationCount())
                .isGreaterThanOrEqualTo(3);
        assertThat(machine.asks().subList(0, 3)).allMatch(TestMachine.Ask::whole);
        await().atMost(VerifierUnderTest.SOON)
                .untilAsserted(() -> assertThat(releases())
                        .containsExactly(keyHash(TestKeys.pem(TestKeys.rsa("transport 1"))) + " 3 accepted"));
    }

    @Test
    void aMachineThatIsTamperedWithBetweenTwoTriesDoesNotGetIt() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(_ -> {
            machine.pcr(15, Octets.ofHex("ab".repeat(32)));
            return HttpReply.refusal(500, "later");
        });
        verifier.add(
                id,
                enrolment(machine).put("tpm_policy", "{\"15\": [\"" + "0".repeat(64) + "\"], \"mask\": \"0x8000\"}"));
        verifier.awaitState(id, OperationalState.INVALID_QUOTE);
        assertThat(machine.shares()).isEmpty();
    }

    @Test
    void anAgentThatNeverTakesItFails() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(
                Collections.nCopies(50, (io.limelight.core.http.HttpHandler) _ -> HttpReply.refusal(500, "never"))
                        .toArray(new io.limelight.core.http.HttpHandler[0]));
        verifier.add(id, enrolment(machine));
        assertThat(verifier.awaitState(id, OperationalState.FAILED).lastEventId())
                .isEqualTo("internal.verifier.not_reachable_v");
        assertThat(machine.asks()).hasSize(4);
    }

    @Test
    void anAgentThatRefusesItFailsAtOnce() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(_ -> HttpReply.refusal(400, "Failed to decrypt encrypted_key"));
        verifier.add(id, enrolment(machine));
        assertThat(verifier.awaitState(id, OperationalState.FAILED).lastEventId())
                .isEqualTo("internal.verifier.no_v");
        assertThat(releases()).hasSize(1).first().asString().endsWith("1 open");
    }

    @Test
    void anAgentThatRefusesTheVersionForItIsAskedForItsVersionsAndThenGetsIt() throws Exception {
        TestMachine machine = machine();
        machine.nextShares(_ -> HttpReply.refusal(400, "API version not supported: v2.6"));
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        machine.nextShares(Collections.nCopies(50, (io.limelight.core.http.HttpHandler)
                        _ -> HttpReply.refusal(400, "API version not supported: v2.6"))
                .toArray(new io.limelight.core.http.HttpHandler[0]));
        verifier.reactivate(id);
        assertThat(verifier.awaitState(id, OperationalState.FAILED).lastEventId())
                .isEqualTo("internal.verifier.version_not_supported");
    }

    @Test
    void reactivationAndRestartSendItAgainAndRecordThat() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        verifier.awaitState(id, OperationalState.GET_QUOTE);
        verifier.reactivate(id);
        awaitShares(machine, 2);
        verifier.awaitState(id, OperationalState.GET_QUOTE);
        verifier.restart();
        awaitShares(machine, 3);
        verifier.awaitState(id, OperationalState.GET_QUOTE);
        assertThat(machine.shares()).containsOnly(hex);
        await().atMost(VerifierUnderTest.SOON)
                .untilAsserted(() -> assertThat(releases())
                        .containsExactly(keyHash(TestKeys.pem(TestKeys.rsa("transport 1"))) + " 3 accepted"));
        assertThat(machine.shareTexts()).as("sealed anew each time").doesNotHaveDuplicates();
    }

    @Test
    void aMachineThatChangesItsKeyAllTheTimeDoesNotFillTheDatabase() throws Exception {
        TestMachine machine = machine();
        verifier.add(id, enrolment(machine));
        awaitShares(machine, 1);
        for (int i = 0; i < 20; i++) {
            int before = machine.shares().size();
            // The text is what is hashed: a further line end makes another key of the same one.
            machine.transportPem(TestKeys.pem(TestKeys.rsa("transport 1")) + "\n".repeat(i + 1));
            awaitShares(machine, before + 1);
        }
        assertThat(releases()).hasSizeLessThanOrEqualTo(16);
    }

    @Test
    void neitherVNorTheRevocationKeyIsInTheDatabaseOrTheLog() throws Exception {
        String pem = new String(
                PemFiles.privateKey(TestKeys.rsa("notifier").getPrivate(), new char[0]),
                java.nio.charset.StandardCharsets.US_ASCII);
        TestMachine machine = machine();
        LogRecorder log = new LogRecorder();
        try (log) {
            verifier.add(id, enrolment(machine).put("revocation_key", pem));
            awaitShares(machine, 1);
            verifier.get("/v2.6/agents/" + id);
            verifier.awaitPasses(id, 2);
            // A refusal must not quote it either.
            verifier.post(
                    id + "-x", enrolment(machine).put("v", Base64.getEncoder().encodeToString(v) + "="));
            verifier.post(id + "-x", enrolment(machine).put("revocation_key", pem.replace("MII", "???")));
        }
        List<byte[]> secrets = List.of(
                v,
                Base64.getEncoder().encode(v),
                hex.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                pem.lines().skip(3).findFirst().orElseThrow().getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                "PRIVATE KEY".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(log.text()).contains(id);
        for (byte[] secret : secrets) {
            assertThat(log.text()).doesNotContain(new String(secret, java.nio.charset.StandardCharsets.ISO_8859_1));
            try (var files = java.nio.file.Files.list(verifier.folder())) {
                for (var file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
                    assertThat(Bytes.contain(java.nio.file.Files.readAllBytes(file), secret))
                            .as(file.toString())
                            .isFalse();
                }
            }
        }
    }
}
