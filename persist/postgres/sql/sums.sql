-- name: sums {grain} {dimension}
SELECT {key}, kind, sum64(count), sum64(amount)
FROM {table}
WHERE guild_id = $1 AND {period} BETWEEN $2 AND $3{only}
GROUP BY 1, 2
