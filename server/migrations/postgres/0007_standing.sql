-- What became of a device: 0 nothing that it sent had an effect, 1 something had, 2 it is known to be
-- of staff or of a verified person.
ALTER TABLE device ADD COLUMN standing BIGINT NOT NULL DEFAULT 1;

UPDATE device SET standing = 0
WHERE token_hash IS NOT NULL AND revoked = 0
    AND NOT EXISTS (SELECT 1 FROM device_grant AS g WHERE g.device = device.id)
    AND NOT EXISTS (SELECT 1 FROM op AS o WHERE o.device = device.id AND o.status = 'applied');

UPDATE device SET standing = 2
WHERE id IN (SELECT a.device FROM device_account AS a)
    OR id IN (SELECT g.device FROM device_grant AS g JOIN record AS r
        ON r.office = g.office AND r.entity = 'resident' AND r.id = g.resident
        WHERE r.data LIKE '%"verified":true%');

CREATE INDEX device_stranger ON device (last_contact) WHERE standing = 0;
CREATE INDEX op_without_effect ON op (received_at) WHERE status <> 'applied';
