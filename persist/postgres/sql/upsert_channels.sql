-- name: upsert_channels
INSERT INTO channels (guild_id, channel_id, parent_id, name, type, position, deleted)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::smallint[], $6::integer[], $7::boolean[])
ON CONFLICT (guild_id, channel_id) DO UPDATE
SET parent_id = excluded.parent_id, name = excluded.name, type = excluded.type,
    position = excluded.position, deleted = excluded.deleted
