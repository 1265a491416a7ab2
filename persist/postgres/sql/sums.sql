-- name: sums {grain} {dimension}
-- A sum of nothing is left out: whether a row that came to nothing is still
-- stored does not show.
SELECT key, kind, count::bigint, amount::bigint
FROM (
    SELECT {key} AS key, kind, sum(count) AS count, sum(amount) AS amount
    FROM {table}
    WHERE guild_id = $1 AND {period} BETWEEN $2 AND $3
      AND (cardinality($4::smallint[]) = 0 OR kind = ANY ($4))
      AND NOT channel_id = ANY ($5::bigint[])
      AND ($6::bigint IS NULL OR member_id = $6)
      AND ($7::bigint IS NULL OR channel_id = $7)
    GROUP BY 1, 2
) AS sums
WHERE count <> 0 OR amount <> 0
ORDER BY {order}, kind
