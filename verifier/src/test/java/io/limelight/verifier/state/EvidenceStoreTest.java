package io.limelight.verifier.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.tpm.ClockInfo;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.store.Database;
import io.limelight.verifier.state.EvidenceStore.NewEvidence;
import io.limelight.verifier.state.EvidenceStore.NewRows;
import io.limelight.verifier.state.EvidenceStore.Outcome;
import io.limelight.verifier.state.KeptEvidence.Proof;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceStoreTest {
    @TempDir
    Path folder;

    private Database database;
    private EvidenceStore store;

    @BeforeEach
    void open() {
        database = Database.open(folder.resolve("cv.sqlite"), "verifier");
        store = new EvidenceStore(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private long agent(String id) {
        return database.write(handle -> handle.createUpdate(
                        "INSERT INTO agent (agent_id, ip, port, verifier_id, verifier_ip, verifier_port, tpm_policy,"
                                + " meta_data, accept_hash, accept_encryption, accept_signing, ak_tpm,"
                                + " supported_version, added_at) VALUES (:id, '', 1, 'v', '', 1, '', '', '[]', '[]',"
                                + " '[]', '', '2.6', 0)")
                .bind("id", id)
                .executeAndReturnGeneratedKeys("number")
                .mapTo(Long.class)
                .one());
    }

    private static Proof proof(long resets, Instant at) {
        return new Proof(at, "passed", "n", "r", "sha256", new ClockInfo(1, resets, 0, true));
    }

    private Outcome put(long agent, long resets, NewRows rows) {
        return store.put(agent, new NewEvidence(proof(resets, Instant.EPOCH), rows, null));
    }

    private List<Long> rows(String... lines) {
        Map<RowHash, byte[]> rows = new LinkedHashMap<>();
        List<RowHash> order = new ArrayList<>();
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            order.add(RowHash.of(HashAlgorithm.SHA256.digest(bytes)));
            rows.put(order.getLast(), bytes);
        }
        Map<RowHash, Long> numbers = store.add(rows);
        return order.stream().map(numbers::get).toList();
    }

    @Test
    void aListGrowsAndIsReplacedFromAnyEntryOn() {
        long agent = agent("a");
        long[] first = LongStream.range(1, 3001).toArray();
        assertThat(put(agent, 1, new NewRows(0, first, 1, false))).isEqualTo(Outcome.KEPT);
        assertThat(store.numbers(agent, 0, 10_000)).isEqualTo(first);
        assertThat(store.numbers(agent, 1020, 10))
                .isEqualTo(LongStream.range(1021, 1031).toArray());
        assertThat(store.numbers(agent, 3000, 10)).isEmpty();

        long[] other = LongStream.range(9000, 9100).toArray();
        assertThat(put(agent, 1, new NewRows(1500, other, 1, false))).isEqualTo(Outcome.KEPT);
        assertThat(store.numbers(agent, 0, 10_000))
                .isEqualTo(LongStream.concat(LongStream.range(1, 1501), LongStream.of(other))
                        .toArray());
        assertThat(store.find(agent).orElseThrow().imaEntries()).isEqualTo(1600);
    }

    @Test
    void whatDoesNotFollowIsNotStored() {
        long agent = agent("a");
        assertThat(put(agent, 1, new NewRows(1, new long[] {5}, 1, false))).isEqualTo(Outcome.GAP);
        assertThat(store.find(agent)).isEmpty();
        put(agent, 1, new NewRows(0, new long[] {5}, 1, false));
        assertThat(put(agent, 2, new NewRows(1, new long[] {6}, 1, false)))
                .as("another boot")
                .isEqualTo(Outcome.GAP);
        assertThat(store.numbers(agent, 0, 10)).containsExactly(5);
        assertThat(put(agent + 1, 1, new NewRows(0, new long[] {5}, 1, false))).isEqualTo(Outcome.GONE);
    }

    @Test
    void onlyWhatNobodyHasIsSwept() {
        long one = agent("one");
        long two = agent("two");
        List<Long> numbers = rows("x", "y", "z");
        assertThat(rows("x")).containsExactly(numbers.getFirst());
        put(one, 1, new NewRows(0, new long[] {numbers.get(0), numbers.get(1)}, 1, false));
        store.put(
                two,
                new NewEvidence(
                        proof(1, Instant.EPOCH.plusSeconds(10)),
                        new NewRows(0, new long[] {numbers.get(1)}, 1, false),
                        new byte[5000]));
        assertThat(store.sweep()).isEqualTo(1);
        assertThat(store.forgetBefore(Instant.EPOCH.plusSeconds(10))).isEqualTo(1);
        assertThat(store.find(one)).isEmpty();
        assertThat(store.sweep()).isEqualTo(1);
        assertThat(store.lines(numbers)).containsOnlyKeys(numbers.get(1));
        assertThat(store.bootLog(store.find(two).orElseThrow().bootLog().orElseThrow()))
                .hasValueSatisfying(log -> assertThat(log).hasSize(5000));
        assertThat(store.size()).isPositive();
    }

    @Test
    void aMachineThatFailsForEverInNewWaysFillsNothing() {
        long agent = agent("a");
        HappeningStore happenings = new HappeningStore(database);
        database.write(handle -> {
            for (int i = 0; i < 2 * HappeningStore.FAILURES_KEPT; i++) {
                HappeningStore.failed(
                        handle, agent, i, new HappeningStore.Failures("{}", "reason " + i, "n", "r", "sha256"));
            }
            return true;
        });
        assertThat(happenings.before(agent, Long.MAX_VALUE, 1000)).hasSize(HappeningStore.FAILURES_KEPT);
        database.write(handle -> {
            for (int i = 0; i < 2 * HappeningStore.KEPT; i++) {
                HappeningStore.add(handle, agent, i, HappeningStore.STOPPED);
            }
            return true;
        });
        assertThat(happenings.before(agent, Long.MAX_VALUE, 1000)).hasSize(HappeningStore.KEPT);
        assertThat(database.<Long>read(handle -> handle.createQuery("SELECT COUNT(*) FROM failed_quote")
                        .mapTo(Long.class)
                        .one()))
                .isZero();
    }
}
