-- name: opt_outs
SELECT guild_id, member_id FROM opt_outs ORDER BY guild_id < 0, guild_id, member_id < 0, member_id
