package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.agent.testkit.TestFixtures;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Notices of revocation: only what the notifier of this machine's own package has signed counts (wire reference §2.11). */
class RevocationInboxTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-08-03T10:00:00Z");
    private static final KeyPair NOTIFIER = KeyPairs.rsa(2048, RANDOM);
    private static final String NOTICE =
            "{\"type\":\"revocation\",\"agent_id\":\"d432fbb3-d2f1-4a97-9ef7-75bd81c00000\",\"ip\":\"127.0.0.1\"}";

    @TempDir
    Path folder;

    private RevocationInbox inbox;

    @BeforeEach
    void open() {
        inbox = new RevocationInbox(certificate(), InstantSource.fixed(NOW));
    }

    @AfterEach
    void close() {
        inbox.close();
    }

    private Path certificate() {
        return folder.resolve("RevocationNotifier-cert.crt");
    }

    private void install(KeyPair pair) throws Exception {
        Files.writeString(
                certificate(),
                PemFiles.certificate(SelfSignedCertificates.forAgent(
                        pair, "RevocationNotifier", List.of(), Instant.now(), Duration.ofDays(1), RANDOM)));
    }

    private static String sign(KeyPair pair, String message, int salt) throws Exception {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        signer.initSign(pair.getPrivate());
        signer.update(message.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(signer.sign());
    }

    /** A notice that is genuine for certain, after the one in question: the inbox works in order. */
    private void awaitTheEnd(int genuine) throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage("{\"type\":\"end\"}", sign(NOTIFIER, "{\"type\":\"end\"}", 32)));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> inbox.genuine().stream()
                        .anyMatch(notice -> notice.type().equals("end")));
        assertThat(inbox.genuine()).hasSize(genuine + 1);
    }

    @Test
    void beforeAPayloadCameNoticesAreDropped() throws Exception {
        inbox.take(new RevocationMessage(NOTICE, sign(NOTIFIER, NOTICE, 32)));
        awaitWorker();
        awaitTheEnd(0);
    }

    /** Until the one notice before has been looked at, which the certificate's absence decides. */
    private void awaitWorker() {
        inbox.take(new RevocationMessage("{}", ""));
        Awaitility.await()
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("revocations"))
                        .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "====", "bm8gc2lnbmF0dXJl"})
    void aSignatureThatIsNoneIsDropped(String signature) throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage(NOTICE, signature));
        awaitTheEnd(0);
    }

    @Test
    void aNoticeSignedByAnotherNotifierIsDropped() throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage(NOTICE, sign(KeyPairs.rsa(2048, RANDOM), NOTICE, 32)));
        awaitTheEnd(0);
    }

    @Test
    void aChangedNoticeIsDropped() throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage(NOTICE.replace("revocation", "comm_error"), sign(NOTIFIER, NOTICE, 32)));
        inbox.take(new RevocationMessage(NOTICE + " ", sign(NOTIFIER, NOTICE, 32)));
        awaitTheEnd(0);
    }

    @ParameterizedTest
    @CsvSource({"0", "20", "32", "222"})
    void aGenuineNoticeIsKeptWhateverItsSalt(int salt) throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage(NOTICE, sign(NOTIFIER, NOTICE, salt)));
        awaitTheEnd(1);
        assertThat(inbox.genuine().getFirst())
                .isEqualTo(
                        new RevocationInbox.Notice(NOW, "revocation", "d432fbb3-d2f1-4a97-9ef7-75bd81c00000", NOTICE));
    }

    @Test
    void aGenuineNoticeThatIsNoJsonIsDropped() throws Exception {
        install(NOTIFIER);
        inbox.take(new RevocationMessage("no json", sign(NOTIFIER, "no json", 32)));
        inbox.take(new RevocationMessage("[1]", sign(NOTIFIER, "[1]", 32)));
        awaitTheEnd(0);
    }

    @Test
    void aCertificateThatIsNoneOrNotRsaIsNoReasonToStop() throws Exception {
        Files.writeString(certificate(), "no certificate");
        inbox.take(new RevocationMessage(NOTICE, sign(NOTIFIER, NOTICE, 32)));
        awaitWorker();
        install(KeyPairs.p256(RANDOM));
        inbox.take(new RevocationMessage(NOTICE, sign(NOTIFIER, NOTICE, 32)));
        awaitWorker();
        awaitTheEnd(0);
    }

    @Test
    void theLatestHundredAreKept() throws Exception {
        install(NOTIFIER);
        for (int i = 0; i < 130; i++) {
            String notice = "{\"type\":\"revocation\",\"agent_id\":\"m" + i + "\"}";
            inbox.take(new RevocationMessage(notice, sign(NOTIFIER, notice, 32)));
            if (i % 50 == 49) {
                String last = "m" + i;
                Awaitility.await()
                        .until(() -> inbox.genuine().stream()
                                .anyMatch(kept -> kept.agentId().equals(last)));
            }
        }
        Awaitility.await()
                .until(() ->
                        inbox.genuine().stream().anyMatch(kept -> kept.agentId().equals("m129")));
        assertThat(inbox.genuine()).hasSize(100);
        assertThat(inbox.genuine().getFirst().agentId()).isEqualTo("m30");
    }

    // --- vectors of the Rust agent ---

    private static RSAPublicKey key(byte[] pem) throws Exception {
        Path file = Files.createTempFile("notifier-", ".crt");
        try {
            Files.write(file, pem);
            return (RSAPublicKey) PemFiles.readCertificates(file).getFirst().getPublicKey();
        } finally {
            Files.delete(file);
        }
    }

    private static boolean verifies(RSAPublicKey key, byte[] message, byte[] signature) {
        return NoticeSignature.verifies(
                key,
                new String(message, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(signature));
    }

    @Test
    void theRustAgentsVectorVerifies() throws Exception {
        RSAPublicKey key = key(TestFixtures.bytes("test-cert.pem"));
        byte[] message = TestFixtures.bytes("test_ok.json");
        byte[] signature = Base64.getMimeDecoder().decode(TestFixtures.bytes("revocation.sig"));
        assertThat(verifies(key, message, signature)).isTrue();
        byte[] changed = message.clone();
        changed[0] ^= 1;
        assertThat(verifies(key, changed, signature)).isFalse();
        for (int bit : new int[] {0, 1000, 2047}) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(verifies(key, message, flipped)).isFalse();
        }
        assertThat(verifies(key, message, new byte[256])).isFalse();
        assertThat(verifies(key, message, new byte[255])).isFalse();
        byte[] ones = new byte[256];
        java.util.Arrays.fill(ones, (byte) 0xff);
        assertThat(verifies(key, message, ones)).isFalse();
    }

    @Test
    void theRustAgentsOtherVectorVerifies() throws Exception {
        Path pem = Files.write(folder.resolve("key.pem"), TestFixtures.bytes("test-rsa.pem"));
        java.security.interfaces.RSAPrivateCrtKey key =
                (java.security.interfaces.RSAPrivateCrtKey) PemFiles.readPrivateKey(pem, new char[0]);
        RSAPublicKey publicKey = (RSAPublicKey) java.security.KeyFactory.getInstance("RSA")
                .generatePublic(new java.security.spec.RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        byte[] signature = Base64.getMimeDecoder().decode(TestFixtures.bytes("test-rsa.sig"));
        assertThat(verifies(publicKey, "Hello World!".getBytes(StandardCharsets.UTF_8), signature))
                .isTrue();
    }
}
