-- How severe the failure was that people were told of last; nobody is told again of one that is no worse. Ends with the
-- reactivation of the agent, not with a restart of the verifier.
ALTER TABLE attestation ADD COLUMN noticed_severity INTEGER;

-- The outbox: one row for each failure that others are told of, written in the transaction of the verdict.
--   new        to be sent; not every receiver has its delivery yet
--   open       every receiver has its delivery, some are not over
--   held       the brake is on: nobody is told until an administrator says so
--   discarded  an administrator said that nobody is told
--   done       every delivery is over
CREATE TABLE notice (
    sequence       INTEGER PRIMARY KEY AUTOINCREMENT,
    notice_id      TEXT NOT NULL UNIQUE,
    verifier_id    TEXT NOT NULL,
    agent_id       TEXT NOT NULL,
    agent          INTEGER NOT NULL,
    type           TEXT NOT NULL,
    event_id       TEXT NOT NULL,
    severity_label TEXT NOT NULL,
    issued_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    msg            TEXT NOT NULL,
    signature      TEXT NOT NULL,
    state          TEXT NOT NULL,
    -- Agents that were added later are none of its receivers.
    last_agent     INTEGER NOT NULL,
    -- Deliveries by channel and outcome, once it is done.
    summary        TEXT
) STRICT;

CREATE INDEX notice_by_time ON notice (issued_at);
CREATE INDEX notice_by_state ON notice (state) WHERE state <> 'done';

-- One notice on its way to one receiver. A row in "sending" that a start finds belongs to a verifier that was killed: what
-- it sent may have arrived.
CREATE TABLE delivery (
    notice     INTEGER NOT NULL REFERENCES notice (sequence) ON DELETE CASCADE,
    channel    TEXT NOT NULL,
    receiver   TEXT NOT NULL,
    agent      INTEGER,
    outcome    TEXT NOT NULL,
    unsure     INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    next_try   INTEGER,
    changed_at INTEGER NOT NULL,
    detail     TEXT NOT NULL,
    PRIMARY KEY (notice, channel, receiver)
) STRICT, WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (next_try) WHERE outcome = 'waiting';
CREATE INDEX delivery_open ON delivery (notice) WHERE outcome IN ('sending', 'waiting');

-- The brake. counted_from: failures before it have been decided about. One row.
CREATE TABLE brake (
    only         INTEGER PRIMARY KEY CHECK (only = 1),
    engaged_at   INTEGER,
    counted_from INTEGER NOT NULL
) STRICT;

INSERT INTO brake (only, engaged_at, counted_from) VALUES (1, NULL, 0);

-- What readers of the event stream are told, in the order of its commits. Text and signature of a notice stand in its row.
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    notice   INTEGER,
    body     TEXT NOT NULL
) STRICT;

-- Names this stream, so that a cursor of another database is not taken for one of this. One row.
CREATE TABLE event_stream (
    only  INTEGER PRIMARY KEY CHECK (only = 1),
    epoch TEXT NOT NULL
) STRICT;

INSERT INTO event_stream (only, epoch) VALUES (1, lower(hex(randomblob(4))));
