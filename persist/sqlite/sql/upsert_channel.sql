-- name: upsert_channel
INSERT INTO channels (guild_id, channel_id, parent_id, name, type, position, deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (guild_id, channel_id) DO UPDATE
SET parent_id = excluded.parent_id, name = excluded.name, type = excluded.type,
    position = excluded.position, deleted = excluded.deleted
