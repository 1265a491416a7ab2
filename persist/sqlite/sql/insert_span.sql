-- name: insert_span
INSERT INTO spans (guild_id, channel_id, lo, hi, source) VALUES (?1, ?2, ?3, ?4, ?5)
