-- What policies say, once per text: a policy of ten megabytes that a thousand agents have is stored once.
CREATE TABLE policy_text (
    checksum TEXT PRIMARY KEY,
    body     BYTEA NOT NULL
);

-- Stored policies by name. Those that came with an agent and without a name bear the agent's id and end with it (private).
-- counts: a runtime policy that is more than a place holder (generator above 1) shows in an agent's status.
CREATE TABLE policy (
    kind       TEXT NOT NULL CHECK (kind IN ('runtime', 'boot')),
    name       TEXT COLLATE "C" NOT NULL,
    checksum   TEXT NOT NULL REFERENCES policy_text (checksum),
    counts     BIGINT NOT NULL,
    tpm_policy TEXT,
    private    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name)
);

CREATE INDEX policy_by_text ON policy (checksum);

-- Names of the policies an agent is judged by.
ALTER TABLE agent ADD COLUMN runtime_policy TEXT;
ALTER TABLE agent ADD COLUMN boot_policy TEXT;
ALTER TABLE agent ADD COLUMN ima_keys TEXT NOT NULL DEFAULT '';

CREATE INDEX agent_by_runtime_policy ON agent (runtime_policy) WHERE runtime_policy IS NOT NULL;
CREATE INDEX agent_by_boot_policy ON agent (boot_policy) WHERE boot_policy IS NOT NULL;

-- How far the measurement list was judged, and by which policies the machine passed last.
ALTER TABLE attestation ADD COLUMN ima_state TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN judged_ima TEXT NOT NULL DEFAULT '';
ALTER TABLE attestation ADD COLUMN judged_boot TEXT NOT NULL DEFAULT '';
