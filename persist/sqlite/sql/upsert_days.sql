-- name: upsert_days
INSERT INTO days AS p (guild_id, day, channel_id, member_id, kind, count, amount)
VALUES {rows}
ON CONFLICT (guild_id, day, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
