-- name: upsert_gap
INSERT INTO gaps (shard, from_ms, to_ms, state) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (shard, from_ms) DO UPDATE SET to_ms = excluded.to_ms, state = excluded.state
