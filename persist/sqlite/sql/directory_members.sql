-- name: directory_members
SELECT guild_id, member_id, name, avatar, bot, gone, joined_ms
FROM members
WHERE guild_id = ?1
ORDER BY member_id < 0, member_id
