CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Locked from begin to commit, so commits and numbers have one order. Office 0 is the deployment.
CREATE TABLE office_clock (
    office BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    audit_n BIGINT NOT NULL,
    audit_head TEXT NOT NULL
);

-- Rows of all kinds, and at the same time the compacted change log: seq is that of the last change.
CREATE TABLE record (
    office BIGINT NOT NULL,
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    kelurahan TEXT,
    resident TEXT,
    day TEXT,
    open BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (office, entity, id)
);
CREATE INDEX record_seq ON record (office, seq);
CREATE INDEX record_day ON record (office, entity, day);
CREATE INDEX record_resident ON record (office, resident);
CREATE INDEX record_open ON record (office, entity, day) WHERE open = 1;

CREATE TABLE slot (
    office BIGINT NOT NULL,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    capacity BIGINT NOT NULL,
    booked BIGINT NOT NULL,
    leased BIGINT NOT NULL,
    held BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (office, id),
    CHECK (booked + leased + held <= capacity)
);
CREATE INDEX slot_day ON slot (office, day);

CREATE TABLE nik_claim (
    key TEXT PRIMARY KEY,
    office BIGINT NOT NULL,
    data TEXT NOT NULL
);

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    token_hash TEXT,
    last_seq BIGINT NOT NULL,
    last_contact BIGINT,
    registered_at BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    data TEXT
);

CREATE TABLE device_grant (
    device TEXT NOT NULL,
    resident TEXT NOT NULL,
    office BIGINT NOT NULL,
    PRIMARY KEY (device, resident)
);

CREATE TABLE op (
    op_id TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    office BIGINT NOT NULL,
    status TEXT NOT NULL,
    result TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    shift BIGINT NOT NULL,
    payload TEXT
);
CREATE INDEX op_device ON op (device, seq);
CREATE INDEX op_quarantined ON op (received_at) WHERE status = 'quarantined';

CREATE TABLE audit (
    office BIGINT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    op_id TEXT,
    device TEXT,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (office, n)
);

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    office BIGINT NOT NULL,
    role TEXT NOT NULL,
    kelurahan TEXT,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    revoked BIGINT NOT NULL
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

CREATE TABLE device_account (
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (device, account)
);

-- SQLite's json_each for an array given as text, so that statements are written once.
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (value JSONB)
    LANGUAGE sql IMMUTABLE ROWS 100
    AS $$ SELECT jsonb_array_elements(list::jsonb) $$;
