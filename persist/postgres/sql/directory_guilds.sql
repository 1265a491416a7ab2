-- name: directory_guilds
SELECT guild_id, name, icon, owner_id, left_ms
FROM guilds
WHERE $1::bigint = 0 OR guild_id = $1
ORDER BY guild_id < 0, guild_id
