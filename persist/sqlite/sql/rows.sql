-- name: rows
SELECT quarter, channel_id, member_id, kind, count, amount, mask
FROM quarters
WHERE guild_id = ?1 AND quarter BETWEEN ?2 AND ?3
  AND (count <> 0 OR amount <> 0 OR mask <> 0)
ORDER BY member_id < 0, member_id, quarter, channel_id < 0, channel_id, kind
