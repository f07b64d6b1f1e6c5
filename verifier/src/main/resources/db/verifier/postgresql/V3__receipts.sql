-- Who made a notice: this verifier with its verdict, or somebody else, and an administrator handed it in.
ALTER TABLE notice ADD COLUMN origin TEXT NOT NULL DEFAULT 'verdict';

-- How many machines say that they acted on a notice. The receipts themselves are kept as long as its deliveries.
ALTER TABLE notice ADD COLUMN acted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN failed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notice ADD COLUMN nothing_run BIGINT NOT NULL DEFAULT 0;

-- What one machine says it did about one notice: its claim, cut to a bounded size. The first one stands.
CREATE TABLE receipt (
    notice      BIGINT NOT NULL REFERENCES notice (sequence) ON DELETE CASCADE,
    receiver    TEXT COLLATE "C" NOT NULL,
    number      BIGINT NOT NULL,
    result      TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    trouble     TEXT NOT NULL,
    finished_at BIGINT,
    received_at BIGINT NOT NULL,
    actions     TEXT NOT NULL,
    left_out    BIGINT NOT NULL,
    PRIMARY KEY (notice, receiver)
);

CREATE INDEX receipt_failed ON receipt (notice, receiver) WHERE result = 'failed';

-- Number of the last receipt that was fetched from an agent.
CREATE TABLE receipt_cursor (
    agent  BIGINT PRIMARY KEY REFERENCES agent (number) ON DELETE CASCADE,
    number BIGINT NOT NULL
);
