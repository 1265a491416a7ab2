-- name: delete_days
DELETE FROM days WHERE guild_id = ?1
