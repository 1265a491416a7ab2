-- name: no_timeout
SET LOCAL statement_timeout = 0
