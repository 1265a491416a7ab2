-- name: upsert_emoji
INSERT INTO emoji (guild_id, number, emoji_id, name) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (guild_id, number) DO UPDATE SET emoji_id = excluded.emoji_id, name = excluded.name
