package io.limelight.console.records;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.profile.Environment;
import io.limelight.console.profile.KeyKeeping;
import io.limelight.console.profile.Profile;
import io.limelight.console.profile.ProfileSource;
import io.limelight.console.profile.Tint;
import io.limelight.console.words.Words;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fleets a person works with. One that is deleted can be had back for a day. */
public final class ProfileStore {
    private static final Duration REGRET = Duration.ofDays(1);
    private static final String VALUES =
            "name = :name, environment = :environment, tint = :tint, key_keeping = :keyKeeping, kind = :kind,"
                    + " tenant_conf = :tenantConf, work_dir = :workDir, verifier_host = :verifierHost,"
                    + " verifier_port = :verifierPort, registrar_host = :registrarHost, registrar_port = :registrarPort,"
                    + " tls_folder = :tlsFolder, client_key = :clientKey, client_certificate = :clientCertificate,"
                    + " trusted_ca = :trustedCa, opened_at = :openedAt";

    private final RecordStore store;
    private final InstantSource clock;

    ProfileStore(RecordStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** All, the last opened first. */
    public List<Profile> all() throws ProblemException {
        return store.read(handle -> handle.createQuery(
                        "SELECT * FROM profile WHERE deleted_at IS NULL ORDER BY opened_at DESC NULLS LAST, name")
                .map((row, _) -> profile(row))
                .list());
    }

    /** One, unless it was deleted. */
    public Optional<Profile> find(long id) throws ProblemException {
        return store.read(handle -> handle.createQuery("SELECT * FROM profile WHERE id = :id AND deleted_at IS NULL")
                .bind("id", id)
                .map((row, _) -> profile(row))
                .findOne());
    }

    /**
     * Keeps a profile, new or changed.
     *
     * @return as it is kept
     * @throws ProblemException if another one has its name, or another console has changed or deleted it meanwhile
     */
    public Profile save(Profile profile) throws ProblemException {
        Words words = store.words();
        if (profile.name().isBlank() || profile.name().length() > Profile.LONGEST_NAME) {
            throw Problems.thrown(words, "records.profile-name", null, Profile.LONGEST_NAME);
        }
        Kept kept = store.write(handle -> {
            boolean taken = handle.createQuery(
                            "SELECT COUNT(*) FROM profile WHERE name = :name AND id <> :id AND deleted_at IS NULL")
                    .bind("name", profile.name())
                    .bind("id", profile.id())
                    .mapTo(Boolean.class)
                    .one();
            if (taken) {
                return new Kept(Outcome.NAME_TAKEN, 0);
            }
            if (profile.id() == 0) {
                handle.execute(
                        "INSERT INTO profile (name, environment, tint, key_keeping, kind)"
                                + " VALUES (?, '', '', '', 'configuration')",
                        profile.name());
                long id = handle.createQuery("SELECT last_insert_rowid()")
                        .mapTo(Long.class)
                        .one();
                handle.createUpdate("UPDATE profile SET " + VALUES + " WHERE id = :id")
                        .bindMap(values(profile))
                        .bind("id", id)
                        .execute();
                return new Kept(Outcome.KEPT, id);
            }
            int changed = handle.createUpdate(
                            "UPDATE profile SET " + VALUES
                                    + ", revision = revision + 1 WHERE id = :id AND revision = :revision AND deleted_at IS NULL")
                    .bindMap(values(profile))
                    .bind("id", profile.id())
                    .bind("revision", profile.revision())
                    .execute();
            return new Kept(changed == 1 ? Outcome.KEPT : Outcome.CHANGED_ELSEWHERE, profile.id());
        });
        return switch (kept.outcome()) {
            case KEPT ->
                find(kept.id())
                        .orElseThrow(() -> Problems.thrown(words, "records.profile-changed", null, profile.name()));
            case NAME_TAKEN -> throw Problems.thrown(words, "records.profile-taken", null, profile.name());
            case CHANGED_ELSEWHERE -> throw Problems.thrown(words, "records.profile-changed", null, profile.name());
        };
    }

    private enum Outcome {
        KEPT,
        NAME_TAKEN,
        CHANGED_ELSEWHERE
    }

    private record Kept(Outcome outcome, long id) {}

    /** Notes that it was connected now; no change that another console would have to know of. */
    public void opened(Profile profile) throws ProblemException {
        store.write(handle -> handle.createUpdate("UPDATE profile SET opened_at = :now WHERE id = :id")
                .bind("now", clock.instant().toString())
                .bind("id", profile.id())
                .execute());
    }

    /** Deletes it; {@link #undelete} brings it back, with its secrets and notes. */
    public void delete(Profile profile) throws ProblemException {
        store.write(handle -> handle.createUpdate("UPDATE profile SET deleted_at = :now WHERE id = :id")
                .bind("now", clock.instant().toString())
                .bind("id", profile.id())
                .execute());
    }

    /**
     * Brings a deleted one back.
     *
     * @throws ProblemException if its name has been given away, or it is gone for good
     */
    public Profile undelete(Profile profile) throws ProblemException {
        boolean taken = store.write(handle -> {
            boolean other = handle.createQuery(
                            "SELECT COUNT(*) FROM profile WHERE name = :name AND deleted_at IS NULL AND id <> :id")
                    .bind("name", profile.name())
                    .bind("id", profile.id())
                    .mapTo(Boolean.class)
                    .one();
            if (!other) {
                handle.createUpdate("UPDATE profile SET deleted_at = NULL WHERE id = :id")
                        .bind("id", profile.id())
                        .execute();
            }
            return other;
        });
        if (taken) {
            throw Problems.thrown(store.words(), "records.profile-taken", null, profile.name());
        }
        return find(profile.id())
                .orElseThrow(() -> Problems.thrown(store.words(), "records.profile-gone", null, profile.name()));
    }

    /** Nobody regrets what was deleted the day before; secrets and notes go with it. */
    void forgetDeletedLongAgo() throws ProblemException {
        store.write(handle -> handle.createUpdate("DELETE FROM profile WHERE deleted_at < :then")
                .bind("then", clock.instant().minus(REGRET).toString())
                .execute());
    }

    private static Map<String, @Nullable Object> values(Profile profile) {
        Map<String, @Nullable Object> values = new HashMap<>();
        values.put("name", profile.name());
        values.put("environment", profile.environment().name());
        values.put("tint", profile.tint().name());
        values.put("keyKeeping", profile.key().name());
        values.put("openedAt", profile.opened().map(Instant::toString).orElse(null));
        for (String column : List.of(
                "tenantConf",
                "workDir",
                "verifierHost",
                "verifierPort",
                "registrarHost",
                "registrarPort",
                "tlsFolder",
                "clientKey",
                "clientCertificate",
                "trustedCa")) {
            values.put(column, null);
        }
        switch (profile.source()) {
            case ProfileSource.Configuration files -> {
                values.put("kind", "configuration");
                values.put("tenantConf", files.tenantConf().map(Path::toString).orElse(null));
                values.put("workDir", files.workDir().map(Path::toString).orElse(null));
            }
            case ProfileSource.Typed typed -> {
                values.put("kind", "typed");
                values.put("verifierHost", typed.verifierHost());
                values.put("verifierPort", typed.verifierPort());
                values.put("registrarHost", typed.registrarHost());
                values.put("registrarPort", typed.registrarPort());
                values.put("tlsFolder", typed.tlsFolder().toString());
                values.put("clientKey", typed.clientKey());
                values.put("clientCertificate", typed.clientCertificate());
                values.put("trustedCa", typed.trustedCa());
            }
        }
        return values;
    }

    private static Profile profile(ResultSet row) throws SQLException {
        return new Profile(
                row.getLong("id"),
                row.getString("name"),
                word(Environment.class, row.getString("environment"), Environment.PRODUCTION),
                word(Tint.class, row.getString("tint"), Tint.PRODUCTION),
                source(row),
                word(KeyKeeping.class, row.getString("key_keeping"), KeyKeeping.FILE),
                row.getLong("revision"),
                Optional.ofNullable(row.getString("opened_at")).map(Instant::parse));
    }

    private static ProfileSource source(ResultSet row) throws SQLException {
        if (row.getString("kind").equals("configuration")) {
            return new ProfileSource.Configuration(
                    Optional.ofNullable(row.getString("tenant_conf")).map(Path::of),
                    Optional.ofNullable(row.getString("work_dir")).map(Path::of));
        }
        return new ProfileSource.Typed(
                row.getString("verifier_host"),
                row.getInt("verifier_port"),
                row.getString("registrar_host"),
                row.getInt("registrar_port"),
                Path.of(row.getString("tls_folder")),
                row.getString("client_key"),
                row.getString("client_certificate"),
                row.getString("trusted_ca"));
    }

    /** A word that nobody knows is a fault of whoever wrote it; the strictest meaning is safe. */
    private static <E extends Enum<E>> E word(Class<E> type, String text, E otherwise) {
        try {
            return Enum.valueOf(type, text);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }
}
