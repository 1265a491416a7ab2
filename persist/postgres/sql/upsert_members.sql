-- name: upsert_members
INSERT INTO members (guild_id, member_id, name, avatar, bot, gone, joined_ms)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::boolean[], $7::bigint[])
ON CONFLICT (guild_id, member_id) DO UPDATE
SET name = excluded.name, avatar = excluded.avatar, bot = excluded.bot, gone = excluded.gone, joined_ms = excluded.joined_ms
