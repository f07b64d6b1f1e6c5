-- Attempts are limited per address too: one that floods the registrar displaces its own.
CREATE INDEX pending_by_address ON pending (remote, id);
