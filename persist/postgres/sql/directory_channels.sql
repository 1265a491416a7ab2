-- name: directory_channels
SELECT guild_id, channel_id, parent_id, name, type, position, deleted
FROM channels
WHERE $1::bigint = 0 OR guild_id = $1
ORDER BY guild_id < 0, guild_id, channel_id < 0, channel_id
