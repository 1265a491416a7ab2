-- name: delete_opt_outs
DELETE FROM opt_outs o
USING unnest($1::bigint[], $2::bigint[]) AS given (guild_id, member_id)
WHERE o.guild_id = given.guild_id AND o.member_id = given.member_id
