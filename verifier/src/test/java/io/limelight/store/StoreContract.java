package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must keep; a new engine joins by a subclass that opens it with the schema {@code contract}. */
@Timeout(60)
abstract class StoreContract {
    @TempDir
    Path folder;

    protected Database database;

    /** Opens the same database each time it is called in one test. */
    abstract Database open(Path folder);

    @BeforeEach
    void openDatabase() {
        database = open(folder);
    }

    @AfterEach
    void closeDatabase() {
        database.close();
    }

    static int insert(Handle handle, String name) {
        return insert(handle, name, new byte[] {1});
    }

    static int insert(Handle handle, String name, byte[] value) {
        return handle.execute("INSERT INTO thing (name, value) VALUES (?, ?)", name, value);
    }

    static Set<String> names(Database database) {
        return database.read(StoreContract::names);
    }

    static Set<String> names(Handle handle) {
        return new HashSet<>(
                handle.select("SELECT name FROM thing").mapTo(String.class).list());
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        assertThat(database.<Integer>write(handle -> insert(handle, "one"))).isOne();
        database.close();
        database = open(folder);
        assertThat(names(database)).containsExactly("one");
    }

    @Test
    void aReadSeesEverythingCommittedBeforeIt() {
        for (int i = 0; i < 50; i++) {
            String name = "n" + i;
            database.write(handle -> insert(handle, name));
            assertThat(names(database)).contains(name);
        }
    }

    @Test
    void aPieceOfWorkThatFailsTakesOnlyItselfBack() {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            results.add(database.submit(handle -> {
                int inserted = insert(handle, "agent-" + number);
                if (number % 10 == 3) {
                    throw new IllegalArgumentException("refused " + number);
                }
                return inserted;
            }));
        }
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Integer> result = results.get(i);
            if (i % 10 == 3) {
                assertThatThrownBy(result::join).hasRootCauseMessage("refused " + i);
            } else {
                assertThat(result.join()).isOne();
            }
        }
        assertThat(names(database)).hasSize(90).doesNotContain("agent-3", "agent-93");
    }

    @Test
    void notEvenAnErrorEndsTheWriter() {
        assertThatThrownBy(database.submit(handle -> {
                    insert(handle, "half");
                    throw new AssertionError("a mistake of the caller");
                })::join)
                .hasRootCauseMessage("a mistake of the caller");
        database.write(handle -> insert(handle, "after"));
        assertThat(names(database)).containsExactly("after");
    }

    @Test
    void aStatementAgainstTheSchemaIsATypedErrorAndHarmsNobodyElse() {
        database.write(handle -> insert(handle, "one"));
        CompletableFuture<Integer> twice = database.submit(handle -> insert(handle, "one"));
        CompletableFuture<Integer> orphan = database.submit(
                handle -> handle.execute("INSERT INTO part (name, thing) VALUES ('p', 'nothing such')"));
        CompletableFuture<Integer> good = database.submit(handle -> insert(handle, "two"));
        assertThat(good.join()).isOne();
        for (CompletableFuture<Integer> bad : List.of(twice, orphan)) {
            assertThatThrownBy(bad::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.OTHER));
        }
    }

    @Test
    void workIsDoneInTheOrderItWasHandedIn() {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        database.write(handle -> insert(handle, "counter", new byte[] {0}));
        for (int i = 1; i <= 100; i++) {
            byte next = (byte) i;
            results.add(database.submit(handle -> handle.execute(
                    "UPDATE thing SET value = ? WHERE name = 'counter' AND value = ?",
                    new byte[] {next},
                    new byte[] {(byte) (next - 1)})));
        }
        assertThat(results).allSatisfy(result -> assertThat(result.join()).isOne());
    }

    @Test
    void manyWritersAtOnceAllGetTheirOwnAnswer() throws Exception {
        Set<String> told = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 64; t++) {
            int thread = t;
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < 20; i++) {
                    String name = thread + "-" + i;
                    database.write(handle -> insert(handle, name));
                    told.add(name);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(told).hasSize(64 * 20);
        assertThat(names(database)).isEqualTo(told);
    }

    @Test
    void closingLetsWaitingWorkEndAndRefusesWhatComesLater() throws Exception {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            results.add(database.submit(handle -> insert(handle, "n" + number)));
        }
        database.close();
        assertThatThrownBy(() -> database.write(handle -> insert(handle, "late")))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CLOSED));
        for (CompletableFuture<Integer> result : results) {
            assertThat(result.get(10, TimeUnit.SECONDS)).isOne();
        }
        database = open(folder);
        assertThat(names(database)).hasSize(200);
    }
}
