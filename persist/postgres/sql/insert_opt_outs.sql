-- name: insert_opt_outs
INSERT INTO opt_outs (guild_id, member_id)
SELECT * FROM unnest($1::bigint[], $2::bigint[])
ON CONFLICT DO NOTHING
