package io.limelight.console.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.console.activity.ActLog;
import io.limelight.console.activity.ActivityLog;
import io.limelight.console.activity.ChainCheck;
import io.limelight.console.activity.ChainCheck.Fault;
import io.limelight.console.activity.ChainCheck.Found;
import io.limelight.console.activity.ChainCheck.Kind;
import io.limelight.console.activity.HeadFolder;
import io.limelight.console.activity.HeadSigner;
import io.limelight.console.activity.SignedHead;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.words.Words;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The record is found out when somebody changes its file by hand. */
class ActivityRecordTest {
    @TempDir
    Path home;

    private Instant now = Instant.parse("2026-11-29T02:00:00Z");
    private Records records;
    private long profile;
    private HeadSigner signer;
    private ActivityLog log;

    @BeforeEach
    void open() throws Exception {
        records =
                Records.open(new ConsoleFolder(home), Words.english(), new SecureRandom(), () -> now, VaultTest.CHEAP);
        profile = records.profiles()
                .save(Profile.fresh(
                        "dc-east",
                        Environment.LAB,
                        new ProfileSource.Configuration(Optional.empty(), Optional.empty()),
                        KeyKeeping.FILE))
                .id();
        signer = new HeadSigner(records.vault(), profile, new SecureRandom());
        log = new ActivityLog(records.activity(), profile, signer, () -> now);
    }

    @AfterEach
    void close() {
        records.close();
    }

    private void unlock() throws Exception {
        try (SecretBytes passphrase = SecretBytes.adopt("a long one".getBytes(StandardCharsets.UTF_8))) {
            records.vault().create(passphrase);
        }
    }

    private void acts(int count) {
        for (int i = 0; i < count; i++) {
            log.did(new ActLog.Act(
                    "machine.stop", List.of("web-0" + i), ActLog.Outcome.DONE, Map.of("number", Integer.toString(i))));
        }
    }

    private void byHand(String sql) throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + new ConsoleFolder(home).file());
                Statement statement = other.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private Found check(SignedHead... exported) throws Exception {
        return new ChainCheck(records.activity(), profile)
                .run(signer.publicKey(), List.of(exported), new Cancellation());
    }

    @Test
    void aTextThatWasChangedByHandIsFoundAtItsRow() throws Exception {
        acts(5);
        byHand("UPDATE activity SET objects = '[\"web-99\"]' WHERE sequence = 3");
        assertThat(check().faults()).containsExactly(new Fault(Kind.ALTERED, 3, ""));
    }

    @Test
    void aRowThatWasMadeAnewBreaksTheChainBehindIt() throws Exception {
        acts(5);
        ActivityRow third = records.activity().after(profile, 2).getFirst();
        ActivityRow forged = new ActivityRow(
                profile, 3, third.at(), third.source(), third.kind(), "[]", "failed", "{}", "", third.previous(), "");
        byHand("UPDATE activity SET objects = '[]', outcome = 'failed', facts = '{}', hash = '"
                + ActivityChain.hash(forged) + "' WHERE sequence = 3");
        assertThat(check().faults()).containsExactly(new Fault(Kind.UNLINKED, 4, ""));
    }

    @Test
    void aRowThatWasTakenOutIsMissed() throws Exception {
        acts(5);
        byHand("DELETE FROM activity WHERE sequence = 2");
        assertThat(check().faults()).extracting(Fault::kind).contains(Kind.MISSING);
    }

    @Test
    void aRecordThatWasMadeAnewFromItsFirstRowIsNotAsSigned() throws Exception {
        unlock();
        acts(2);
        byHand("DELETE FROM activity WHERE sequence = 2");
        // As somebody would who knows how rows are hashed, and not the passphrase.
        ActivityRow first = records.activity().last(profile).orElseThrow();
        ActivityRow bare = new ActivityRow(
                profile, 2, now.toString(), "own", "machine.stop", "[]", "done", "{}", "", first.hash(), "");
        byHand("INSERT INTO activity VALUES (" + profile + ", 2, '" + now
                + "', 'own', 'machine.stop', '[]', 'done', '{}', '', '" + first.hash() + "', '"
                + ActivityChain.hash(bare) + "')");
        assertThat(check().faults()).containsExactly(new Fault(Kind.NOT_AS_SIGNED, 2, now.toString()));
    }

    @Test
    void anEndThatWasCutOffIsSeenAgainstTheHeadAndWithoutItAgainstAnExportedOne() throws Exception {
        unlock();
        acts(4);
        Path folder = Files.createDirectory(home.resolve("heads"));
        HeadFolder heads = new HeadFolder(folder, profile, Words.english());
        heads.write(log.head().orElseThrow());
        byHand("DELETE FROM activity WHERE sequence > 2");
        assertThat(check().faults()).containsExactly(new Fault(Kind.TRUNCATED, 2, now.toString()));
        byHand("DELETE FROM activity_head");
        assertThat(check().sound()).as("nothing left tells of it").isTrue();
        assertThat(check(heads.read().toArray(SignedHead[]::new)).faults())
                .containsExactly(new Fault(Kind.TRUNCATED, 2, now.toString()));
    }

    @Test
    void aHeadThatSomebodyElseSignedIsNotBelieved() throws Exception {
        unlock();
        acts(2);
        byHand("UPDATE activity_head SET public_key = '" + "ab".repeat(32) + "'");
        assertThat(check().faults()).extracting(Fault::kind).containsExactly(Kind.BAD_SIGNATURE);
        byHand("UPDATE activity_head SET public_key = 'no key', signature = ''");
        assertThat(check().faults()).extracting(Fault::kind).containsExactly(Kind.BAD_SIGNATURE);
    }

    @Test
    void whatIsWholeVerifiesAndIsSignedOnlyWhileTheVaultIsOpen() throws Exception {
        acts(2);
        Found unsigned = check();
        assertThat(unsigned.sound()).isTrue();
        assertThat(unsigned.signedTo()).isZero();
        unlock();
        acts(1);
        Found signed = check();
        assertThat(signed.sound()).isTrue();
        assertThat(signed.signedTo()).isEqualTo(3);
        assertThat(signed.keyKnown()).isTrue();
        records.vault().close();
        acts(1);
        Found locked = check();
        assertThat(locked.sound()).isTrue();
        assertThat(locked.signedTo()).isEqualTo(3);
        assertThat(locked.rows()).isEqualTo(4);
        assertThat(locked.keyKnown()).isFalse();
    }

    @Test
    void whatTheVerifierToldIsKeptOnce() throws Exception {
        assertThat(log.told(now, "machine.stopped", List.of("web-01"), Map.of(), "timeline web-01 7"))
                .isTrue();
        assertThat(log.told(now, "machine.stopped", List.of("web-01"), Map.of(), "timeline web-01 7"))
                .isFalse();
        assertThat(check().rows()).isEqualTo(1);
    }

    @Test
    void aFolderOfOtherThingsHoldsNoHeads() throws Exception {
        Path folder = Files.createDirectory(home.resolve("heads"));
        Files.writeString(folder.resolve("limelight-activity-" + profile + "-2026-11-29.json"), "{\"format\":3}");
        Files.writeString(folder.resolve("limelight-activity-" + profile + "-2026-11-28.json"), "[");
        assertThat(new HeadFolder(folder, profile, Words.english()).read()).isEmpty();
    }
}
