-- name: swallow_spans
-- Takes out what the given spans overlap. (x < 0, x) orders ids without their sign.
DELETE FROM spans s
USING unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS given (guild_id, channel_id, lo, hi)
WHERE s.guild_id = given.guild_id AND s.channel_id = given.channel_id
  AND (s.lo < 0, s.lo) <= (given.hi < 0, given.hi)
  AND (s.hi < 0, s.hi) >= (given.lo < 0, given.lo)
RETURNING s.guild_id, s.channel_id, s.lo, s.hi, s.source
