-- What the store contract's tests write to.
CREATE TABLE thing (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE part (
    name  TEXT PRIMARY KEY,
    thing TEXT NOT NULL REFERENCES thing (name)
) STRICT;
