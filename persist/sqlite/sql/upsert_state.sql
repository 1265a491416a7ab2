-- name: upsert_state
-- NULL leaves what is there.
INSERT INTO guild_states AS g (guild_id, settings, hidden) VALUES (?1, ?2, ?3)
ON CONFLICT (guild_id) DO UPDATE
SET settings = coalesce(excluded.settings, g.settings), hidden = coalesce(excluded.hidden, g.hidden)
