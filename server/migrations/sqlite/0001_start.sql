CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Locked from begin to commit, so commits and numbers have one order. Office 0 is the deployment.
CREATE TABLE office_clock (
    office INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    audit_n INTEGER NOT NULL,
    audit_head TEXT NOT NULL
) STRICT;

-- Rows of all kinds, and at the same time the compacted change log: seq is that of the last change.
CREATE TABLE record (
    office INTEGER NOT NULL,
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    kelurahan TEXT,
    resident TEXT,
    day TEXT,
    open INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (office, entity, id)
) STRICT;
CREATE INDEX record_seq ON record (office, seq);
CREATE INDEX record_day ON record (office, entity, day);
CREATE INDEX record_resident ON record (office, resident);
CREATE INDEX record_open ON record (office, entity, day) WHERE open = 1;

CREATE TABLE slot (
    office INTEGER NOT NULL,
    id TEXT NOT NULL,
    day TEXT NOT NULL,
    capacity INTEGER NOT NULL,
    booked INTEGER NOT NULL,
    leased INTEGER NOT NULL,
    held INTEGER NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (office, id),
    CHECK (booked + leased + held <= capacity)
) STRICT;
CREATE INDEX slot_day ON slot (office, day);

CREATE TABLE nik_claim (
    key TEXT PRIMARY KEY,
    office INTEGER NOT NULL,
    data TEXT NOT NULL
) STRICT;

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    token_hash TEXT,
    last_seq INTEGER NOT NULL,
    last_contact INTEGER,
    registered_at INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    data TEXT
) STRICT;

CREATE TABLE device_grant (
    device TEXT NOT NULL,
    resident TEXT NOT NULL,
    office INTEGER NOT NULL,
    PRIMARY KEY (device, resident)
) STRICT, WITHOUT ROWID;

CREATE TABLE op (
    op_id TEXT PRIMARY KEY,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    office INTEGER NOT NULL,
    status TEXT NOT NULL,
    result TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    shift INTEGER NOT NULL,
    payload TEXT
) STRICT;
CREATE INDEX op_device ON op (device, seq);
CREATE INDEX op_quarantined ON op (received_at) WHERE status = 'quarantined';

CREATE TABLE audit (
    office INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    op_id TEXT,
    device TEXT,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (office, n)
) STRICT;

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    office INTEGER NOT NULL,
    role TEXT NOT NULL,
    kelurahan TEXT,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    revoked INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);

CREATE TABLE device_account (
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (device, account)
) STRICT, WITHOUT ROWID;
