-- name: swallow_spans
-- Takes out what a span overlaps. (x < 0, x) orders ids without their sign.
DELETE FROM spans
WHERE guild_id = ?1 AND channel_id = ?2
  AND (lo < 0, lo) <= (?4 < 0, ?4)
  AND (hi < 0, hi) >= (?3 < 0, ?3)
RETURNING lo, hi
