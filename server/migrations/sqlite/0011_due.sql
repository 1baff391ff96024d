-- From when on time changes a row, whatever its day is.
ALTER TABLE record ADD COLUMN due INTEGER;
CREATE INDEX record_due ON record (office, entity, due) WHERE due IS NOT NULL;
