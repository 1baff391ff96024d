-- Up to which number what is gone has been forgotten: a device that is further behind pulls afresh.
ALTER TABLE office_clock ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;

CREATE INDEX record_gone ON record (office, changed_at) WHERE deleted = 1;

-- A resident is open as long as the name is kept.
UPDATE record SET open = 1 WHERE entity = 'resident' AND deleted = 0;
