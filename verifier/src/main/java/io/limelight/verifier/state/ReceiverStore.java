package io.limelight.verifier.state;

import io.limelight.store.Database;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The agents that are told of failures, and where they are. */
public final class ReceiverStore {
    private final Database database;

    ReceiverStore(Database database) {
        this.database = database;
    }

    /**
     * Numbers of the agents that are to be told and of which no delivery has begun.
     *
     * @param failedToo whether the one that failed is told as well
     */
    public List<Long> untold(StoredNotice notice, boolean failedToo) {
        return database.read(handle -> handle.createQuery("""
                        SELECT a.number FROM agent a WHERE a.verifier_id = :verifier AND a.number <= :last
                            AND (:failedToo = 1 OR a.number <> :failed)
                            AND NOT EXISTS (SELECT 1 FROM delivery d
                                WHERE d.notice = :notice AND d.channel = 'agent' AND d.receiver = a.agent_id)
                        """)
                .bind("verifier", notice.verifierId())
                .bind("last", notice.lastAgent())
                .bind("failedToo", failedToo ? 1 : 0)
                .bind("failed", notice.agent())
                .bind("notice", notice.sequence())
                .mapTo(Long.class)
                .list());
    }

    /** The agent of that id, to be told something. */
    public Optional<Receiver> receiver(String id) {
        Optional<Long> number =
                database.read(handle -> handle.createQuery("SELECT number FROM agent WHERE agent_id = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .findOne());
        return number.flatMap(found -> receivers(List.of(found)).stream().findFirst());
    }

    /** Those of the agents that are still there. */
    public List<Receiver> receivers(Collection<Long> numbers) {
        if (numbers.isEmpty()) {
            return List.of();
        }
        String list = numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
        return database.read(handle -> handle.createQuery(
                        "SELECT number, agent_id, ip, port, mtls_cert, supported_version FROM agent WHERE number IN ("
                                + list + ")")
                .map((row, _) -> new Receiver(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getString(5),
                        row.getString(6)))
                .list());
    }

    /** An agent that nobody watches was found to speak another version; one that is watched finds out by itself. */
    public void speaks(long agent, String version) {
        var _ = database.write(handle -> handle.execute(
                "UPDATE agent SET supported_version = ? WHERE number = ?"
                        + " AND number IN (SELECT agent FROM attestation WHERE polling = 0)",
                version,
                agent));
    }
}
