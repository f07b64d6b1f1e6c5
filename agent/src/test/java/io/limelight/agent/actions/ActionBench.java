package io.limelight.agent.actions;

import io.limelight.agent.testkit.AgentConf;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.RevocationMessage;
import io.limelight.core.revocation.NoticeSignature;
import io.limelight.core.revocation.RevocationNotice;
import io.limelight.core.testkit.Traces;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A machine that has unpacked a package, and a verifier's notifier that sends it notices. Actions really run. */
abstract class ActionBench {
    static final SecureRandom RANDOM = new SecureRandom();
    static final Instant NOW = Instant.parse("2026-08-03T10:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOW);
    static final KeyPair NOTIFIER = KeyPairs.rsa(2048, RANDOM);
    static final AgentId ID = AgentId.of("d432fbb3-d2f1-4a97-9ef7-75bd81c00000");
    static final String OTHER = "0b3c7a52-0c1d-4e1f-8d5e-1a2b3c4d5e6f";
    static final String SUBJECT = "OU=53,O=Keylime,L=Lexington,ST=MA,CN=" + OTHER + ",C=US";

    @TempDir
    Path folder;

    RevocationInbox inbox;

    @BeforeEach
    void unpack() throws Exception {
        Files.createDirectories(unzipped());
        installNotifier(NOTIFIER);
    }

    @AfterEach
    void end() throws Exception {
        if (inbox != null) {
            inbox.close();
        }
        new Traces(folder).remove();
    }

    Path work() {
        return folder.resolve("work");
    }

    Path unzipped() {
        return work().resolve("secure/unzipped");
    }

    Path installed() {
        return folder.resolve("usr/libexec/keylime");
    }

    /** Where an action and its test leave each other something. */
    Path outside(String name) {
        return folder.resolve(name);
    }

    AgentConf conf() {
        return new AgentConf(folder).with("action_timeout", "20");
    }

    RevocationInbox open() throws Exception {
        return open(conf());
    }

    RevocationInbox open(AgentConf conf) throws Exception {
        inbox = RevocationInbox.open(conf.load(), ID, Map.of("PATH", System.getenv("PATH")), CLOCK);
        return inbox;
    }

    void installNotifier(KeyPair pair) throws Exception {
        installNotifier(certificate(pair, NOW.minusSeconds(60), Duration.ofDays(1)));
    }

    void installNotifier(X509Certificate certificate) throws Exception {
        Files.writeString(unzipped().resolve("RevocationNotifier-cert.crt"), PemFiles.certificate(certificate));
    }

    static X509Certificate certificate(KeyPair pair, Instant from, Duration validity) throws Exception {
        return SelfSignedCertificates.forAgent(pair, "RevocationNotifier", List.of(), from, validity, RANDOM);
    }

    /** A file of the payload, for its owner. */
    Path payload(String name, String text) throws Exception {
        Path file = unzipped().resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    void list(String text) throws Exception {
        payload("action_list", text);
    }

    Path install(String name, String text) throws Exception {
        Files.createDirectories(installed());
        Path file = installed().resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    static RevocationNotice notice(String type, String id) {
        return notice(type, Optional.of(id), Optional.of(NOW), Optional.of(NOW.plusSeconds(3600)));
    }

    static RevocationNotice notice(
            String type, Optional<String> id, Optional<Instant> issued, Optional<Instant> expires) {
        return notice(type, "{\"cert_serial\": 2, \"subject\": \"" + SUBJECT + "\"}", id, issued, expires);
    }

    static RevocationNotice notice(
            String type, String metaData, Optional<String> id, Optional<Instant> issued, Optional<Instant> expires) {
        return new RevocationNotice(
                type,
                Optional.of("192.0.2.77"),
                OTHER,
                OptionalInt.of(9002),
                "{\"mask\": \"0x400\"}",
                metaData,
                "Mon Aug  3 07:14:14 2026",
                Optional.of(new RevocationNotice.Event(
                        "ima.validation.ima-ng.not_in_allowlist", "emergency", "{\"message\": \"x\"}")),
                id,
                issued,
                expires);
    }

    static RevocationMessage signed(KeyPair pair, String text) throws Exception {
        return new RevocationMessage(text, NoticeSignature.sign((RSAPrivateKey) pair.getPrivate(), text));
    }

    static RevocationMessage signed(RevocationNotice notice) throws Exception {
        return signed(NOTIFIER, notice.text());
    }

    /** A revocation that is like no other. */
    static RevocationMessage fresh() throws Exception {
        return signed(notice("revocation", "fresh-" + RANDOM.nextLong()));
    }

    Receipt receipt(int number) {
        Awaitility.await("receipt " + number)
                .atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> inbox.newestReceipt() >= number);
        return inbox.receipts(number - 1).getFirst();
    }

    /** Sends a fresh revocation and waits for what came of it. */
    Receipt revoke() throws Exception {
        long before = inbox.newestReceipt();
        inbox.take(fresh());
        return receipt((int) before + 1);
    }

    static String text(Path file) throws Exception {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    static void awaitFile(Path file) {
        Awaitility.await(file + " exists")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> Files.exists(file));
    }
}
