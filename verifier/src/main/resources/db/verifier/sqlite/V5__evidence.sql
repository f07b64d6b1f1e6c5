-- What happened to a machine, in the order of the commits; of each machine the latest.
CREATE TABLE happening (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    agent  INTEGER NOT NULL REFERENCES agent (number) ON DELETE CASCADE,
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    body   TEXT NOT NULL
) STRICT;

CREATE INDEX happening_by_agent ON happening (agent, number);

-- The answer that failed, for a happening of kind "failed". While a machine goes on failing for the same reasons, it is counted
-- and not written again.
CREATE TABLE failed_quote (
    happening INTEGER PRIMARY KEY REFERENCES happening (number) ON DELETE CASCADE,
    reasons   TEXT NOT NULL,
    nonce     TEXT NOT NULL,
    quote     TEXT,
    hash_alg  TEXT,
    times     INTEGER NOT NULL,
    last_at   INTEGER NOT NULL
) STRICT;

-- Boot logs by the SHA-256 of their bytes; compressed.
CREATE TABLE boot_log (
    checksum TEXT PRIMARY KEY,
    body     BLOB NOT NULL
) STRICT;

-- What machines proved last, for their current boot. ima_cut: the list was longer than what is kept; then it is kept up to there.
CREATE TABLE evidence (
    agent         INTEGER PRIMARY KEY REFERENCES agent (number) ON DELETE CASCADE,
    received_at   INTEGER NOT NULL,
    verdict       TEXT NOT NULL,
    nonce         TEXT NOT NULL,
    quote         TEXT NOT NULL,
    hash_alg      TEXT NOT NULL,
    tpm_clock     INTEGER NOT NULL,
    reset_count   INTEGER NOT NULL,
    restart_count INTEGER NOT NULL,
    ima_entries   INTEGER NOT NULL,
    ima_bytes     INTEGER NOT NULL,
    ima_cut       INTEGER NOT NULL,
    boot_log      TEXT REFERENCES boot_log (checksum)
) STRICT;

CREATE INDEX evidence_by_time ON evidence (received_at);
CREATE INDEX evidence_by_boot_log ON evidence (boot_log) WHERE boot_log IS NOT NULL;

-- Lines of measurement lists, each stored once, whatever machines have it. hash: the first 16 bytes of its SHA-256.
CREATE TABLE ima_row (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hash   BLOB NOT NULL UNIQUE,
    line   BLOB NOT NULL
) STRICT;

-- A machine's list: numbers of rows, up to 1024 in a piece that begins at a multiple of 1024.
CREATE TABLE ima_list (
    agent       INTEGER NOT NULL REFERENCES agent (number) ON DELETE CASCADE,
    first_entry INTEGER NOT NULL,
    numbers     BLOB NOT NULL,
    PRIMARY KEY (agent, first_entry)
) STRICT, WITHOUT ROWID;
