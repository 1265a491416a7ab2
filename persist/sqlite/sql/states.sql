-- name: states
-- The driver reads an empty blob as it does NULL.
SELECT guild_id, settings, settings IS NOT NULL, hidden FROM guild_states ORDER BY guild_id < 0, guild_id
