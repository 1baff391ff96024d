-- What was put aside and still says something is little; what was forgotten of it is not walked through.
CREATE INDEX op_put_aside ON op (office, received_at) WHERE payload IS NOT NULL;

-- 3: of staff. What phones of verified people leave without effect is bounded too.
UPDATE device SET standing = 3 WHERE id IN (SELECT a.device FROM device_account AS a);
