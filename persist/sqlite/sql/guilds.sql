-- name: guilds
-- Steps from one server's rows to the next one's along the key.
WITH RECURSIVE counted (guild_id) AS (
    SELECT min(guild_id) FROM quarters
    UNION ALL
    SELECT (SELECT min(q.guild_id) FROM quarters q WHERE q.guild_id > c.guild_id)
    FROM counted c WHERE c.guild_id IS NOT NULL
)
SELECT guild_id
FROM (SELECT guild_id FROM counted WHERE guild_id IS NOT NULL UNION SELECT guild_id FROM guilds) AS known
ORDER BY guild_id < 0, guild_id
