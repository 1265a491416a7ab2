-- name: rebuild_days
INSERT INTO days AS p (guild_id, day, channel_id, member_id, kind, count, amount)
SELECT q.guild_id, cut.day, q.channel_id, q.member_id, q.kind, sum(q.count), sum(q.amount)
FROM quarters q JOIN unnest($4::integer[], $5::integer[]) AS cut (quarter, day) USING (quarter)
WHERE q.guild_id = $1 AND q.quarter BETWEEN $2 AND $3
GROUP BY q.guild_id, cut.day, q.channel_id, q.member_id, q.kind
ORDER BY q.guild_id, cut.day, q.channel_id, q.member_id, q.kind
ON CONFLICT (guild_id, day, channel_id, member_id, kind) DO UPDATE
SET count = p.count + excluded.count, amount = p.amount + excluded.amount
