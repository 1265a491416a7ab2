-- name: upsert_quarters
-- A batch is sorted by key, and the staging table holds it as it came.
INSERT INTO quarters AS q (guild_id, quarter, channel_id, member_id, kind, count, amount, mask)
SELECT guild_id, period, channel_id, member_id, kind, count, amount, mask
FROM stage WHERE grain = 1
ON CONFLICT (guild_id, quarter, channel_id, member_id, kind) DO UPDATE
SET count = q.count + excluded.count, amount = q.amount + excluded.amount, mask = q.mask | excluded.mask
