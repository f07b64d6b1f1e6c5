package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.agent.testkit.Memory;
import io.limelight.agent.testkit.TestFixtures;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Notices of revocation: only what the notifier of this machine's own package has signed counts, and it counts once. */
class RevocationInboxTest extends ActionBench {
    /** Adds a line for each of its runs. */
    @BeforeEach
    void action() throws Exception {
        payload("local_action_count.sh", "#!/bin/sh\necho run >> " + outside("runs") + "\n");
        list("local_action_count.sh");
        open();
    }

    private long runs() throws IOException {
        return Files.exists(outside("runs"))
                ? Files.readAllLines(outside("runs")).size()
                : 0;
    }

    private void assertDropped(RevocationMessage message) throws Exception {
        assertThat(inbox.take(message)).as("the sender hears nothing of it").isTrue();
        assertThat(inbox.notices()).isZero();
        boolean trial = message.signature().isEmpty() && message.msg().contains("\"test\"");
        assertThat(inbox.dropped()).as("a test is expected").isEqualTo(trial ? 0 : 1);
        assertThat(inbox.lastDropped().isPresent()).isEqualTo(!trial);
        // Whatever was begun would be done before this one, and then the genuine one is the only receipt.
        installNotifier(NOTIFIER);
        assertThat(revoke().sequence()).isEqualTo(1);
        assertThat(runs()).isEqualTo(1);
    }

    private static String sign(String message, int salt) throws Exception {
        Signature signer = Signature.getInstance("RSASSA-PSS");
        signer.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
        signer.initSign(NOTIFIER.getPrivate());
        signer.update(message.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(signer.sign());
    }

    @Test
    void beforeAPayloadCameNoticesAreDropped() throws Exception {
        Files.delete(unzipped().resolve("RevocationNotifier-cert.crt"));
        assertDropped(fresh());
        assertThat(inbox.lastDropped())
                .hasValueSatisfying(why -> assertThat(why).contains("it comes with a payload"));
    }

    private static X509Certificate numbered(long serial) throws Exception {
        X500Name name = new X500Name("CN=somebody");
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.valueOf(serial),
                                Date.from(NOW.minusSeconds(60)),
                                Date.from(NOW.plusSeconds(86_400)),
                                name,
                                NOTIFIER.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withRSA").build(NOTIFIER.getPrivate())));
    }

    @ParameterizedTest
    @CsvSource({"1, the CA's own", "3, the notifier's own"})
    void aNoticeThatNamesTheAuthorityIsDroppedAlthoughItIsSigned(long serial, String reason) throws Exception {
        installNotifier(numbered(3));
        Files.writeString(unzipped().resolve("cacert.crt"), PemFiles.certificate(numbered(1)));
        assertDropped(signed(notice(
                "revocation",
                "{\"cert_serial\": " + serial + ", \"subject\": \"CN=x\"}",
                Optional.of("x"),
                Optional.of(NOW),
                Optional.of(NOW.plusSeconds(3600)))));
        assertThat(inbox.lastDropped())
                .hasValueSatisfying(why -> assertThat(why).contains(reason));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64!", "====", "bm8gc2lnbmF0dXJl"})
    void aSignatureThatIsNoneIsDropped(String signature) throws Exception {
        assertDropped(new RevocationMessage(notice("revocation", "x").text(), signature));
    }

    @ParameterizedTest
    @CsvSource({
        "revocation, , it is not signed",
        "revocation, ' ', it is not signed",
        "test, AAAA, its signature is not by the key of",
        "TEST, , it is not signed"
    })
    void anUnsignedNoticeThatIsNoTrialIsRefusedForThat(String type, @Nullable String signature, String reason)
            throws Exception {
        RevocationMessage message =
                new RevocationMessage(notice(type, "x").text(), Objects.requireNonNullElse(signature, ""));
        NoticeJudge judge = new NoticeJudge(unzipped().resolve("RevocationNotifier-cert.crt"), CLOCK);
        assertThat(judge.judge(message))
                .isInstanceOfSatisfying(
                        NoticeJudge.Judgement.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    @Test
    void aTrialIsNoReasonForAlarmAndDoesNothing() throws Exception {
        RevocationMessage trial = new RevocationMessage(notice("test", "x").text(), "");
        NoticeJudge judge = new NoticeJudge(outside("no certificate yet"), CLOCK);
        assertThat(judge.judge(trial)).isEqualTo(new NoticeJudge.Judgement.Trial(OTHER));
        assertDropped(trial);
    }

    @Test
    void aNoticeSignedByAnotherNotifierIsDropped() throws Exception {
        assertDropped(
                signed(KeyPairs.rsa(2048, RANDOM), notice("revocation", "x").text()));
    }

    @Test
    void aChangedNoticeIsDropped() throws Exception {
        RevocationMessage good = signed(notice("comm_error", "x"));
        assertDropped(new RevocationMessage(good.msg().replace("comm_error", "revocation"), good.signature()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "[1]", "{}", "{\"type\": 1, \"agent_id\": \"a\"}", "{\"type\": \"revocation\"}"})
    void aGenuineNoticeThatIsNoNoticeIsDropped(String text) throws Exception {
        assertDropped(signed(NOTIFIER, text));
    }

    @Test
    void anOversizedNoticeIsDropped() throws Exception {
        String text = notice("revocation", "x").text();
        String long1 = text.replace("0x400", "x".repeat(RevocationNotice.MAX_TEXT));
        assertDropped(signed(NOTIFIER, long1));
    }

    @Test
    void aCertificateThatIsNoneIsNoReasonToStop() throws Exception {
        Files.writeString(unzipped().resolve("RevocationNotifier-cert.crt"), "no certificate");
        assertDropped(fresh());
    }

    @Test
    void aCertificateWithAnotherKindOfKeyIsNoReasonToStop() throws Exception {
        installNotifier(KeyPairs.p256(RANDOM));
        assertDropped(fresh());
    }

    @Test
    void aNoticeFromTheFutureIsDropped() throws Exception {
        Instant later = NOW.plus(Duration.ofHours(3));
        assertDropped(signed(notice("revocation", Optional.of("x"), Optional.of(later), Optional.empty())));
    }

    @Test
    void aNoticeThatWantsToCountForYearsIsDropped() throws Exception {
        Instant later = NOW.plus(Duration.ofDays(800));
        assertDropped(signed(notice("revocation", Optional.of("x"), Optional.of(NOW), Optional.of(later))));
    }

    @ParameterizedTest
    @CsvSource({"0", "20", "32", "222"})
    void aGenuineNoticeRunsItsActionsWhateverItsSalt(int salt) throws Exception {
        String text = notice("revocation", "salted").text();
        inbox.take(new RevocationMessage(text, sign(text, salt)));
        Receipt receipt = receipt(1);
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.RAN);
        assertThat(receipt.notice().noticeId()).hasValue("salted");
        assertThat(receipt.notice().agentId()).isEqualTo(OTHER);
        assertThat(receipt.actions()).singleElement().satisfies(action -> {
            assertThat(action.outcome()).isEqualTo(ActionReceipt.Outcome.SUCCEEDED);
            assertThat(action.exit()).hasValue(0);
            assertThat(action.output()).isEmpty();
        });
        assertThat(runs()).isEqualTo(1);
        assertThat(work().resolve(".tmp-revocation.json")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(work().resolve("revocations.journal"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anExpiredNotifierCertificateIsAccepted() throws Exception {
        installNotifier(certificate(NOTIFIER, NOW.minus(Duration.ofDays(9)), Duration.ofDays(2)));
        assertThat(revoke().outcome()).isEqualTo(Receipt.Outcome.RAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"comm_error", "test", "REVOCATION", ""})
    void onlyRevocationsRunActions(String type) throws Exception {
        inbox.take(signed(notice(type, "x")));
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.RECORDED);
        assertThat(receipt(1).notice().type()).isEqualTo(type);
        assertThat(runs()).isZero();
    }

    @Test
    void anOldNoticeRunsNothingAndSaysSo() throws Exception {
        inbox.take(signed(notice(
                "revocation",
                Optional.of("old"),
                Optional.of(NOW.minusSeconds(7200)),
                Optional.of(NOW.minusSeconds(3600)))));
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.EXPIRED);
        assertThat(receipt(1).reason()).contains("counted until");
        assertThat(runs()).isZero();
    }

    @Test
    void aNoticeRunsOnceHoweverOftenItComesAlsoAfterARestart() throws Exception {
        RevocationMessage ours = signed(notice("revocation", "once"));
        RevocationMessage keylimes = signed(notice("revocation", Optional.empty(), Optional.empty(), Optional.empty()));
        for (int i = 0; i < 3; i++) {
            inbox.take(ours);
            inbox.take(keylimes);
        }
        receipt(2);
        inbox.close();
        open();
        inbox.take(ours);
        inbox.take(keylimes);
        assertThat(revoke().sequence()).isEqualTo(3);
        assertThat(runs()).isEqualTo(3);
        assertThat(inbox.receipts(0)).hasSize(3);
        assertThat(inbox.receipts(0).get(1).notice().key()).startsWith("sha256:");
    }

    @Test
    void withoutAPayloadThatListsAnyThereIsNothingToRun() throws Exception {
        Files.delete(unzipped().resolve("action_list"));
        assertThat(revoke().outcome()).isEqualTo(Receipt.Outcome.NO_ACTIONS);
    }

    @Test
    void whatCannotBeWrittenDownIsNotActedUpon() throws Exception {
        inbox.close();
        Files.delete(work().resolve("revocations.journal"));
        Files.createDirectory(work().resolve("revocations.journal"));
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("revocations.journal");
    }

    @Test
    void manyThatWaitAreTheSendersToKeep() throws Exception {
        payload("local_action_count.sh", "#!/bin/sh\nwhile [ ! -e " + outside("go") + " ]; do sleep 0.02; done\n");
        List<Boolean> taken = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            taken.add(inbox.take(signed(notice("revocation", "n" + i))));
        }
        assertThat(taken).filteredOn(accepted -> accepted).hasSizeBetween(64, 65);
        assertThat(taken.getLast()).isFalse();
        inbox.close();
        Files.createFile(outside("go"));
    }

    // --- crashes ---

    @Test
    void whatWasAcceptedAndNotBegunIsRunByTheNextStart() throws Exception {
        inbox.close();
        RevocationNotice notice = notice("revocation", "waiting");
        try (NoticeJournal journal = NoticeJournal.open(work().resolve("revocations.journal"), CLOCK)) {
            journal.accept(
                    new Receipt.NoticeRef("id:waiting", Optional.of("waiting"), "revocation", OTHER, NOW),
                    notice.expiresAt(),
                    notice.text());
        }
        open();
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.RAN);
        assertThat(runs()).isEqualTo(1);
    }

    @Test
    void aFullDiskKeepsNoAgentDownAndNothingIsRunUntilItCanBeWrittenDown() throws Exception {
        inbox.close();
        try (Memory _ = new Memory(folder)) {
            Memory.mount("tmpfs", "size=128k,mode=0700", work());
            Files.createDirectories(unzipped());
            installNotifier(NOTIFIER);
            action();
            RevocationMessage ran = signed(notice("revocation", "ran"));
            inbox.take(ran);
            receipt(1);
            inbox.close();
            Path filler = work().resolve("filler");
            assertThatThrownBy(() -> Files.write(filler, new byte[1 << 20])).isInstanceOf(IOException.class);

            open();
            assertThat(inbox.notices()).isEqualTo(1);
            assertThat(inbox.take(ran)).as("it is known").isTrue();
            RevocationMessage other = fresh();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> inbox.take(other))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("revocations.journal cannot be written")
                        .hasMessageContaining("is full; free some space");
            }
            Files.delete(filler);

            inbox.take(other);
            assertThat(receipt(2).outcome()).isEqualTo(Receipt.Outcome.RAN);
            assertThat(runs()).as("each of the two once").isEqualTo(2);
            inbox.close();
        }
    }

    /** Its share of the work directory's disk is gone, and it is neither run nor forgotten. */
    @Test
    void whatWaitsWhileTheDiskIsFullIsRunByTheStartThatFindsRoom() throws Exception {
        inbox.close();
        try (Memory _ = new Memory(folder)) {
            Memory.mount("tmpfs", "size=128k,mode=0700", work());
            Files.createDirectories(unzipped());
            RevocationNotice notice = notice("revocation", "waiting");
            try (NoticeJournal journal = NoticeJournal.open(work().resolve("revocations.journal"), CLOCK)) {
                journal.accept(
                        new Receipt.NoticeRef("id:waiting", Optional.of("waiting"), "revocation", OTHER, NOW),
                        notice.expiresAt(),
                        notice.text());
            }
            payload("local_action_count.sh", "#!/bin/sh\necho run >> " + outside("runs") + "\n");
            list("local_action_count.sh");
            Path filler = work().resolve("filler");
            assertThatThrownBy(() -> Files.write(filler, new byte[1 << 20])).isInstanceOf(IOException.class);
            open().close();
            assertThat(runs()).isZero();

            Files.delete(filler);
            open();
            assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.RAN);
            assertThat(runs()).isEqualTo(1);
            inbox.close();
        }
    }

    @Test
    void aLineThatACrashHasCutOffIsNoLine() throws Exception {
        RevocationMessage ran = signed(notice("revocation", "ran"));
        inbox.take(ran);
        receipt(1);
        inbox.close();
        Path journal = work().resolve("revocations.journal");
        Files.writeString(journal, "{\"line\":\"accepted\",\"notice\":\"id:y\",\"ty", StandardOpenOption.APPEND);
        open();
        inbox.take(ran);
        assertThat(revoke().sequence()).isEqualTo(2);
        assertThat(runs()).isEqualTo(2);
    }

    @Test
    void anAgentThatIsKilledWhileAnActionRunsDoesNotRunItAgain() throws Exception {
        inbox.close();
        payload("local_action_first.sh", "#!/bin/sh\nexit 3\n");
        payload(
                "local_action_count.sh",
                "#!/bin/sh\necho run >> " + outside("runs") + "\nwhile [ ! -e " + outside("go")
                        + " ]; do sleep 0.02; done\n");
        payload("local_action_after.sh", "#!/bin/sh\necho run >> " + outside("after") + "\n");
        list("local_action_first.sh\nlocal_action_count.sh\nlocal_action_after.sh\n");
        RevocationMessage message = signed(notice("revocation", "killed"));
        Path file = Files.write(outside("message.json"), io.limelight.core.json.WireJson.compact(message.toJson()));
        conf().load();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AgentToKill.class.getName(),
                        folder.toString(),
                        file.toString(),
                        NOW.toString())
                .inheritIO()
                .start();
        try {
            awaitFile(outside("runs"));
        } finally {
            other.destroyForcibly().waitFor();
        }
        open();
        assertThat(receipt(1).outcome()).isEqualTo(Receipt.Outcome.INTERRUPTED);
        assertThat(receipt(1).actions())
                .extracting(ActionReceipt::name, action -> action.exit().orElse(-1))
                .containsExactly(org.assertj.core.groups.Tuple.tuple("local_action_first.sh", 3));
        inbox.take(message);
        Files.createFile(outside("go"));
        assertThat(revoke().sequence()).isEqualTo(2);
        assertThat(runs()).as("the one that was killed and the new one").isEqualTo(2);
        assertThat(Files.readAllLines(outside("after"))).hasSize(1);
    }

    @Test
    void theJournalStaysSmallAndForgetsNothingThatCounts() throws Exception {
        inbox.close();
        Path file = outside("journal");
        NoticeJournal.Bounds bounds = new NoticeJournal.Bounds(20, 64, 8192);
        NoticeJournal journal = NoticeJournal.open(file, CLOCK, bounds);
        for (int i = 0; i < 100; i++) {
            String key = "id:" + i;
            journal.accept(
                    new Receipt.NoticeRef(key, Optional.empty(), "revocation", OTHER, NOW),
                    i % 2 == 0 ? Optional.of(NOW.minusSeconds(5)) : Optional.empty(),
                    "text ".repeat(100));
            journal.begin(key);
            journal.end(key, Receipt.Outcome.NO_ACTIONS, "", List.of());
        }
        assertThat(journal.seen()).isEqualTo(64);
        journal.close();
        assertThat(Files.size(file)).isLessThan(64 << 10);
        try (NoticeJournal again = NoticeJournal.open(file, CLOCK, bounds)) {
            assertThat(again.newest()).isEqualTo(100);
            assertThat(again.after(0, 1000)).hasSize(20);
            assertThat(again.accept(
                            new Receipt.NoticeRef("id:1", Optional.empty(), "revocation", OTHER, NOW),
                            Optional.empty(),
                            "again"))
                    .as("one without a time of its own outlives those whose time has passed")
                    .isFalse();
        }
    }

    // --- ZeroMQ ---

    @Test
    void aPublisherThatComesAndGoesIsListenedTo() throws Exception {
        inbox.close();
        int port;
        try (ZContext library = new ZContext();
                ZMQ.Socket publisher = library.createSocket(SocketType.XPUB)) {
            port = publisher.bindToRandomPort("tcp://127.0.0.1");
            open(conf().with("revocation_notification_ip", "127.0.0.1")
                    .with("revocation_notification_port", Integer.toString(port)));
            publisher.recv();
            publisher.send("garbage");
            publisher.sendMore("two");
            publisher.send("frames");
            publisher.send(envelope("zmq-1"));
            assertThat(receipt(1).notice().noticeId()).hasValue("zmq-1");
        }
        try (ZContext library = new ZContext();
                ZMQ.Socket publisher = library.createSocket(SocketType.XPUB)) {
            publisher.bind("tcp://127.0.0.1:" + port);
            publisher.recv();
            publisher.send(envelope("zmq-1"));
            publisher.send(envelope("zmq-2"));
            assertThat(receipt(2).notice().noticeId()).hasValue("zmq-2");
        }
        assertThat(runs()).isEqualTo(2);
    }

    private static byte[] envelope(String id) throws Exception {
        return io.limelight.core.json.WireJson.compact(
                signed(notice("revocation", id)).toJson());
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
