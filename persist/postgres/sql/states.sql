-- name: states
SELECT guild_id, settings, hidden FROM guild_states ORDER BY guild_id < 0, guild_id
