-- One row for each program that writes here: which transaction of its it committed last (see PostgresLink).
CREATE TABLE writer (
    instance    TEXT PRIMARY KEY,
    last_commit BIGINT NOT NULL,
    changed_at  TIMESTAMPTZ NOT NULL DEFAULT now()
) WITH (fillfactor = 10);

-- What the store contract's tests write to.
CREATE TABLE thing (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE part (
    name  TEXT PRIMARY KEY,
    thing TEXT NOT NULL REFERENCES thing (name)
);
