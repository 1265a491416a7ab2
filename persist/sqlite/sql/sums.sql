-- name: sums {grain} {dimension}
-- A sum of nothing is left out: whether a row that came to nothing is still
-- stored does not show.
SELECT key, kind, count, amount
FROM (
    SELECT {key} AS key, kind, sum(count) AS count, sum(amount) AS amount
    FROM {table}
    WHERE guild_id = ?1 AND {period} BETWEEN ?2 AND ?3
      AND (?4 = '[]' OR kind IN (SELECT value FROM json_each(?4)))
      AND channel_id NOT IN (SELECT value FROM json_each(?5))
      AND (?6 IS NULL OR member_id = ?6)
      AND (?7 IS NULL OR channel_id = ?7)
    GROUP BY 1, 2
) AS sums
WHERE count <> 0 OR amount <> 0
ORDER BY {order}, kind
