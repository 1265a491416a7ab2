-- name: add_quarters
SELECT add_quarters($1, $2, $3)
