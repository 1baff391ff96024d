-- Hashes of the rows that an entry's batch changed, and whether those of before are sealed too.
ALTER TABLE audit ADD COLUMN seals TEXT;
ALTER TABLE office_clock ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;

-- Where a chain stood on a day, signed: a chain that was cut or written anew does not lead there.
CREATE TABLE audit_head (
    office BIGINT NOT NULL,
    day TEXT NOT NULL,
    head TEXT NOT NULL,
    PRIMARY KEY (office, day)
);
