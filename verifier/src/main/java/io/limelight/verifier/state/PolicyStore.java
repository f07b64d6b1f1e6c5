package io.limelight.verifier.state;

import io.limelight.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Policies by name. A text is stored once, whoever uses it. A policy that came with an agent and without a name is stored under
 * the agent's id and ends with the agent.
 */
public final class PolicyStore {
    private final Database database;
    private final InstantSource clock;

    /** For this database. */
    public PolicyStore(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Names in order. */
    public List<String> names(PolicyKind kind) {
        return database.read(handle -> handle.createQuery("SELECT name FROM policy WHERE kind = :kind ORDER BY name")
                .bind("kind", kind.stored())
                .mapTo(String.class)
                .list());
    }

    /** The policy of that name. */
    public Optional<StoredPolicy> find(PolicyKind kind, String name) {
        return database.read(handle -> handle.createQuery(
                        "SELECT p.name, t.body, p.tpm_policy FROM policy p JOIN policy_text t ON t.checksum = p.checksum"
                                + " WHERE p.kind = :kind AND p.name = :name")
                .bind("kind", kind.stored())
                .bind("name", name)
                .map((row, _) -> new StoredPolicy(row.getString(1), row.getBytes(2), row.getString(3)))
                .findOne());
    }

    /** Stores a policy for anybody to use; false if there is one of that name. */
    public boolean add(PolicyKind kind, String name, PolicyText text, @Nullable String tpmPolicy) {
        return database.write(handle -> {
            if (exists(handle, kind, name)) {
                return false;
            }
            insert(handle, kind, name, text, tpmPolicy, false, clock.millis());
            return true;
        });
    }

    /** Puts another text in the place of a policy's; false if there is none of that name. */
    public boolean replace(PolicyKind kind, String name, PolicyText text, @Nullable String tpmPolicy) {
        return database.write(handle -> {
            putText(handle, text);
            int replaced = handle.execute(
                    "UPDATE policy SET checksum = ?, counts = ?, tpm_policy = ?, changed_at = ? WHERE kind = ? AND name = ?",
                    text.checksum(),
                    text.counts() ? 1 : 0,
                    tpmPolicy,
                    clock.millis(),
                    kind.stored(),
                    name);
            forgetTexts(handle);
            return replaced == 1;
        });
    }

    /** What became of a deletion. */
    public enum Removal {
        /** It is gone. */
        DONE,
        /** Agents are judged by it; it stays. */
        IN_USE,
        /** There is none of that name. */
        UNKNOWN
    }

    /** Deletes a policy nobody is judged by. */
    public Removal remove(PolicyKind kind, String name) {
        return database.write(handle -> {
            if (!exists(handle, kind, name)) {
                return Removal.UNKNOWN;
            }
            boolean used = handle.createQuery("SELECT COUNT(*) FROM agent WHERE " + kind.agentColumn() + " = :name")
                            .bind("name", name)
                            .mapTo(Long.class)
                            .one()
                    > 0;
            if (used) {
                return Removal.IN_USE;
            }
            handle.execute("DELETE FROM policy WHERE kind = ? AND name = ?", kind.stored(), name);
            forgetTexts(handle);
            return Removal.DONE;
        });
    }

    // --- within the transactions that add and remove agents ---

    static boolean exists(Handle handle, PolicyKind kind, String name) {
        return handle.createQuery("SELECT COUNT(*) FROM policy WHERE kind = :kind AND name = :name")
                        .bind("kind", kind.stored())
                        .bind("name", name)
                        .mapTo(Long.class)
                        .one()
                > 0;
    }

    static void insert(
            Handle handle,
            PolicyKind kind,
            String name,
            PolicyText text,
            @Nullable String tpmPolicy,
            boolean ownOfAgent,
            long now) {
        putText(handle, text);
        handle.execute(
                "INSERT INTO policy (kind, name, checksum, counts, tpm_policy, private, changed_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                kind.stored(),
                name,
                text.checksum(),
                text.counts() ? 1 : 0,
                tpmPolicy,
                ownOfAgent ? 1 : 0,
                now);
    }

    private static void putText(Handle handle, PolicyText text) {
        handle.execute(
                "INSERT INTO policy_text (checksum, body) VALUES (?, ?) ON CONFLICT (checksum) DO NOTHING",
                text.checksum(),
                text.body());
    }

    /** Policies that came with agents which are gone, and texts nobody has any more. */
    static void forgetUnused(Handle handle) {
        int policies = 0;
        for (PolicyKind kind : PolicyKind.values()) {
            policies += handle.execute(
                    "DELETE FROM policy WHERE kind = ? AND private = 1 AND NOT EXISTS (SELECT 1 FROM agent a WHERE a."
                            + kind.agentColumn() + " = policy.name)",
                    kind.stored());
        }
        if (policies > 0) {
            forgetTexts(handle);
        }
    }

    private static void forgetTexts(Handle handle) {
        handle.execute(
                "DELETE FROM policy_text WHERE NOT EXISTS (SELECT 1 FROM policy p WHERE p.checksum = policy_text.checksum)");
    }
}
