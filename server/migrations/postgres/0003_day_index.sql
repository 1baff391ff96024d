-- Rows by key were read by this index, which knows no id, where PostgreSQL has no statistics.
DROP INDEX record_day;
CREATE INDEX record_day ON record (office, entity, day) WHERE day IS NOT NULL;
