-- What was counted, minute by minute (span 60); what is old, hour by hour (3600). at: epoch seconds of the beginning. recorded: the
-- milliseconds of it in which this program was counting; a minute that is not here, nobody counted. machines: how many were in each
-- state when it was last looked, as JSON.
CREATE TABLE history (
    span       BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    passed     BIGINT NOT NULL,
    failed     BIGINT NOT NULL,
    unanswered BIGINT NOT NULL,
    given_up   BIGINT NOT NULL,
    machines   TEXT NOT NULL,
    PRIMARY KEY (span, at)
);
