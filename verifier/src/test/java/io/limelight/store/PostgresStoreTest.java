package io.limelight.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.limelight.store.StoreException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** The contract on a PostgreSQL server, and what only a server can get wrong. */
class PostgresStoreTest extends StoreContract {
    private final Map<Path, String> urls = new HashMap<>();

    @Override
    Database open(Path folder) {
        return Database.open(location(), "contract", true);
    }

    private DatabaseLocation location() {
        return PostgresForTests.location(url());
    }

    private String url() {
        return urls.computeIfAbsent(folder, _ -> {
            try {
                return PostgresForTests.shared().newDatabase();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private Connection superuser() throws Exception {
        return PostgresForTests.shared().superuser(PostgresForTests.nameOf(url()), "limelight_contract");
    }

    private void sql(String... statements) throws Exception {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                statement.execute(text);
            }
        }
    }

    private static AbstractThrowableAssert<?, ?> opening(String url) {
        return assertThatThrownBy(() -> Database.open(PostgresForTests.location(url), "contract", true)
                        .close())
                .hasMessageNotContaining("s3cret");
    }

    private static void isOfKind(Throwable thrown, Kind kind) {
        assertThat(thrown).isInstanceOf(StoreException.class);
        assertThat(((StoreException) thrown).kind()).isEqualTo(kind);
    }

    // --- what is refused ---

    @Test
    void aWrongPasswordIsSaidWithoutAnyPassword() {
        opening(url().replace("pg-s3cret", "not-the-s3cret"))
                .hasMessageContaining("does not let this user in")
                .satisfies(e -> isOfKind(e, Kind.DENIED));
    }

    @Test
    void aServerThatIsNotThereIsSaid() {
        opening("postgresql://u:s3cret@127.0.0.1:1/keylime")
                .hasMessageContaining("keylime on 127.0.0.1:1")
                .satisfies(e -> isOfKind(e, Kind.UNREACHABLE));
    }

    @Test
    void aDatabaseThatIsNotThereIsSaid() {
        opening(url().replaceFirst("/t[0-9]+\\?", "/nothing?"))
                .hasMessageContaining("no such database")
                .satisfies(e -> isOfKind(e, Kind.DENIED));
    }

    @Test
    void aUserWhoMayMakeNoSchemaIsToldWhatToDo() throws Exception {
        String other = PostgresForTests.shared().newDatabase();
        String url = url().replaceFirst("/t[0-9]+\\?", "/" + PostgresForTests.nameOf(other) + "?");
        opening(url).hasMessageContaining("CREATE SCHEMA").satisfies(e -> isOfKind(e, Kind.DENIED));
        try (Connection connection = PostgresForTests.shared().superuser(PostgresForTests.nameOf(other));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA limelight_contract AUTHORIZATION " + PostgresForTests.nameOf(url()));
        }
        try (Database given = Database.open(PostgresForTests.location(url), "contract", false)) {
            assertThat(given.<Integer>write(handle -> insert(handle, "one"))).isOne();
        }
    }

    @Test
    void aNewerSchemaIsRefused() throws Exception {
        database.close();
        sql("INSERT INTO flyway_schema_history SELECT installed_rank + 100, '2', 'later', type, 'V2__later.sql', 7,"
                + " installed_by, installed_on, 1, true FROM flyway_schema_history WHERE version = '1'");
        opening(url()).hasMessageContaining("newer release").satisfies(e -> isOfKind(e, Kind.FOREIGN_SCHEMA));
    }

    @Test
    void aReadOnlyServerIsTyped() throws Exception {
        database.close();
        sql("ALTER DATABASE " + PostgresForTests.nameOf(url()) + " SET default_transaction_read_only = on");
        opening(url()).hasMessageContaining("read-only").satisfies(e -> isOfKind(e, Kind.READ_ONLY));
    }

    @Test
    void keylimesTablesBesideOursAreLeftAlone() throws Exception {
        database.close();
        try (Connection connection = PostgresForTests.shared().superuser(PostgresForTests.nameOf(url()));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public.thing (theirs INTEGER)");
            statement.execute("CREATE TABLE public.alembic_version_cloud_verifier (version_num TEXT)");
            statement.execute("CREATE TABLE public.writer (theirs INTEGER)");
        }
        database = open(folder);
        database.write(handle -> insert(handle, "ours"));
        try (Connection connection = PostgresForTests.shared().superuser(PostgresForTests.nameOf(url()));
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT (SELECT COUNT(*) FROM public.thing),"
                        + " (SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public')")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
            assertThat(rows.getInt(2)).isEqualTo(3);
        }
    }

    // --- one writer, one program ---

    @Test
    void onlyOneProgramThatMustBeAloneGetsIn() throws Exception {
        database.close();
        try (Database first = Database.openAlone(location(), "contract", true)) {
            assertThatThrownBy(() ->
                            Database.openAlone(location(), "contract", true).close())
                    .hasMessageContaining("another verifier is running")
                    .satisfies(e -> isOfKind(e, Kind.LOCKED));
            assertThat(first.<Integer>write(handle -> insert(handle, "first"))).isOne();
        }
        try (Database second = Database.openAlone(location(), "contract", true)) {
            assertThat(names(second)).containsExactly("first");
        }
        database = open(folder);
    }

    /** As when the first one's connection is cut, and a second one is started before the first has noticed. */
    @Test
    void whoeverWasReplacedWritesNothingAnyMore() throws Exception {
        database.close();
        try (Database first = Database.openAlone(location(), "contract", true)) {
            first.write(handle -> insert(handle, "first"));
            sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())");
            try (Database second = openOnceFree()) {
                assertThatThrownBy(() -> first.write(handle -> insert(handle, "late")))
                        .satisfies(e -> isOfKind(e, Kind.LOCKED));
                second.write(handle -> insert(handle, "second"));
            }
            // The second has ended; the first has its lock again and still no row.
            assertThatThrownBy(() -> first.write(handle -> insert(handle, "later")))
                    .hasMessageContaining("has taken over")
                    .satisfies(e -> isOfKind(e, Kind.LOCKED));
        }
        database = open(folder);
        assertThat(names(database)).containsExactlyInAnyOrder("first", "second");
    }

    private Database openOnceFree() {
        Database[] opened = new Database[1];
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            opened[0] = Database.openAlone(location(), "contract", true);
            return true;
        });
        return opened[0];
    }

    @Test
    void workThatReadsBeforeItWritesWaitsForAnotherProgramAndSeesWhatThatWrote() throws Exception {
        try (Database other = Database.open(location(), "contract", true)) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<Void> mayEnd = new CompletableFuture<>();
            CompletableFuture<Integer> theirs = other.submit(handle -> {
                int inserted = insert(handle, "theirs");
                begun.complete(null);
                mayEnd.join();
                return inserted;
            });
            begun.get(10, TimeUnit.SECONDS);
            CompletableFuture<List<String>> ours = database.submit(handle -> {
                List<String> before = new ArrayList<>(names(handle));
                insert(handle, "ours");
                return before;
            });
            assertThatThrownBy(() -> ours.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            mayEnd.complete(null);
            assertThat(ours.get(10, TimeUnit.SECONDS)).containsExactly("theirs");
            assertThat(theirs.get(10, TimeUnit.SECONDS)).isOne();
        }
    }

    /** Numbers in the order of commits: who has read up to one has missed none before it. */
    @Test
    void noReaderSeesANumberBeforeALowerOneOfAnotherProgram() throws Exception {
        sql("CREATE TABLE numbered (n BIGINT PRIMARY KEY)", "GRANT ALL ON numbered TO PUBLIC");
        try (Database other = Database.open(location(), "contract", true)) {
            List<CompletableFuture<Integer>> written = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                written.add((i % 2 == 0 ? database : other)
                        .submit(handle ->
                                handle.execute("INSERT INTO numbered SELECT COALESCE(MAX(n), 0) + 1 FROM numbered")));
            }
            long cursor = 0;
            while (cursor < 300) {
                long after = cursor;
                List<Long> batch =
                        database.read(handle -> handle.createQuery("SELECT n FROM numbered WHERE n > :after ORDER BY n")
                                .bind("after", after)
                                .mapTo(Long.class)
                                .list());
                for (long number : batch) {
                    assertThat(number).isEqualTo(++cursor);
                }
            }
            assertThat(written).allSatisfy(one -> assertThat(one.join()).isOne());
        }
    }

    // --- connections that are lost ---

    private void cutAllConnections() throws Exception {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid()");
    }

    @Test
    void nobodyNoticesThatIdleConnectionsWereCut() throws Exception {
        database.write(handle -> insert(handle, "before"));
        for (int i = 0; i < 3; i++) {
            String name = "after-" + i;
            cutAllConnections();
            assertThat(database.<Integer>write(handle -> insert(handle, name))).isOne();
            cutAllConnections();
            assertThat(names(database)).contains("before", name);
        }
    }

    @Test
    void aConnectionCutInTheMiddleOfWorkTakesAllOfItBackAndTheNextGoesOn() throws Exception {
        CompletableFuture<Integer> broken = database.submit(handle -> {
            insert(handle, "half");
            try {
                cutAllConnections();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return insert(handle, "other half");
        });
        assertThatThrownBy(broken::join).cause().satisfies(e -> isOfKind(e, Kind.UNREACHABLE));
        assertThat(database.<Integer>write(handle -> insert(handle, "next"))).isOne();
        assertThat(names(database)).containsExactly("next");
    }

    /** The connection ends after the last statement: the server has rolled back, and COMMIT gets no answer. */
    @Test
    void aCommitThatIsNotAnsweredIsLookedUpAndWasNotMade() throws Exception {
        CompletableFuture<Integer> cut = database.submit(handle -> {
            int inserted = insert(handle, "gone");
            try {
                cutAllConnections();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return inserted;
        });
        assertThatThrownBy(cut::join).cause().satisfies(e -> isOfKind(e, Kind.UNREACHABLE));
        assertThat(names(database)).isEmpty();
        assertThat(database.<Integer>write(handle -> insert(handle, "next"))).isOne();
    }

    /** The server commits and the answer is lost: whoever waits is told that it was stored, once, and rightly. */
    @Test
    void aCommitThatIsNotAnsweredIsLookedUpAndWasMade() throws Exception {
        database.close();
        try (CommitCutter wire = new CommitCutter(PostgresForTests.shared().port())) {
            String url = url().replaceFirst(":[0-9]+/", ":" + wire.port() + "/");
            try (Database behind = Database.openAlone(PostgresForTests.location(url), "contract", true)) {
                behind.write(handle -> insert(handle, "counter", new byte[] {0}));
                for (int i = 0; i < 3; i++) {
                    byte from = (byte) i;
                    wire.cutNext(1);
                    assertThat(behind.<Integer>write(handle -> handle.execute(
                                    "UPDATE thing SET value = ? WHERE name = 'counter' AND value = ?",
                                    new byte[] {(byte) (from + 1)},
                                    new byte[] {from})))
                            .isOne();
                    assertThat(wire.cut()).isEqualTo(i + 1);
                }
                assertThat(behind.<byte[]>read(handle -> handle.select("SELECT value FROM thing")
                                .mapTo(byte[].class)
                                .one()))
                        .containsExactly(3);
            }
        }
        database = open(folder);
    }

    /** Whoever waits for word of a commit waits until there is one; others are turned away meanwhile. */
    @Test
    void aCommitThatIsNotAnsweredByAServerThatStaysAwayIsLookedUpWhenItIsBack() throws Exception {
        database.close();
        try (CommitCutter wire = new CommitCutter(PostgresForTests.shared().port())) {
            String url = url().replaceFirst(":[0-9]+/", ":" + wire.port() + "/");
            try (Database behind = Database.openAlone(PostgresForTests.location(url), "contract", true)) {
                behind.write(handle -> insert(handle, "before"));
                wire.refuse(true);
                wire.cutNext(1);
                CompletableFuture<Integer> unanswered = behind.submit(handle -> insert(handle, "unanswered"));
                await().until(() -> wire.cut() == 1);
                assertThatThrownBy(() -> behind.write(handle -> insert(handle, "refused")))
                        .satisfies(e -> isOfKind(e, Kind.UNREACHABLE));
                assertThat(unanswered).isNotDone();
                wire.refuse(false);
                assertThat(unanswered.get(20, TimeUnit.SECONDS)).isOne();
                behind.write(handle -> insert(handle, "after"));
                assertThat(names(behind)).containsExactlyInAnyOrder("before", "unanswered", "after");
            }
        }
        database = open(folder);
    }

    // --- what is stored ---

    @Test
    void aNulInATextDoesNotMakeARowUnwritable() {
        database.write(handle -> insert(handle, "a\0b"));
        assertThat(names(database)).containsExactly("a\uFFFDb");
        assertThat(database.<Integer>write(
                        handle -> new Prepared().update(handle, "DELETE FROM thing WHERE name = ?", "a\0b")))
                .isOne();
    }

    @Test
    void withoutMigrationAnEmptyDatabaseStillGetsItsSchema() throws Exception {
        String fresh = PostgresForTests.shared().newDatabase();
        for (int i = 0; i < 2; i++) {
            String name = "n" + i;
            try (Database opened = Database.open(PostgresForTests.location(fresh), "contract", false)) {
                assertThat(opened.<Integer>write(handle -> insert(handle, name)))
                        .isOne();
            }
        }
    }

    @Test
    void commitsAreForcedToDiskWhateverTheServerDoesForOthers() throws Exception {
        database.close();
        sql("ALTER DATABASE " + PostgresForTests.nameOf(url()) + " SET synchronous_commit = off");
        database = open(folder);
        assertThat(database.<String>write(handle -> handle.select("SHOW synchronous_commit")
                        .mapTo(String.class)
                        .one()))
                .isEqualTo("on");
    }

    @Test
    void errorsDoNotRepeatWhatWasToBeStored() {
        database.write(handle -> insert(handle, "s3cret-name"));
        assertThatThrownBy(() -> database.write(handle -> insert(handle, "s3cret-name")))
                .hasMessageContaining("duplicate key")
                .hasMessageNotContaining("s3cret-name");
    }
}
