-- name: upsert_quarters
INSERT INTO quarters AS q (guild_id, quarter, channel_id, member_id, kind, count, amount, mask)
SELECT guild_id, period, channel_id, member_id, kind, count, amount, mask
FROM stage WHERE grain = 1
ORDER BY guild_id, period, channel_id, member_id, kind
ON CONFLICT (guild_id, quarter, channel_id, member_id, kind) DO UPDATE
SET count = q.count + excluded.count, amount = q.amount + excluded.amount, mask = q.mask | excluded.mask
