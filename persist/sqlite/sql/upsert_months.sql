-- name: upsert_months
INSERT INTO months AS p (guild_id, month, channel_id, member_id, kind, count, amount)
VALUES {rows}
ON CONFLICT (guild_id, month, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
