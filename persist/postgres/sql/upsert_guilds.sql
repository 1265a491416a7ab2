-- name: upsert_guilds
INSERT INTO guilds (guild_id, name, icon, owner_id, left_ms)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
ON CONFLICT (guild_id) DO UPDATE
SET name = excluded.name, icon = excluded.icon, owner_id = excluded.owner_id, left_ms = excluded.left_ms
