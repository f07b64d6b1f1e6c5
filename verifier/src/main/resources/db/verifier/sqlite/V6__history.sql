-- What was counted, minute by minute (span 60); what is old, hour by hour (3600). at: epoch seconds of the beginning. recorded: the
-- milliseconds of it in which this program was counting; a minute that is not here, nobody counted. machines: how many were in each
-- state when it was last looked, as JSON.
CREATE TABLE history (
    span       INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    recorded   INTEGER NOT NULL,
    passed     INTEGER NOT NULL,
    failed     INTEGER NOT NULL,
    unanswered INTEGER NOT NULL,
    given_up   INTEGER NOT NULL,
    machines   TEXT NOT NULL,
    PRIMARY KEY (span, at)
) STRICT, WITHOUT ROWID;
