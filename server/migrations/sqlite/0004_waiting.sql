-- Who waits for a seat is open work without a day, and so is an invitation that is not settled.
UPDATE record SET open = 1, day = NULL
WHERE entity = 'booking' AND deleted = 0 AND data LIKE '%"state":{"is":"waitlisted"}%';
UPDATE record SET open = 1
WHERE entity = 'invitation' AND deleted = 0 AND data NOT LIKE '%"is":"undeliverable"%';
