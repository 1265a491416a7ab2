-- name: sums {grain} {dimension}
SELECT add_up({key}, kind, count, amount)
FROM {table}
WHERE guild_id = ?1 AND {period} BETWEEN ?2 AND ?3{only}
