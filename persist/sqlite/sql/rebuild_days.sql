-- name: rebuild_days
INSERT INTO days (guild_id, day, channel_id, member_id, kind, count, amount)
SELECT q.guild_id, cut.day, q.channel_id, q.member_id, q.kind, sum(q.count), sum(q.amount)
FROM quarters q JOIN cut USING (quarter)
WHERE q.guild_id = ?1
GROUP BY q.guild_id, cut.day, q.channel_id, q.member_id, q.kind
