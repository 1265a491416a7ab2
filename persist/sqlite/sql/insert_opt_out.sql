-- name: insert_opt_out
INSERT INTO opt_outs (guild_id, member_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING
