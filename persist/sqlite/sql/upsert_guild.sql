-- name: upsert_guild
INSERT INTO guilds (guild_id, name, icon, owner_id, left_ms) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (guild_id) DO UPDATE
SET name = excluded.name, icon = excluded.icon, owner_id = excluded.owner_id, left_ms = excluded.left_ms
