-- name: upsert_states
-- NULL leaves what is there. An array of arrays cannot be unnested by rows, so
-- each list of channels comes as an array's literal.
INSERT INTO guild_states AS g (guild_id, settings, hidden)
SELECT guild_id, settings, hidden::bigint[]
FROM unnest($1::bigint[], $2::bytea[], $3::text[]) AS given (guild_id, settings, hidden)
ON CONFLICT (guild_id) DO UPDATE
SET settings = coalesce(excluded.settings, g.settings), hidden = coalesce(excluded.hidden, g.hidden)
