-- Since when a device is locked: facts from before are still taken, and marked.
ALTER TABLE device ADD COLUMN locked_at BIGINT;
