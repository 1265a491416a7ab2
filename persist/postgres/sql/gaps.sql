-- name: gaps
SELECT shard, from_ms, to_ms, state
FROM gaps
WHERE from_ms <= $2 AND to_ms >= $1
ORDER BY from_ms DESC, shard
