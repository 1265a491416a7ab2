-- name: insert_spans
INSERT INTO spans (guild_id, channel_id, lo, hi, source)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[])
