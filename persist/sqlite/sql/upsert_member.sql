-- name: upsert_member
INSERT INTO members (guild_id, member_id, name, avatar, bot, gone, joined_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (guild_id, member_id) DO UPDATE
SET name = excluded.name, avatar = excluded.avatar, bot = excluded.bot, gone = excluded.gone, joined_ms = excluded.joined_ms
