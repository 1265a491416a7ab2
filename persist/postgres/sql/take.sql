-- name: take
UPDATE cursor
SET epoch = epoch + 1, journal = $1, next = CASE WHEN epoch = 0 THEN $2 ELSE next END
WHERE epoch = 0 OR journal = $1
RETURNING next, epoch, journal
