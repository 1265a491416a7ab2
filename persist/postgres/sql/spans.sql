-- name: spans
SELECT guild_id, channel_id, lo, hi, source
FROM spans
WHERE guild_id = $1
ORDER BY channel_id < 0, channel_id, lo < 0, lo
