-- name: delete_opt_out
DELETE FROM opt_outs WHERE guild_id = ?1 AND member_id = ?2
