-- Who made a notice: this verifier with its verdict, or somebody else, and an administrator handed it in.
ALTER TABLE notice ADD COLUMN origin TEXT NOT NULL DEFAULT 'verdict';

-- How many machines say that they acted on a notice. The receipts themselves are kept as long as its deliveries.
ALTER TABLE notice ADD COLUMN acted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN nothing_run INTEGER NOT NULL DEFAULT 0;

-- What one machine says it did about one notice: its claim, cut to a bounded size. The first one stands.
CREATE TABLE receipt (
    notice      INTEGER NOT NULL REFERENCES notice (sequence) ON DELETE CASCADE,
    receiver    TEXT NOT NULL,
    number      INTEGER NOT NULL,
    result      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    trouble     TEXT NOT NULL,
    finished_at INTEGER,
    received_at INTEGER NOT NULL,
    actions     TEXT NOT NULL,
    left_out    INTEGER NOT NULL,
    PRIMARY KEY (notice, receiver)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_failed ON receipt (notice, receiver) WHERE result = 'failed';

-- Number of the last receipt that was fetched from an agent.
CREATE TABLE receipt_cursor (
    agent  INTEGER PRIMARY KEY REFERENCES agent (number) ON DELETE CASCADE,
    number INTEGER NOT NULL
) STRICT;
