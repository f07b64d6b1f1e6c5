-- What a tenant said of a machine, and what changes rarely. v and revocation_key are sealed (AES-256-GCM, see vault).
CREATE TABLE agent (
    number            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id          TEXT NOT NULL UNIQUE,
    ip                TEXT NOT NULL,
    port              INTEGER NOT NULL,
    verifier_id       TEXT NOT NULL,
    verifier_ip       TEXT NOT NULL,
    verifier_port     INTEGER NOT NULL,
    tpm_policy        TEXT NOT NULL,
    meta_data         TEXT NOT NULL,
    accept_hash       TEXT NOT NULL,
    accept_encryption TEXT NOT NULL,
    accept_signing    TEXT NOT NULL,
    ak_tpm            TEXT NOT NULL,
    mtls_cert         TEXT,
    supported_version TEXT NOT NULL,
    v                 BLOB,
    revocation_key    BLOB,
    transport_key     TEXT,
    hash_alg          TEXT,
    enc_alg           TEXT,
    sign_alg          TEXT,
    last_failure      TEXT,
    added_at          INTEGER NOT NULL
) STRICT;

CREATE INDEX agent_by_verifier ON agent (verifier_id, agent_id);

-- What every attestation writes: short rows, so that a group of commits touches few pages.
-- A cycle may write only under the generation it began with; stop and reactivation count it up, deletion ends the row.
CREATE TABLE attestation (
    agent                       INTEGER PRIMARY KEY REFERENCES agent (number) ON DELETE CASCADE,
    generation                  INTEGER NOT NULL,
    operational_state           INTEGER NOT NULL,
    polling                     INTEGER NOT NULL,
    severity_level              INTEGER,
    last_event_id               TEXT,
    attestation_count           INTEGER NOT NULL,
    last_received_quote         INTEGER NOT NULL,
    last_successful_attestation INTEGER NOT NULL,
    tpm_clock                   INTEGER NOT NULL,
    reset_count                 INTEGER NOT NULL,
    restart_count               INTEGER NOT NULL,
    next_ima_entry              INTEGER NOT NULL
) STRICT;

-- To which transport keys V was sent: written before it is sent, so that a crash in between is a repetition, never a secret.
CREATE TABLE share_release (
    agent                INTEGER NOT NULL REFERENCES agent (number) ON DELETE CASCADE,
    transport_key_sha256 TEXT NOT NULL,
    first_sent_at        INTEGER NOT NULL,
    last_sent_at         INTEGER NOT NULL,
    times_sent           INTEGER NOT NULL,
    accepted_at          INTEGER,
    PRIMARY KEY (agent, transport_key_sha256)
) STRICT, WITHOUT ROWID;

-- Which storage key the sealed columns belong to, and something sealed with it to prove that. One row.
CREATE TABLE vault (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    key_id TEXT NOT NULL,
    proof  BLOB NOT NULL
) STRICT;
