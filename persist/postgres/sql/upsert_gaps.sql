-- name: upsert_gaps
INSERT INTO gaps (shard, from_ms, to_ms, state)
SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::smallint[])
ON CONFLICT (shard, from_ms) DO UPDATE SET to_ms = excluded.to_ms, state = excluded.state
