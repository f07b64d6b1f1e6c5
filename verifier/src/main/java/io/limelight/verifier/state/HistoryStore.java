package io.limelight.verifier.state;

import io.limelight.core.json.WireJson;
import io.limelight.store.Database;
import io.limelight.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was counted as time went by. Kept are the latest 10,080 minutes (a week without gaps) and, of what is older, 9,600 hours (400
 * days). They are counted and not dated, so that a clock that is wrong for a while costs no history.
 */
public final class HistoryStore {
    /** Seconds of the short stretches. */
    public static final int MINUTE = 60;
    /** Seconds of the long ones. */
    public static final int HOUR = 3600;

    static final int MINUTES_KEPT = 10_080;
    static final int HOURS_KEPT = 9_600;
    /** Minutes that become hours in one transaction. */
    private static final int MINUTES_AT_ONCE = 2_000;

    private static final String COLUMNS = "span, at, recorded, passed, failed, unanswered, given_up, machines";

    private final Database database;

    /** In this database. */
    public HistoryStore(Database database) {
        this.database = database;
    }

    /** Adds to what was counted in that minute. */
    public void add(HistoryEntry minute) {
        var _ = database.write(handle -> {
            merge(handle, minute);
            return true;
        });
    }

    private static void merge(Handle handle, HistoryEntry added) {
        Optional<HistoryEntry> there = handle.createQuery(
                        "SELECT " + COLUMNS + " FROM history WHERE span = :span AND at = :at")
                .bind("span", added.span())
                .bind("at", added.at())
                .map((row, _) -> entry(row))
                .findOne();
        HistoryEntry entry = there.map(before -> before.plus(added)).orElse(added);
        if (there.isPresent()) {
            handle.execute("DELETE FROM history WHERE span = ? AND at = ?", entry.span(), entry.at());
        }
        handle.execute(
                "INSERT INTO history (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                entry.span(),
                entry.at(),
                entry.recordedMillis(),
                entry.passed(),
                entry.failed(),
                entry.unanswered(),
                entry.givenUp(),
                json(entry.machines()));
    }

    /** Makes hours of minutes that are old, and forgets hours that are too many. Whether there is more of that to do. */
    public boolean tidy() {
        return database.write(handle -> {
            List<Long> tooMany = handle.createQuery("SELECT at FROM history WHERE span = " + MINUTE
                            + " ORDER BY at DESC LIMIT 1 OFFSET " + MINUTES_KEPT)
                    .mapTo(Long.class)
                    .list();
            boolean more = false;
            if (!tooMany.isEmpty()) {
                // Whole hours only: one that is still half in minutes is left as it is.
                long end = tooMany.getFirst() - Math.floorMod(tooMany.getFirst(), HOUR);
                List<HistoryEntry> old = handle.createQuery("SELECT " + COLUMNS + " FROM history WHERE span = " + MINUTE
                                + " AND at < :end ORDER BY at LIMIT " + MINUTES_AT_ONCE)
                        .bind("end", end)
                        .map((row, _) -> entry(row))
                        .list();
                Map<Long, HistoryEntry> hours = new TreeMap<>();
                for (HistoryEntry minute : old) {
                    long hour = minute.at() - Math.floorMod(minute.at(), HOUR);
                    hours.merge(hour, minute.within(hour, HOUR), HistoryEntry::plus);
                }
                hours.values().forEach(hour -> merge(handle, hour));
                if (!old.isEmpty()) {
                    handle.execute(
                            "DELETE FROM history WHERE span = " + MINUTE + " AND at <= ?",
                            old.getLast().at());
                }
                more = old.size() == MINUTES_AT_ONCE;
            }
            handle.execute(
                    "DELETE FROM history WHERE span = " + HOUR + " AND at <= (SELECT at FROM history WHERE span = "
                            + HOUR + " ORDER BY at DESC LIMIT 1 OFFSET " + HOURS_KEPT + ")");
            return more;
        });
    }

    /**
     * What was counted between two times, in their order; where hours and minutes meet, both.
     *
     * @param from epoch seconds
     * @param to epoch seconds, exclusive
     */
    public List<HistoryEntry> between(long from, long to) {
        return database.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM history WHERE (span = " + MINUTE + " OR span = " + HOUR
                        + ") AND at < :to AND at + span > :from ORDER BY at, span")
                .bind("from", from)
                .bind("to", to)
                .map((row, _) -> entry(row))
                .list());
    }

    private static HistoryEntry entry(ResultSet row) throws SQLException {
        return new HistoryEntry(
                row.getLong("at"),
                row.getInt("span"),
                row.getLong("recorded"),
                row.getLong("passed"),
                row.getLong("failed"),
                row.getLong("unanswered"),
                row.getLong("given_up"),
                machines(row.getString("machines")));
    }

    private static String json(Map<String, Long> machines) {
        ObjectNode json = WireJson.object();
        new TreeMap<>(machines).forEach(json::put);
        return WireJson.compactText(json);
    }

    private static Map<String, Long> machines(String json) {
        try {
            Map<String, Long> machines = new LinkedHashMap<>();
            WireJson.parseObject(json.getBytes(StandardCharsets.UTF_8))
                    .forEachEntry((state, number) -> machines.put(state, number.asLong(0)));
            return machines;
        } catch (IOException e) {
            throw new StoreException("the history says something of machines that is no JSON object");
        }
    }
}
