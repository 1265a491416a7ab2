-- name: writer_durability
-- A commit that is answered must be on disk, for the journal forgets what it holds.
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
