package io.limelight.verifier.state;

import io.limelight.core.secret.SecretBytes;
import io.limelight.store.Database;
import io.limelight.verifier.vault.StorageKey;
import io.limelight.verifier.vault.VaultException;
import java.util.List;
import java.util.Optional;

/** What was stored with agents for notices about them: what a notice says, and the key that signs it. */
public final class RevocationKeyStore {
    /** Rows that are in memory at once while all keys are gone through. */
    private static final int PAGE = 200;

    private final Database database;
    private final StorageKey key;

    RevocationKeyStore(Database database, StorageKey key) {
        this.database = database;
        this.key = key;
    }

    /** What a notice says of an agent; empty if the lease has ended. */
    public Optional<NoticeSubject> subject(Lease lease) {
        return database.read(handle -> handle.createQuery("""
                        SELECT a.ip, a.port, a.verifier_id, a.tpm_policy, a.meta_data, a.agent_id, a.revocation_key
                        FROM agent a JOIN attestation t ON t.agent = a.number
                        WHERE a.number = :number AND t.generation = :generation
                        """)
                .bind("number", lease.agent())
                .bind("generation", lease.generation())
                .map((row, _) -> new NoticeSubject(
                        row.getString(1),
                        row.getInt(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        new SealedRevocationKey(row.getString(6), row.getBytes(7))))
                .findOne());
    }

    /**
     * The key that notices about an agent are signed with, PEM; the caller closes it. Empty if there is none, or the agent
     * is gone.
     *
     * @throws VaultException if it does not open
     */
    public Optional<SecretBytes> revocationKey(long agent) throws VaultException {
        Optional<SealedRevocationKey> found = database.read(handle -> handle.createQuery(
                        "SELECT agent_id, revocation_key FROM agent WHERE number = :n AND revocation_key IS NOT NULL")
                .bind("n", agent)
                .map((row, _) -> new SealedRevocationKey(row.getString(1), row.getBytes(2)))
                .findOne());
        return found.isEmpty() ? Optional.empty() : open(found.get());
    }

    /**
     * The key of a machine that notices about it are signed with, PEM; the caller closes it. Empty if there is none.
     *
     * @throws VaultException if it does not open
     */
    public Optional<SecretBytes> open(SealedRevocationKey stored) throws VaultException {
        byte[] sealed = stored.sealed();
        return sealed == null
                ? Optional.empty()
                : Optional.of(key.open(sealed, stored.owner(), AgentStore.REVOCATION_KEY));
    }

    /**
     * An agent that a notice of somebody else's is about.
     *
     * @param number of its row
     * @param metaData JSON text as posted
     */
    public record Known(long number, String metaData) {}

    /** The agent of that id. */
    public Optional<Known> known(String id) {
        return database.read(handle -> handle.createQuery("SELECT number, meta_data FROM agent WHERE agent_id = :id")
                .bind("id", id)
                .map((row, _) -> new Known(row.getLong(1), row.getString(2)))
                .findOne());
    }

    /**
     * The numbers of agents with a revocation key, in order, a page of them.
     *
     * @param after number of the last one of the page before; 0 at first
     */
    public List<Long> withKey(long after) {
        return database.read(handle -> handle.createQuery("SELECT number FROM agent WHERE number > :after"
                        + " AND revocation_key IS NOT NULL ORDER BY number LIMIT :limit")
                .bind("after", after)
                .bind("limit", PAGE)
                .mapTo(Long.class)
                .list());
    }
}
