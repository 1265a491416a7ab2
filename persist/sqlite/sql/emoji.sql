-- name: emoji
SELECT guild_id, number, emoji_id, name FROM emoji WHERE guild_id = ?1 ORDER BY number
