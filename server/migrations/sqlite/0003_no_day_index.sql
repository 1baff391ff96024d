-- Nothing reads rows by day alone: what is still open has an index of its own.
DROP INDEX record_day;
