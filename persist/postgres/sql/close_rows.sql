-- name: close_rows
CLOSE rows
