-- name: upsert_days
-- A batch is sorted by key, and the staging table holds it as it came.
INSERT INTO days AS p (guild_id, day, channel_id, member_id, kind, count, amount)
SELECT guild_id, period, channel_id, member_id, kind, count, amount
FROM stage WHERE grain = 2
ON CONFLICT (guild_id, day, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
