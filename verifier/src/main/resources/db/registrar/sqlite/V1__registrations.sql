-- One active registration per agent id; what administrators and verifiers see.
CREATE TABLE registration (
    agent_id    TEXT PRIMARY KEY,
    ek_tpm      TEXT NOT NULL,
    aik_tpm     TEXT NOT NULL,
    ekcert      TEXT,
    iak_tpm     TEXT,
    iak_cert    TEXT,
    idevid_tpm  TEXT,
    idevid_cert TEXT,
    ip          TEXT,
    port        INTEGER,
    mtls_cert   TEXT,
    auth_key    TEXT NOT NULL,
    regcount    INTEGER NOT NULL,
    activated_at INTEGER NOT NULL
) STRICT;

-- A registration that has not proven itself. The active row stays as it is until one of these is activated.
CREATE TABLE pending (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id    TEXT NOT NULL,
    ek_tpm      TEXT NOT NULL,
    aik_tpm     TEXT NOT NULL,
    ekcert      TEXT,
    iak_tpm     TEXT,
    iak_cert    TEXT,
    idevid_tpm  TEXT,
    idevid_cert TEXT,
    ip          TEXT,
    port        INTEGER,
    mtls_cert   TEXT,
    auth_key    TEXT NOT NULL,
    remote      TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX pending_by_agent ON pending (agent_id, id);
CREATE INDEX pending_by_age ON pending (created_at);
