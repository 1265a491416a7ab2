-- name: upsert_voice
INSERT INTO voice_sessions (guild_id, member_id, opened_ms, channel_id, proof_ms, closed_ms, flags)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (guild_id, member_id, opened_ms) DO UPDATE
SET channel_id = excluded.channel_id, proof_ms = excluded.proof_ms, closed_ms = excluded.closed_ms, flags = excluded.flags
