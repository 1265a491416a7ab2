-- name: upsert_months
-- A batch is sorted by key, and the staging table holds it as it came.
INSERT INTO months AS p (guild_id, month, channel_id, member_id, kind, count, amount)
SELECT guild_id, period, channel_id, member_id, kind, count, amount
FROM stage WHERE grain = 3
ON CONFLICT (guild_id, month, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
