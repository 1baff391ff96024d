-- How far a device is trusted to speak for an account, each from a place in its queue on.
CREATE TABLE trust (
    device TEXT NOT NULL,
    account TEXT NOT NULL,
    seq BIGINT NOT NULL,
    trust TEXT NOT NULL,
    PRIMARY KEY (device, account, seq)
);
CREATE INDEX trust_account ON trust (account);

INSERT INTO trust (device, account, seq, trust)
SELECT device, account, 0, 'all' FROM device_account;
