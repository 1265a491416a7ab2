-- name: cursor
SELECT next, epoch, journal FROM cursor
