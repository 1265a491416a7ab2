-- name: rows_of_member
DECLARE rows NO SCROLL CURSOR FOR
SELECT quarter, channel_id, member_id, kind, count, amount, mask
FROM quarters
WHERE guild_id = $1 AND member_id = $2 AND quarter BETWEEN $3 AND $4
  AND (count <> 0 OR amount <> 0 OR mask <> 0)
ORDER BY quarter, channel_id < 0, channel_id, kind
