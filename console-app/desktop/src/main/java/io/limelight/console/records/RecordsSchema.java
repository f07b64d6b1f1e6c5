package io.limelight.console.records;

import java.util.List;

/** The schema of the console's file, step by step; a step that was released is never changed. */
final class RecordsSchema {
    static final List<String> STEPS = List.of("""
            CREATE TABLE profile (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT NOT NULL COLLATE NOCASE,
                environment TEXT NOT NULL,
                tint TEXT NOT NULL,
                key_keeping TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('configuration', 'typed')),
                tenant_conf TEXT,
                work_dir TEXT,
                verifier_host TEXT,
                verifier_port INTEGER,
                registrar_host TEXT,
                registrar_port INTEGER,
                tls_folder TEXT,
                client_key TEXT,
                client_certificate TEXT,
                trusted_ca TEXT,
                revision INTEGER NOT NULL DEFAULT 1,
                opened_at TEXT,
                deleted_at TEXT
            );
            CREATE UNIQUE INDEX profile_name ON profile (name) WHERE deleted_at IS NULL;
            CREATE TABLE remembered (
                name TEXT PRIMARY KEY,
                text TEXT NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE machine_note (
                profile INTEGER NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
                agent_id TEXT NOT NULL,
                alias TEXT NOT NULL,
                tags TEXT NOT NULL,
                notes TEXT NOT NULL,
                PRIMARY KEY (profile, agent_id)
            ) WITHOUT ROWID;
            CREATE TABLE vault (
                one INTEGER PRIMARY KEY CHECK (one = 1),
                salt BLOB NOT NULL,
                memory_kib INTEGER NOT NULL,
                iterations INTEGER NOT NULL,
                parallelism INTEGER NOT NULL,
                nonce BLOB NOT NULL,
                sealed_key BLOB NOT NULL
            );
            CREATE TABLE secret (
                profile INTEGER NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                nonce BLOB NOT NULL,
                sealed BLOB NOT NULL,
                PRIMARY KEY (profile, name)
            ) WITHOUT ROWID;
            """, """
            CREATE TABLE draft (
                id TEXT PRIMARY KEY,
                kind TEXT NOT NULL,
                profile INTEGER NOT NULL,
                name TEXT NOT NULL,
                text TEXT NOT NULL,
                revision INTEGER NOT NULL DEFAULT 1,
                changed_at TEXT NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX draft_kind ON draft (kind, profile, changed_at);
            CREATE TABLE receipt (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                profile INTEGER NOT NULL,
                agent_id TEXT NOT NULL,
                made_at TEXT NOT NULL,
                text TEXT NOT NULL
            );
            CREATE INDEX receipt_machine ON receipt (profile, agent_id, id);
            """, """
            CREATE TABLE received_notice (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                profile INTEGER NOT NULL,
                digest TEXT NOT NULL,
                received_at TEXT NOT NULL,
                way TEXT NOT NULL,
                sender TEXT NOT NULL,
                msg TEXT NOT NULL,
                signature TEXT NOT NULL,
                UNIQUE (profile, digest)
            );
            CREATE TABLE activity (
                profile INTEGER NOT NULL,
                sequence INTEGER NOT NULL,
                made_at TEXT NOT NULL,
                source TEXT NOT NULL,
                kind TEXT NOT NULL,
                objects TEXT NOT NULL,
                outcome TEXT NOT NULL,
                facts TEXT NOT NULL,
                origin TEXT NOT NULL,
                previous TEXT NOT NULL,
                hash TEXT NOT NULL,
                PRIMARY KEY (profile, sequence)
            ) WITHOUT ROWID;
            CREATE UNIQUE INDEX activity_origin ON activity (profile, origin) WHERE origin <> '';
            CREATE TABLE activity_head (
                profile INTEGER PRIMARY KEY,
                sequence INTEGER NOT NULL,
                hash TEXT NOT NULL,
                signed_at TEXT NOT NULL,
                public_key TEXT NOT NULL,
                signature TEXT NOT NULL
            );
            CREATE TABLE activity_cursor (
                profile INTEGER NOT NULL,
                name TEXT NOT NULL,
                position TEXT NOT NULL,
                PRIMARY KEY (profile, name)
            ) WITHOUT ROWID;
            """);

    private RecordsSchema() {}
}
