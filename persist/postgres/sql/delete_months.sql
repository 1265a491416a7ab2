-- name: delete_months
DELETE FROM months WHERE guild_id = $1
