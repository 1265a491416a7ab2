-- name: clear_cut
DELETE FROM cut
