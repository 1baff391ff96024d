-- Until when the last session of an account on a device lasted; without a value nobody knows, and 0 is long ago.
ALTER TABLE device_account ADD COLUMN session_end INTEGER;
UPDATE device_account SET session_end = COALESCE((
    SELECT max(s.expires_at) FROM session AS s
    WHERE s.device = device_account.device AND s.account = device_account.account
), 0);

-- When the account last got another password or was locked.
ALTER TABLE account ADD COLUMN doubted_at INTEGER;

-- The migration before trusted every device on which somebody had ever signed in. Nobody speaks there any more
-- whose latest session has ended and not merely run out. Locked devices and accounts keep what was known:
-- their facts of before the lock count.
INSERT INTO trust (device, account, seq, trust)
SELECT t.device, t.account, d.last_seq + 1, 'nothing'
FROM trust AS t
JOIN device AS d ON d.id = t.device AND d.revoked = 0
JOIN account AS a ON a.id = t.account AND a.revoked = 0
WHERE t.seq = 0 AND t.trust = 'all'
    AND NOT EXISTS (
        SELECT 1 FROM trust AS o WHERE o.device = t.device AND o.account = t.account AND o.seq > 0
    )
    AND 1 = (
        SELECT s.ended FROM session AS s WHERE s.device = t.device AND s.account = t.account
        ORDER BY s.created_at DESC, s.ended LIMIT 1
    );
