-- name: quarters_of_guild
SELECT DISTINCT quarter FROM quarters WHERE guild_id = ?1 ORDER BY quarter
