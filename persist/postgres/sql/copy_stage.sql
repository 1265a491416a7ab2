-- name: copy_stage
COPY stage (guild_id, channel_id, member_id, count, amount, period, kind, mask, grain)
FROM STDIN (FORMAT binary)
