package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.core.api.AgentId;
import io.limelight.core.api.InvalidAgentIdException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names, tags and notes that a person gave machines. They stay when a machine goes and are there when it comes back. */
public final class AliasStore {
    private final RecordStore store;

    AliasStore(RecordStore store) {
        this.store = store;
    }

    /** All of a profile. */
    public Map<AgentId, MachineNote> all(long profile) throws ProblemException {
        return store.read(handle -> {
            Map<AgentId, MachineNote> all = new HashMap<>();
            handle.createQuery("SELECT agent_id, alias, tags, notes FROM machine_note WHERE profile = :profile")
                    .bind("profile", profile)
                    .map((row, _) -> new Row(
                            row.getString(1),
                            new MachineNote(row.getString(2), List.of(row.getString(3)), row.getString(4))))
                    .forEach(row -> row.into(all));
            return all;
        });
    }

    private record Row(String id, MachineNote note) {
        void into(Map<AgentId, MachineNote> all) {
            try {
                all.put(AgentId.of(id), note);
            } catch (InvalidAgentIdException e) {
                // Not written by us, and belongs to no machine.
            }
        }
    }

    /** Keeps what is known of a machine; an empty note is forgotten. */
    public void put(long profile, AgentId id, MachineNote note) throws ProblemException {
        putAll(profile, List.of(id), note);
    }

    /** The same for several machines: all or none. */
    public void putAll(long profile, Collection<AgentId> ids, MachineNote note) throws ProblemException {
        store.write(handle -> {
            for (AgentId id : ids) {
                if (note.isEmpty()) {
                    handle.execute("DELETE FROM machine_note WHERE profile = ? AND agent_id = ?", profile, id.value());
                } else {
                    handle.execute(
                            "INSERT INTO machine_note (profile, agent_id, alias, tags, notes) VALUES (?, ?, ?, ?, ?)"
                                    + " ON CONFLICT (profile, agent_id) DO UPDATE SET alias = excluded.alias,"
                                    + " tags = excluded.tags, notes = excluded.notes",
                            profile,
                            id.value(),
                            note.alias(),
                            String.join(" ", note.tags()),
                            note.notes());
                }
            }
            return ids.size();
        });
    }
}
