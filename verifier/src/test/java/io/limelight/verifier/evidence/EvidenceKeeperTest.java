package io.limelight.verifier.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.appraisal.Appraisal;
import io.limelight.core.appraisal.AppraisalState;
import io.limelight.core.appraisal.Evidence;
import io.limelight.core.appraisal.ImaAnswer;
import io.limelight.core.appraisal.QuoteAnswer;
import io.limelight.core.appraisal.QuoteRequest;
import io.limelight.core.appraisal.Verdict;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import io.limelight.core.tpm.VerifiedQuote;
import io.limelight.store.Database;
import io.limelight.verifier.state.EvidenceStore;
import io.limelight.verifier.state.KeptEvidence;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceKeeperTest {
    private static final long AGENT = 1;

    @TempDir
    Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private Database database;
    private EvidenceStore store;
    private EvidenceKeeper keeper;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("cv.sqlite"), "verifier");
        store = new EvidenceStore(database);
        database.write(handle -> handle.execute(
                "INSERT INTO agent (agent_id, ip, port, verifier_id, verifier_ip, verifier_port, tpm_policy, meta_data,"
                        + " accept_hash, accept_encryption, accept_signing, ak_tpm, supported_version, added_at)"
                        + " VALUES ('a', '', 1, 'v', '', 1, '', '', '[]', '[]', '[]', '', '2.6', 0)"));
        keeper(1 << 20);
    }

    private void keeper(long maxBytes) {
        if (keeper != null) {
            keeper.close();
        }
        keeper = new EvidenceKeeper(store, new EvidenceKeeper.Options(maxBytes, Duration.ofDays(1)), now::get);
    }

    @AfterEach
    void close() {
        keeper.close();
        database.close();
    }

    private static Evidence answer(String nonce, long first, String list, String bootLog) {
        return new Evidence(
                new QuoteRequest(nonce, PcrMask.NONE, first),
                new QuoteAnswer("r" + nonce, "sha256", "rsa", "rsassa", null, new ImaAnswer(list, first), bootLog));
    }

    private static Appraisal passed(long resets) {
        return new Appraisal(
                Verdict.PASSED,
                List.of(),
                AppraisalState.NEW,
                Optional.of(new VerifiedQuote(
                        PcrValues.of(HashAlgorithm.SHA256, Map.of(16, Octets.copyOf(new byte[32]))),
                        new ClockInfo(1, resets, 0, true),
                        0,
                        Octets.EMPTY)));
    }

    private KeptEvidence kept() throws InterruptedException {
        keeper.settle();
        return store.find(AGENT).orElseThrow();
    }

    @Test
    void whatNoQuoteProvesIsNotKept() throws Exception {
        keeper.of(AGENT)
                .judged(
                        answer("1", 0, "x\n", null),
                        new Appraisal(Verdict.PASSED, List.of(), AppraisalState.NEW, Optional.empty()));
        keeper.settle();
        assertThat(store.find(AGENT)).isEmpty();
    }

    @Test
    void anIdleMachinesQuoteIsRenewedOnceAMinute() throws Exception {
        Dossier dossier = keeper.of(AGENT);
        dossier.judged(answer("1", 0, "x\ny\n", "AAAA"), passed(1));
        assertThat(kept().imaEntries()).isEqualTo(2);
        dossier.judged(answer("2", 2, "", "AAAA"), passed(1));
        assertThat(kept().proof().nonce()).isEqualTo("1");
        now.updateAndGet(time -> time.plusSeconds(61));
        dossier.judged(answer("3", 2, "", "AAAA"), passed(1));
        assertThat(kept().proof().nonce()).isEqualTo("3");
        assertThat(kept().imaEntries()).isEqualTo(2);
        assertThat(kept().bootLog()).isPresent();
        dossier.judged(answer("4", 2, "z\n", "AAAA"), passed(1));
        assertThat(kept().imaEntries()).isEqualTo(3);
        dossier.judged(answer("5", 0, "", null), passed(2));
        assertThat(kept().imaEntries()).isZero();
        assertThat(kept().bootLog()).isEmpty();
    }

    @Test
    void rowsWithoutThoseBeforeAreNotKeptAndAskedForOnceAMinute() throws Exception {
        Dossier dossier = keeper.of(AGENT);
        assertThat(dossier.firstEntry(0)).isZero();
        assertThat(dossier.firstEntry(7)).isZero();
        assertThat(dossier.firstEntry(7)).as("again so soon").isEqualTo(7);
        dossier.judged(answer("1", 7, "x\n", null), passed(1));
        keeper.settle();
        assertThat(store.find(AGENT)).isEmpty();
        now.updateAndGet(time -> time.plusSeconds(61));
        assertThat(dossier.firstEntry(7)).isZero();
        dossier.judged(answer("2", 0, "1\n2\n3\n4\n5\n6\n7\n", null), passed(1));
        assertThat(kept().imaEntries()).isEqualTo(7);
        assertThat(dossier.firstEntry(7)).isEqualTo(7);
    }

    @Test
    void whereThereIsNoRoomAListIsCutAndSaysSo() throws Exception {
        keeper(40);
        Dossier dossier = keeper.of(AGENT);
        dossier.judged(answer("1", 0, "a row of twenty bytes\n", null), passed(1));
        assertThat(kept().imaCut()).isFalse();
        dossier.judged(answer("2", 1, "another row of so many\n", null), passed(1));
        assertThat(kept().imaCut()).isTrue();
        assertThat(kept().imaEntries()).isEqualTo(1);
        assertThat(dossier.firstEntry(2)).as("it will not fit then either").isEqualTo(2);
        dossier.judged(answer("3", 0, "a row of twenty bytes\n", null), passed(2));
        assertThat(kept().imaCut()).as("another boot").isFalse();
    }

    @Test
    void aMachineThatIsGoneIsForgotten() throws Exception {
        Dossier dossier = keeper.of(AGENT);
        database.write(handle -> handle.execute("DELETE FROM agent"));
        dossier.judged(answer("1", 0, "x\n", null), passed(1));
        keeper.settle();
        assertThat(store.find(AGENT)).isEmpty();
    }

    @Test
    void whatIsHandedInBeforeTheEndIsStored() throws Exception {
        keeper.of(AGENT).judged(answer("1", 0, "x\n", null), passed(1));
        keeper.close();
        assertThat(store.find(AGENT)).isPresent();
    }
}
