-- name: upsert_emoji
INSERT INTO emoji (guild_id, number, emoji_id, name)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[])
ON CONFLICT (guild_id, number) DO UPDATE SET emoji_id = excluded.emoji_id, name = excluded.name
