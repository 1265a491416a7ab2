-- name: upsert_voice
INSERT INTO voice_sessions (guild_id, member_id, opened_ms, channel_id, proof_ms, closed_ms, flags)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::smallint[])
ON CONFLICT (guild_id, member_id, opened_ms) DO UPDATE
SET channel_id = excluded.channel_id, proof_ms = excluded.proof_ms, closed_ms = excluded.closed_ms, flags = excluded.flags
