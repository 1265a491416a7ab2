-- name: open_voice
SELECT guild_id, member_id, opened_ms, channel_id, proof_ms, closed_ms, flags
FROM voice_sessions
WHERE closed_ms = 0
ORDER BY guild_id < 0, guild_id, member_id < 0, member_id, opened_ms
