-- name: rebuild_months
INSERT INTO months AS p (guild_id, month, channel_id, member_id, kind, count, amount)
SELECT q.guild_id, cut.month, q.channel_id, q.member_id, q.kind, sum(q.count), sum(q.amount)
FROM quarters q JOIN unnest($4::integer[], $5::integer[]) AS cut (quarter, month) USING (quarter)
WHERE q.guild_id = $1 AND q.quarter BETWEEN $2 AND $3
GROUP BY q.guild_id, cut.month, q.channel_id, q.member_id, q.kind
ORDER BY q.guild_id, cut.month, q.channel_id, q.member_id, q.kind
ON CONFLICT (guild_id, month, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
