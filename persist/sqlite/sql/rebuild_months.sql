-- name: rebuild_months
INSERT INTO months (guild_id, month, channel_id, member_id, kind, count, amount)
SELECT q.guild_id, cut.month, q.channel_id, q.member_id, q.kind, sum(q.count), sum(q.amount)
FROM quarters q JOIN cut USING (quarter)
WHERE q.guild_id = ?1
GROUP BY q.guild_id, cut.month, q.channel_id, q.member_id, q.kind
