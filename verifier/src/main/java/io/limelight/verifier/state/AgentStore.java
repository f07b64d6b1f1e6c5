package io.limelight.verifier.state;

import io.limelight.core.api.AgentId;
import io.limelight.core.api.ApiVersion;
import io.limelight.core.api.OperationalState;
import io.limelight.core.appraisal.AppraisalState;
import io.limelight.core.appraisal.JudgedBy;
import io.limelight.core.appraisal.QuoteAlgorithms;
import io.limelight.core.appraisal.ima.ImaState;
import io.limelight.core.json.WireJson;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.tpm.AcceptedAlgorithms;
import io.limelight.core.tpm.ClockInfo;
import io.limelight.store.Database;
import io.limelight.store.Prepared;
import io.limelight.store.StoreException;
import io.limelight.verifier.vault.StorageKey;
import io.limelight.verifier.vault.VaultException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The agents in the database. What a method returns, or completes, is on disk. */
public final class AgentStore {
    private static final String V = "v";
    static final String REVOCATION_KEY = "revocation_key";
    private static final String SELECT = """
            SELECT a.number, a.agent_id, a.ip, a.port, a.verifier_id, a.verifier_ip, a.verifier_port, a.tpm_policy,
                a.meta_data, a.accept_hash, a.accept_encryption, a.accept_signing, a.ak_tpm, a.mtls_cert,
                a.supported_version, a.v IS NOT NULL AS has_share, a.transport_key, a.hash_alg, a.enc_alg, a.sign_alg,
                a.last_failure, t.generation, t.operational_state, t.polling, t.severity_level, t.last_event_id,
                t.attestation_count, t.last_received_quote, t.last_successful_attestation, t.tpm_clock, t.reset_count,
                t.restart_count, t.ima_state, t.judged_ima, t.judged_boot, t.noticed_severity, a.runtime_policy,
                a.boot_policy, a.ima_keys, (SELECT p.counts FROM policy p WHERE p.kind = 'runtime'
                    AND p.name = a.runtime_policy) AS counts
            FROM agent a JOIN attestation t ON t.agent = a.number
            """;
    private static final String COMMIT = """
            UPDATE attestation SET operational_state = ?, polling = ?, severity_level = ?, last_event_id = ?,
                attestation_count = ?, last_received_quote = ?, last_successful_attestation = ?, tpm_clock = ?,
                reset_count = ?, restart_count = ?, next_ima_entry = ?
            WHERE agent = ? AND generation = ?
            """;

    private static final Logger LOG = LoggerFactory.getLogger(AgentStore.class);

    private final Database database;
    private final StorageKey key;
    private final InstantSource clock;
    private final Prepared prepared = new Prepared();

    /** For this database; secrets are sealed with the key. */
    public AgentStore(Database database, StorageKey key, InstantSource clock) {
        this.database = database;
        this.key = key;
        this.clock = clock;
    }

    // --- what administrators do ---

    /** What came of adding an agent. */
    public sealed interface Added {
        /** It is there. */
        record Done(StoredAgent agent) implements Added {}

        /** There is one of that id; nothing was stored. */
        record AgentExists() implements Added {}

        /** A policy of that name, which was to be stored, is there already; nothing was stored. */
        record PolicyExists(PolicyKind kind, String name) implements Added {}

        /** There is no policy of that name; nothing was stored. */
        record PolicyUnknown(PolicyKind kind, String name) implements Added {}
    }

    /** The choice of policies for a new agent. */
    public record Choices(PolicyUse runtime, PolicyUse boot) {
        /** None. */
        public static final Choices NONE = new Choices(new PolicyUse.None(), new PolicyUse.None());
    }

    /**
     * Adds an agent in the state it is to start in, and the policies that came with it.
     *
     * @param v the share, sealed here; the caller keeps and closes it
     * @param revocationKey sealed here; the caller keeps and closes it
     * @param choices the policies that the enrolment names
     */
    public Added add(
            Enrolment enrolment,
            Progress start,
            @Nullable SecretBytes v,
            @Nullable SecretBytes revocationKey,
            Choices choices) {
        String owner = enrolment.id().value();
        byte[] sealedV = v == null ? null : key.seal(v, owner, V);
        byte[] sealedKey = revocationKey == null ? null : key.seal(revocationKey, owner, REVOCATION_KEY);
        return database.write(handle -> {
            Optional<Added> refused = problem(handle, PolicyKind.RUNTIME, owner, choices.runtime());
            if (refused.isEmpty() && number(handle, owner).isPresent()) {
                refused = Optional.of(new Added.AgentExists());
            }
            refused = refused.or(() -> problem(handle, PolicyKind.BOOT, owner, choices.boot()));
            if (refused.isPresent()) {
                return refused.get();
            }
            keep(handle, PolicyKind.RUNTIME, owner, choices.runtime());
            keep(handle, PolicyKind.BOOT, owner, choices.boot());
            long number = handle.createUpdate("""
                            INSERT INTO agent (agent_id, ip, port, verifier_id, verifier_ip, verifier_port, tpm_policy,
                                meta_data, accept_hash, accept_encryption, accept_signing, ak_tpm, mtls_cert,
                                supported_version, v, revocation_key, runtime_policy, boot_policy, ima_keys, added_at)
                            VALUES (:id, :ip, :port, :verifierId, :verifierIp, :verifierPort, :policy, :metaData, :hashes,
                                :encryption, :signing, :ak, :certificate, :version, :v, :revocationKey, :runtime, :boot, :imaKeys,
                                :now)
                            """)
                    .bind("id", owner)
                    .bind("ip", enrolment.ip())
                    .bind("port", enrolment.port())
                    .bind("verifierId", enrolment.verifierId())
                    .bind("verifierIp", enrolment.verifierIp())
                    .bind("verifierPort", enrolment.verifierPort())
                    .bind("policy", enrolment.tpmPolicy())
                    .bind("metaData", enrolment.metaData())
                    .bind("hashes", list(enrolment.accepted().hashes()))
                    .bind("encryption", list(enrolment.accepted().encryption()))
                    .bind("signing", list(enrolment.accepted().signing()))
                    .bind("ak", enrolment.ak())
                    .bind("certificate", enrolment.certificate())
                    .bind("version", start.version().toString())
                    .bind("v", sealedV)
                    .bind("revocationKey", sealedKey)
                    .bind("runtime", enrolment.policies().runtime().orElse(null))
                    .bind("boot", enrolment.policies().boot().orElse(null))
                    .bind("imaKeys", enrolment.policies().imaKeys())
                    .bind("now", clock.millis())
                    .executeAndReturnGeneratedKeys("number")
                    .mapTo(Long.class)
                    .one();
            handle.execute(
                    "INSERT INTO attestation (agent, generation, operational_state, polling, attestation_count,"
                            + " last_received_quote, last_successful_attestation, tpm_clock, reset_count, restart_count,"
                            + " next_ima_entry) VALUES (?, 1, ?, ?, 0, 0, 0, 0, 0, 0, 0)",
                    number,
                    start.state().number(),
                    start.polling() ? 1 : 0);
            HappeningStore.add(handle, number, clock.millis(), HappeningStore.ADDED);
            return new Added.Done(find(handle, enrolment.id()).orElseThrow());
        });
    }

    private static Optional<Added> problem(Handle handle, PolicyKind kind, String owner, PolicyUse use) {
        return switch (use) {
            case PolicyUse.None _ -> Optional.empty();
            case PolicyUse.Stored(String name) ->
                PolicyStore.exists(handle, kind, name)
                        ? Optional.empty()
                        : Optional.of(new Added.PolicyUnknown(kind, name));
            case PolicyUse.New(String name, PolicyText _) -> taken(handle, kind, name);
            case PolicyUse.Own _ -> taken(handle, kind, owner);
        };
    }

    private static Optional<Added> taken(Handle handle, PolicyKind kind, String name) {
        return PolicyStore.exists(handle, kind, name)
                ? Optional.of(new Added.PolicyExists(kind, name))
                : Optional.empty();
    }

    private void keep(Handle handle, PolicyKind kind, String owner, PolicyUse use) {
        switch (use) {
            case PolicyUse.None _, PolicyUse.Stored _ -> {}
            case PolicyUse.New(String name, PolicyText text) ->
                PolicyStore.insert(handle, kind, name, text, null, false, clock.millis());
            case PolicyUse.Own(PolicyText text) ->
                PolicyStore.insert(handle, kind, owner, text, null, true, clock.millis());
        }
    }

    /** The agent of that id. */
    public Optional<StoredAgent> find(AgentId id) {
        return database.read(handle -> find(handle, id));
    }

    static Optional<StoredAgent> find(Handle handle, AgentId id) {
        return agents(handle.createQuery(SELECT + "WHERE a.agent_id = :id").bind("id", id.value()))
                .findOne();
    }

    /** Ids in order; empty {@code verifierId} for those of all verifiers. */
    public List<String> ids(String verifierId) {
        return database.read(handle -> handle.createQuery(
                        "SELECT agent_id FROM agent WHERE :verifier = '' OR verifier_id = :verifier ORDER BY agent_id")
                .bind("verifier", verifierId)
                .mapTo(String.class)
                .list());
    }

    /** Agents in the order of their ids; empty {@code verifierId} for those of all verifiers. */
    public List<StoredAgent> all(String verifierId) {
        return database.read(handle -> agents(handle.createQuery(
                                SELECT + "WHERE :verifier = '' OR a.verifier_id = :verifier ORDER BY a.agent_id")
                        .bind("verifier", verifierId))
                .list());
    }

    /** The agents whose ids come after that one, in their order. */
    public List<StoredAgent> after(String id, int limit) {
        return database.read(
                handle -> agents(handle.createQuery(SELECT + "WHERE a.agent_id > :id ORDER BY a.agent_id LIMIT :limit")
                                .bind("id", id)
                                .bind("limit", limit))
                        .list());
    }

    /** Ends the running generation and stores that nobody asks any more; empty if there is no such agent. */
    public Optional<StoredAgent> stop(AgentId id) {
        return move(id, OperationalState.TENANT_FAILED, false);
    }

    /** Ends the running generation and begins another; empty if there is no such agent. */
    public Optional<StoredAgent> reactivate(AgentId id) {
        return move(id, OperationalState.START, true);
    }

    /** Ends the running generation and stores that the agent is to be deleted. */
    public Optional<StoredAgent> terminate(AgentId id) {
        return move(id, OperationalState.TERMINATED, false);
    }

    /** Ends the running generation of an agent that is being asked and stores that it is paused; empty if it is not asked. */
    public Optional<StoredAgent> pause(AgentId id) {
        return moveIf(id, "t.polling = 1", OperationalState.SAVED.number(), 0, HappeningStore.PAUSED);
    }

    /** Begins a generation of an agent that is paused; empty if it is not. What others were told of it counts on. */
    public Optional<StoredAgent> resumePaused(AgentId id) {
        return moveIf(
                id,
                "t.polling = 0 AND t.operational_state = " + OperationalState.SAVED.number(),
                OperationalState.START.number(),
                1,
                HappeningStore.RESUMED);
    }

    /** Begins another generation of an agent that is being asked, where it is; empty if it is not asked. */
    public Optional<StoredAgent> anew(AgentId id) {
        return moveIf(id, "t.polling = 1", null, 1, null);
    }

    private Optional<StoredAgent> moveIf(
            AgentId id, String condition, @Nullable Integer state, int polling, @Nullable String happening) {
        return database.write(handle -> {
            int moved = handle.execute(
                    "UPDATE attestation SET generation = generation + 1,"
                            + " operational_state = COALESCE(?, operational_state), polling = ? WHERE agent IN (SELECT"
                            + " a.number FROM agent a JOIN attestation t ON t.agent = a.number WHERE a.agent_id = ? AND "
                            + condition + ")",
                    state,
                    polling,
                    id.value());
            if (moved > 0 && happening != null) {
                HappeningStore.add(handle, number(handle, id.value()).orElseThrow(), clock.millis(), happening);
            }
            return moved == 0 ? Optional.empty() : find(handle, id);
        });
    }

    /** An agent that is to be deleted stays so, whatever is asked. */
    private Optional<StoredAgent> move(AgentId id, OperationalState state, boolean polling) {
        return database.write(handle -> {
            Optional<Long> number = number(handle, id.value());
            if (number.isEmpty()) {
                return Optional.empty();
            }
            int moved = handle.execute(
                    "UPDATE attestation SET generation = generation + 1, operational_state = ?, polling = ?,"
                            + " noticed_severity = CASE WHEN ? = 1 THEN NULL ELSE noticed_severity END WHERE agent = ? AND operational_state <> ?",
                    state.number(),
                    polling ? 1 : 0,
                    polling ? 1 : 0,
                    number.get(),
                    OperationalState.TERMINATED.number());
            if (moved > 0 && state != OperationalState.TERMINATED) {
                HappeningStore.add(
                        handle,
                        number.get(),
                        clock.millis(),
                        polling ? HappeningStore.REACTIVATED : HappeningStore.STOPPED);
            }
            return find(handle, id);
        });
    }

    /** Removes the agent and everything that was kept of it; whether it was still there. */
    public boolean remove(Lease lease) {
        return database.write(handle -> {
            int removed = handle.execute("DELETE FROM agent WHERE number = ?", lease.agent());
            PolicyStore.forgetUnused(handle);
            return removed > 0;
        });
    }

    // --- start of the program ---

    /** Completes deletions that were under way, and returns every agent of this verifier that is to be asked. */
    public List<StoredAgent> resume(String verifierId) {
        return database.write(handle -> {
            handle.execute(
                    "DELETE FROM agent WHERE number IN (SELECT agent FROM attestation WHERE operational_state = ?)",
                    OperationalState.TERMINATED.number());
            PolicyStore.forgetUnused(handle);
            handle.execute(
                    "UPDATE attestation SET operational_state = ? WHERE polling = 1 AND operational_state IN (?, ?, ?, ?)"
                            + " AND agent IN (SELECT number FROM agent WHERE verifier_id = ?)",
                    OperationalState.START.number(),
                    OperationalState.GET_QUOTE.number(),
                    OperationalState.GET_QUOTE_RETRY.number(),
                    OperationalState.PROVIDE_V.number(),
                    OperationalState.PROVIDE_V_RETRY.number(),
                    verifierId);
            return agents(handle.createQuery(
                                    SELECT + "WHERE t.polling = 1 AND a.verifier_id = :verifier ORDER BY a.number")
                            .bind("verifier", verifierId))
                    .list();
        });
    }

    /** How many agents of this verifier are in each state; every state has its number. */
    public Map<MachineState, Long> counted(String verifierId) {
        record Group(MachineState state, long agents) {}
        List<Group> groups = database.read(handle -> handle.createQuery(
                        "SELECT t.operational_state, CASE WHEN t.attestation_count > 0 THEN 1 ELSE 0 END, COUNT(*)"
                                + " FROM attestation t JOIN agent a ON a.number = t.agent WHERE a.verifier_id = :verifier"
                                + " GROUP BY 1, 2")
                .bind("verifier", verifierId)
                .map((row, _) -> new Group(
                        MachineState.of(
                                OperationalState.of(row.getLong(1))
                                        .orElseThrow(
                                                () -> new StoreException("an agent has a state that does not exist")),
                                row.getInt(2) == 1),
                        row.getLong(3)))
                .list());
        Map<MachineState, Long> counted = new EnumMap<>(MachineState.class);
        for (MachineState state : MachineState.values()) {
            counted.put(state, 0L);
        }
        groups.forEach(group -> counted.merge(group.state(), group.agents(), Long::sum));
        return counted;
    }

    /** Agents that belong to verifiers of another name. */
    public long foreign(String verifierId) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM agent WHERE verifier_id <> :verifier")
                .bind("verifier", verifierId)
                .mapTo(Long.class)
                .one());
    }

    // --- what a cycle does ---

    /**
     * Stores how far an agent is.
     *
     * @param before as it was stored last
     * @param releasedTo SHA-256 in hex of the transport key that V is about to be sent to; null if it is not
     * @return whether it was stored: false if the lease has ended, and then nothing may be done
     */
    public CompletableFuture<Boolean> commit(
            Lease lease, Progress before, Progress after, @Nullable String releasedTo) {
        return commit(lease, before, after, releasedTo, null, null).thenApply(Committed::stored);
    }

    /**
     * What came of a commit.
     *
     * @param stored false if the lease has ended, and then nothing may be done
     * @param notice the notice that was stored with it
     */
    public record Committed(boolean stored, Optional<StoredNotice> notice) {
        private static final Committed NOTHING = new Committed(false, Optional.empty());
        private static final Committed PROGRESS = new Committed(true, Optional.empty());
    }

    /**
     * As {@link #commit(Lease, Progress, Progress, String)}, with what was found and a notice of it: either all is stored or
     * nothing.
     */
    public CompletableFuture<Committed> commit(
            Lease lease,
            Progress before,
            Progress after,
            @Nullable String releasedTo,
            HappeningStore.@Nullable Failures failures,
            @Nullable NewNotice notice) {
        // Not on the writer's thread, for which all others wait.
        String lists = listsDiffer(before, after) ? after.appraisal().ima().json() : null;
        return database.submit(handle -> {
            if (!update(handle, lease, after)) {
                return Committed.NOTHING;
            }
            if (lists != null) {
                handle.execute(
                        "UPDATE attestation SET ima_state = ?, judged_ima = ?, judged_boot = ? WHERE agent = ?",
                        lists,
                        after.appraisal().judgedBy().ima(),
                        after.appraisal().judgedBy().boot(),
                        lease.agent());
            }
            if (coldPartDiffers(before, after)) {
                updateColdPart(handle, lease, after);
            }
            if (releasedTo != null) {
                recordRelease(handle, lease, releasedTo);
            }
            if (failures != null) {
                HappeningStore.failed(handle, lease.agent(), clock.millis(), failures);
            } else if (after.appraisal().attestationCount() > before.appraisal().attestationCount()) {
                recordPass(handle, lease, before, after.appraisal());
            }
            if (notice != null) {
                return new Committed(true, Optional.of(NoticeStore.add(handle, lease, notice)));
            }
            return Committed.PROGRESS;
        });
    }

    private boolean update(Handle handle, Lease lease, Progress after) {
        AppraisalState known = after.appraisal();
        return prepared.update(
                        handle,
                        COMMIT,
                        after.state().number(),
                        after.polling() ? 1 : 0,
                        after.severityLevel(),
                        after.lastEventId(),
                        known.attestationCount(),
                        after.lastReceivedQuote(),
                        after.lastSuccessfulAttestation(),
                        known.clock().clock(),
                        known.clock().resetCount(),
                        known.clock().restartCount(),
                        known.nextImaEntry(),
                        lease.agent(),
                        lease.generation())
                == 1;
    }

    /** What is worth telling of a pass, which most are not. */
    private void recordPass(Handle handle, Lease lease, Progress before, AppraisalState is) {
        AppraisalState was = before.appraisal();
        long now = clock.millis();
        boolean first = was.attestationCount() == 0;
        if (!first && was.clock().resetCount() != is.clock().resetCount()) {
            HappeningStore.add(
                    handle,
                    lease.agent(),
                    now,
                    HappeningStore.REBOOTED,
                    WireJson.compactText(
                            WireJson.object().put("reset_count", is.clock().resetCount())));
        }
        // A boot empties the second mark; what fills it again is no change.
        if (!first
                && (!was.judgedBy().ima().equals(is.judgedBy().ima())
                        || (!was.judgedBy().boot().isEmpty()
                                && !was.judgedBy().boot().equals(is.judgedBy().boot())))) {
            HappeningStore.add(
                    handle,
                    lease.agent(),
                    now,
                    HappeningStore.JUDGED_BY,
                    WireJson.compactText(WireJson.object()
                            .put("runtime_policy", is.judgedBy().ima())
                            .put("measured_boot", is.judgedBy().boot())));
        }
        boolean mayBeNews =
                first || before.state() == OperationalState.START || before.state() == OperationalState.INVALID_QUOTE;
        if (mayBeNews && !HappeningStore.last(handle, lease.agent()).equals(Optional.of(HappeningStore.PASSED))) {
            HappeningStore.add(handle, lease.agent(), now, HappeningStore.PASSED);
        }
    }

    private static boolean listsDiffer(Progress before, Progress after) {
        return !before.appraisal().ima().equals(after.appraisal().ima())
                || !before.appraisal().judgedBy().equals(after.appraisal().judgedBy());
    }

    private static boolean coldPartDiffers(Progress before, Progress after) {
        return !before.appraisal().transportKey().equals(after.appraisal().transportKey())
                || !before.appraisal().algorithms().equals(after.appraisal().algorithms())
                || !before.version().equals(after.version())
                || !Objects.equals(before.lastFailure(), after.lastFailure());
    }

    private static void updateColdPart(Handle handle, Lease lease, Progress after) {
        Optional<QuoteAlgorithms> names = after.appraisal().algorithms();
        handle.createUpdate("""
                        UPDATE agent SET transport_key = :key, hash_alg = :hash, enc_alg = :enc, sign_alg = :sign,
                            supported_version = :version, last_failure = :failure WHERE number = :number
                        """)
                .bind("key", after.appraisal().transportKey().orElse(null))
                .bind("hash", names.map(QuoteAlgorithms::hash).orElse(null))
                .bind("enc", names.map(QuoteAlgorithms::encryption).orElse(null))
                .bind("sign", names.map(QuoteAlgorithms::signing).orElse(null))
                .bind("version", after.version().toString())
                .bind("failure", after.lastFailure())
                .bind("number", lease.agent())
                .execute();
    }

    /** Keys kept per agent; a hostile one that changes its key with every quote does not fill the disk. */
    private static final int RELEASES_KEPT = 16;

    private void recordRelease(Handle handle, Lease lease, String transportKeySha256) {
        long now = clock.millis();
        handle.execute(
                "INSERT INTO share_release (agent, transport_key_sha256, first_sent_at, last_sent_at, times_sent)"
                        + " VALUES (?, ?, ?, ?, 1) ON CONFLICT (agent, transport_key_sha256) DO UPDATE SET"
                        + " last_sent_at = excluded.last_sent_at, times_sent = share_release.times_sent + 1",
                lease.agent(),
                transportKeySha256,
                now,
                now);
        handle.execute(
                "DELETE FROM share_release WHERE agent = ? AND transport_key_sha256 NOT IN (SELECT transport_key_sha256"
                        + " FROM share_release WHERE agent = ? ORDER BY last_sent_at DESC LIMIT ?)",
                lease.agent(),
                lease.agent(),
                RELEASES_KEPT);
    }

    /** What became of the news that an agent took V. */
    public enum Acceptance {
        /** The lease has ended; nothing was stored. */
        LEASE_ENDED,
        /** Stored; V was sent this once. */
        FIRST,
        /** Stored; V had been sent before, whether or not that arrived. */
        AGAIN
    }

    /** Stores that the agent took V under that key. */
    public Acceptance shareAccepted(Lease lease, String transportKeySha256) {
        return database.write(handle -> {
            int stored = handle.execute(
                    "UPDATE share_release SET accepted_at = ? WHERE agent = ? AND transport_key_sha256 = ?"
                            + " AND agent IN (SELECT agent FROM attestation WHERE agent = ? AND generation = ?)",
                    clock.millis(),
                    lease.agent(),
                    transportKeySha256,
                    lease.agent(),
                    lease.generation());
            if (stored == 0) {
                return Acceptance.LEASE_ENDED;
            }
            long sent = handle.createQuery("SELECT SUM(times_sent) FROM share_release WHERE agent = :agent")
                    .bind("agent", lease.agent())
                    .mapTo(Long.class)
                    .one();
            return sent > 1 ? Acceptance.AGAIN : Acceptance.FIRST;
        });
    }

    private static final class SealedShare {
        private final String owner;
        private final byte[] sealed;

        SealedShare(String owner, byte[] sealed) {
            this.owner = owner;
            this.sealed = sealed;
        }
    }

    /**
     * V, decrypted, for the holder of the lease; the caller closes it. Empty if the lease has ended, or there is no V.
     *
     * @throws VaultException if it does not open
     */
    public Optional<SecretBytes> share(Lease lease) throws VaultException {
        Optional<SealedShare> found = database.read(handle -> handle.createQuery(
                        "SELECT a.agent_id, a.v FROM agent a JOIN attestation t ON t.agent = a.number"
                                + " WHERE a.number = :number AND t.generation = :generation AND a.v IS NOT NULL")
                .bind("number", lease.agent())
                .bind("generation", lease.generation())
                .map((row, _) -> new SealedShare(row.getString(1), row.getBytes(2)))
                .findOne());
        return found.isEmpty() ? Optional.empty() : Optional.of(key.open(found.get().sealed, found.get().owner, V));
    }

    // --- rows ---

    private static Optional<Long> number(Handle handle, String id) {
        return handle.createQuery("SELECT number FROM agent WHERE agent_id = :id")
                .bind("id", id)
                .mapTo(Long.class)
                .findOne();
    }

    private static org.jdbi.v3.core.result.ResultIterable<StoredAgent> agents(Query query) {
        return query.map((row, _) -> agent(row));
    }

    private static StoredAgent agent(ResultSet row) throws SQLException {
        Enrolment enrolment = new Enrolment(
                AgentId.of(row.getString("agent_id")),
                row.getString("ip"),
                row.getInt("port"),
                row.getString("verifier_id"),
                row.getString("verifier_ip"),
                row.getInt("verifier_port"),
                row.getString("tpm_policy"),
                row.getString("meta_data"),
                new AcceptedAlgorithms(
                        list(row.getString("accept_hash")),
                        list(row.getString("accept_encryption")),
                        list(row.getString("accept_signing"))),
                row.getString("ak_tpm"),
                row.getString("mtls_cert"),
                new AgentPolicies(
                        Optional.ofNullable(row.getString("runtime_policy")),
                        Optional.ofNullable(row.getString("boot_policy")),
                        row.getString("ima_keys")));
        int level = row.getInt("severity_level");
        Integer severity = row.wasNull() ? null : Integer.valueOf(level);
        String hash = row.getString("hash_alg");
        Optional<QuoteAlgorithms> names = hash == null
                ? Optional.empty()
                : Optional.of(new QuoteAlgorithms(hash, row.getString("enc_alg"), row.getString("sign_alg")));
        AppraisalState known = new AppraisalState(
                new ClockInfo(row.getLong("tpm_clock"), row.getLong("reset_count"), row.getLong("restart_count"), true),
                row.getLong("attestation_count"),
                Optional.ofNullable(row.getString("transport_key")),
                names,
                list(row),
                new JudgedBy(row.getString("judged_ima"), row.getString("judged_boot")));
        Progress progress = new Progress(
                OperationalState.of(row.getLong("operational_state"))
                        .orElseThrow(() -> new StoreException("an agent has a state that does not exist")),
                row.getInt("polling") == 1,
                severity,
                row.getString("last_event_id"),
                row.getString("last_failure"),
                row.getLong("last_received_quote"),
                row.getLong("last_successful_attestation"),
                ApiVersion.parse(row.getString("supported_version")).orElse(ApiVersion.CURRENT),
                known);
        int noticed = row.getInt("noticed_severity");
        OptionalInt noticedSeverity = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(noticed);
        return new StoredAgent(
                enrolment,
                new Lease(row.getLong("number"), row.getLong("generation")),
                progress,
                row.getBoolean("has_share"),
                row.getInt("counts") == 1,
                noticedSeverity);
    }

    /** What cannot be read is judged again from its first entry. */
    private static ImaState list(ResultSet row) throws SQLException {
        try {
            return ImaState.parse(row.getString("ima_state"));
        } catch (IOException e) {
            LOG.warn("what was remembered of a measurement list is damaged; it is judged from its start", e);
            return ImaState.NEW;
        }
    }

    private static String list(List<String> names) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        names.forEach(array::add);
        return WireJson.compactText(array);
    }

    private static List<String> list(String json) {
        try {
            List<String> names = new ArrayList<>();
            for (JsonNode name : WireJson.parse(json)) {
                names.add(name.stringValue());
            }
            return names;
        } catch (IOException e) {
            throw new StoreException("an agent's list of accepted algorithms is damaged");
        }
    }
}
