-- Devices that are one browser under several ids: a lock or a sign-out at one of them counts at all.
CREATE TABLE device_copy (
    device TEXT PRIMARY KEY,
    root TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX device_copy_root ON device_copy (root);
