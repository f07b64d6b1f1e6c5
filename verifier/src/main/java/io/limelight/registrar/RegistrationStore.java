package io.limelight.registrar;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.api.RegistrationSummary;
import io.limelight.store.Database;
import io.limelight.store.Prepared;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Registrations: one active row an id, and a few short-lived pending ones.
 *
 * <p>Registering is open to anybody who reaches the port, so it must not change what others rely on: a new registration is
 * a <em>pending</em> row. Only the answer to its challenge, which proves the TPM, moves it into the active row. Until then
 * the active row, its address and its TLS certificate stay as they are. A wrong answer ends the pending rows that came from
 * the same address, never the active row and never somebody else's attempt.
 */
final class RegistrationStore {
    /** Attempts kept per id and address; the oldest goes when another one comes. */
    private static final int PENDING_PER_SENDER = 4;
    /** Attempts kept per id, whoever sent them; the oldest goes. */
    private static final int PENDING_PER_ID = 64;
    /** Attempts kept per address, whatever their ids; the oldest goes, so that a flood drowns itself first. */
    private static final int PENDING_PER_ADDRESS = 10_000;

    private static final int PENDING_IN_ALL = 100_000;
    private static final Duration PENDING_LIFETIME = Duration.ofMinutes(10);

    /** Expired attempts are removed and those left counted this often; in between, additions are counted. */
    private static final Duration COUNT_EVERY = Duration.ofSeconds(1);

    private final Database database;
    private final InstantSource clock;
    private final Prepared prepared = new Prepared();
    /** Attempts that wait, or a few more; like the next, of the writer's thread. */
    private long waiting;

    private long countedAt = Long.MIN_VALUE / 2;

    RegistrationStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Identity(String ek, String ak, @Nullable String ekCert) {}

    private record Candidate(long id, String key, String remote) {}

    /**
     * Stores a pending registration.
     *
     * @throws RegistrationRefusedException 403 if the id belongs to another TPM, 503 if too many attempts are pending
     */
    void addPending(Registration registration, String key, String remote) throws RegistrationRefusedException {
        Optional<RegistrationRefusedException> refusal =
                database.write(handle -> insertPending(handle, registration, key, remote));
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    private Optional<RegistrationRefusedException> insertPending(
            Handle handle, Registration registration, String key, String remote) {
        long now = clock.millis();
        String id = registration.id().value();
        Optional<Identity> active = prepared.first(
                handle,
                row -> new Identity(row.getString(1), row.getString(2), row.getString(3)),
                "SELECT ek_tpm, aik_tpm, ekcert FROM registration WHERE agent_id = ?",
                id);
        if (active.isPresent() && !sameIdentity(active.get(), registration)) {
            return Optional.of(RegistrationRefusedException.of(
                    403,
                    "Agent re-registration with different TPM identity is forbidden for security reasons",
                    "the id " + id + " is registered with another EK, AK or EK certificate; if this machine's TPM or"
                            + " its agent_data.json was replaced on purpose, delete the old registration first"));
        }
        makeRoom(handle, id, remote, now);
        if (waiting >= PENDING_IN_ALL) {
            return Optional.of(RegistrationRefusedException.of(
                    503, "Too many registrations are pending", waiting + " registrations wait for their activation"));
        }
        prepared.update(
                handle,
                """
                INSERT INTO pending (agent_id, ek_tpm, aik_tpm, ekcert, iak_tpm, iak_cert, idevid_tpm, idevid_cert, ip,
                    port, mtls_cert, auth_key, remote, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                id,
                registration.ek().toBase64(),
                registration.ak().toBase64(),
                registration.ekCert(),
                registration.iak(),
                registration.iakCert(),
                registration.idevid(),
                registration.idevidCert(),
                registration.ip(),
                registration.port(),
                registration.mtlsCert(),
                key,
                remote,
                now);
        waiting++;
        return Optional.empty();
    }

    private void makeRoom(Handle handle, String id, String remote, long now) {
        if (Math.abs(now - countedAt) >= COUNT_EVERY.toMillis()) {
            prepared.update(
                    handle, "DELETE FROM pending WHERE created_at NOT BETWEEN ? AND ?", oldest(now), newest(now));
            waiting = prepared.first(handle, row -> row.getLong(1), "SELECT COUNT(*) FROM pending")
                    .orElseThrow();
            countedAt = now;
        }
        prepared.update(
                handle,
                "DELETE FROM pending WHERE agent_id = ? AND remote = ? AND id <= (SELECT id FROM pending"
                        + " WHERE agent_id = ? AND remote = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
                id,
                remote,
                id,
                remote,
                PENDING_PER_SENDER - 1);
        prepared.update(
                handle,
                "DELETE FROM pending WHERE agent_id = ? AND id <= (SELECT id FROM pending WHERE agent_id = ?"
                        + " ORDER BY id DESC LIMIT 1 OFFSET ?)",
                id,
                id,
                PENDING_PER_ID - 1);
        prepared.update(
                handle,
                "DELETE FROM pending WHERE remote = ? AND id <= (SELECT id FROM pending WHERE remote = ?"
                        + " ORDER BY id DESC LIMIT 1 OFFSET ?)",
                remote,
                remote,
                PENDING_PER_ADDRESS - 1);
    }

    /** When an attempt that still counts was made. Far in the future means that the clock was set back: that is over too. */
    private static long oldest(long now) {
        return now - PENDING_LIFETIME.toMillis();
    }

    private static long newest(long now) {
        return now + PENDING_LIFETIME.toMillis();
    }

    private Map<String, Long> alive() {
        long now = clock.millis();
        return Map.of("oldest", oldest(now), "newest", newest(now));
    }

    /** A certificate may be added later, never changed or taken away. */
    private static boolean sameIdentity(Identity active, Registration registration) {
        return active.ek().equals(registration.ek().toBase64())
                && active.ak().equals(registration.ak().toBase64())
                && (active.ekCert() == null || Objects.equals(active.ekCert(), registration.ekCert()));
    }

    /** What an answer to a challenge led to. */
    enum Activation {
        ACTIVATED,
        WRONG_TAG,
        UNKNOWN
    }

    /** Checks the tag against what is pending, then against the active row (an answer may be sent again). */
    Activation activate(AgentId id, String tag, String remote) {
        return database.write(handle -> activate(handle, id.value(), tag, remote));
    }

    private Activation activate(Handle handle, String id, String tag, String remote) {
        long now = clock.millis();
        List<Candidate> candidates = prepared.all(
                handle,
                row -> new Candidate(row.getLong(1), row.getString(2), row.getString(3)),
                "SELECT id, auth_key, remote FROM pending WHERE agent_id = ? AND created_at BETWEEN ? AND ?"
                        + " ORDER BY id DESC",
                id,
                oldest(now),
                newest(now));
        for (Candidate candidate : candidates) {
            if (Challenge.answers(candidate.key(), id, tag)) {
                promote(handle, candidate.id(), id);
                return Activation.ACTIVATED;
            }
        }
        Optional<String> activeKey = prepared.first(
                handle, row -> row.getString(1), "SELECT auth_key FROM registration WHERE agent_id = ?", id);
        if (activeKey.isPresent() && Challenge.answers(activeKey.get(), id, tag)) {
            return Activation.ACTIVATED;
        }
        for (Candidate candidate : candidates) {
            if (candidate.remote().equals(remote)) {
                handle.execute("DELETE FROM pending WHERE id = ?", candidate.id());
            }
        }
        return candidates.isEmpty() && activeKey.isEmpty() ? Activation.UNKNOWN : Activation.WRONG_TAG;
    }

    private void promote(Handle handle, long pending, String id) {
        prepared.update(handle, """
                INSERT INTO registration (agent_id, ek_tpm, aik_tpm, ekcert, iak_tpm, iak_cert, idevid_tpm, idevid_cert,
                    ip, port, mtls_cert, auth_key, regcount, activated_at)
                SELECT agent_id, ek_tpm, aik_tpm, ekcert, iak_tpm, iak_cert, idevid_tpm, idevid_cert, ip, port,
                    mtls_cert, auth_key, 1, ?
                FROM pending WHERE id = ?
                ON CONFLICT (agent_id) DO UPDATE SET
                    ekcert = excluded.ekcert, iak_tpm = excluded.iak_tpm, iak_cert = excluded.iak_cert,
                    idevid_tpm = excluded.idevid_tpm, idevid_cert = excluded.idevid_cert, ip = excluded.ip,
                    port = excluded.port, mtls_cert = excluded.mtls_cert, auth_key = excluded.auth_key,
                    regcount = registration.regcount + 1, activated_at = excluded.activated_at
                WHERE registration.ek_tpm = excluded.ek_tpm AND registration.aik_tpm = excluded.aik_tpm
                """, clock.millis(), pending);
        prepared.update(handle, "DELETE FROM pending WHERE agent_id = ?", id);
    }

    /** What came of a registration that was proven elsewhere. */
    enum Imported {
        ADDED,
        SAME,
        ANOTHER
    }

    /** Stores a registration as active, unless there is one of its id. */
    Imported importActive(Registration registration, String key, long count) {
        return database.write(handle -> {
            String id = registration.id().value();
            Optional<Identity> active = prepared.first(
                    handle,
                    row -> new Identity(row.getString(1), row.getString(2), row.getString(3)),
                    "SELECT ek_tpm, aik_tpm, ekcert FROM registration WHERE agent_id = ?",
                    id);
            if (active.isPresent()) {
                return sameIdentity(active.get(), registration) ? Imported.SAME : Imported.ANOTHER;
            }
            prepared.update(
                    handle,
                    """
                    INSERT INTO registration (agent_id, ek_tpm, aik_tpm, ekcert, iak_tpm, iak_cert, idevid_tpm,
                        idevid_cert, ip, port, mtls_cert, auth_key, regcount, activated_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    id,
                    registration.ek().toBase64(),
                    registration.ak().toBase64(),
                    registration.ekCert(),
                    registration.iak(),
                    registration.iakCert(),
                    registration.idevid(),
                    registration.idevidCert(),
                    registration.ip(),
                    registration.port(),
                    registration.mtlsCert(),
                    key,
                    count,
                    clock.millis());
            return Imported.ADDED;
        });
    }

    /** The active registration. */
    Optional<RegistrarAgent> find(AgentId id) {
        return database.read(handle -> handle.createQuery(
                        "SELECT ek_tpm, aik_tpm, ekcert, ip, port, mtls_cert, regcount FROM registration"
                                + " WHERE agent_id = :id")
                .bind("id", id.value())
                .map((row, _) -> {
                    int port = row.getInt("port");
                    Integer known = row.wasNull() ? null : Integer.valueOf(port);
                    return new RegistrarAgent(
                            id.value(),
                            row.getString("ek_tpm"),
                            row.getString("aik_tpm"),
                            row.getString("ekcert"),
                            row.getString("ip"),
                            known,
                            row.getString("mtls_cert"),
                            row.getLong("regcount"));
                })
                .findOne());
    }

    /** Whether an attempt under this id waits for its answer. */
    boolean hasPending(AgentId id) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM pending WHERE agent_id = :id"
                                + " AND created_at BETWEEN :oldest AND :newest")
                        .bind("id", id.value())
                        .bindMap(alive())
                        .mapTo(Long.class)
                        .one())
                > 0;
    }

    /** How many there are. */
    record Counts(long active, long pending) {}

    Counts counts() {
        return database.read(handle -> new Counts(
                handle.createQuery("SELECT COUNT(*) FROM registration")
                        .mapTo(Long.class)
                        .one(),
                handle.createQuery("SELECT COUNT(*) FROM pending WHERE created_at BETWEEN :oldest AND :newest")
                        .bindMap(alive())
                        .mapTo(Long.class)
                        .one()));
    }

    /** At most so many, in the order of their ids, after that one; ids of which there is only an attempt included. */
    List<RegistrationSummary> after(String id, int atMost) {
        return database.read(handle -> handle.createQuery("""
                        SELECT i.agent_id, r.ip, r.port, r.activated_at, r.ekcert IS NOT NULL, r.idevid_tpm IS NOT NULL,
                            r.regcount, CASE WHEN r.mtls_cert IS NULL THEN 'none' WHEN r.mtls_cert = 'disabled' THEN 'disabled'
                            ELSE 'present' END, r.agent_id IS NOT NULL,
                            (SELECT MAX(p.created_at) FROM pending p WHERE p.agent_id = i.agent_id
                                AND p.created_at BETWEEN :oldest AND :newest)
                        FROM (
                            SELECT agent_id FROM (SELECT agent_id FROM registration WHERE agent_id > :after
                                ORDER BY agent_id LIMIT :limit) known
                            UNION
                            SELECT agent_id FROM (SELECT DISTINCT agent_id FROM pending WHERE agent_id > :after
                                AND created_at BETWEEN :oldest AND :newest ORDER BY agent_id LIMIT :limit) attempted
                            ORDER BY 1 LIMIT :limit
                        ) i LEFT JOIN registration r ON r.agent_id = i.agent_id
                        ORDER BY 1
                        """)
                .bind("after", id)
                .bind("limit", atMost)
                .bindMap(alive())
                .map((row, _) -> {
                    int port = row.getInt(3);
                    Integer known = row.wasNull() ? null : Integer.valueOf(port);
                    long pending = row.getLong(10);
                    Instant since = row.wasNull() ? null : Instant.ofEpochMilli(pending);
                    boolean active = row.getBoolean(9);
                    return new RegistrationSummary(
                            row.getString(1),
                            row.getString(2),
                            known,
                            active ? Instant.ofEpochMilli(row.getLong(4)) : null,
                            since,
                            active && row.getBoolean(5),
                            active && row.getBoolean(6),
                            row.getLong(7),
                            active
                                    ? RegistrationSummary.AgentTls.of(row.getString(8))
                                    : RegistrationSummary.AgentTls.NONE);
                })
                .list());
    }

    /** All ids, those not yet activated included. */
    List<String> ids() {
        return database.read(
                handle -> handle.createQuery("SELECT agent_id FROM registration UNION SELECT agent_id FROM pending"
                                + " WHERE created_at BETWEEN :oldest AND :newest ORDER BY 1")
                        .bindMap(alive())
                        .mapTo(String.class)
                        .list());
    }

    /** Forgets the id; whether there was anything. */
    boolean delete(AgentId id) {
        return database.write(handle -> handle.execute("DELETE FROM pending WHERE agent_id = ?", id.value())
                        + handle.execute("DELETE FROM registration WHERE agent_id = ?", id.value()))
                > 0;
    }
}
