-- name: fence
UPDATE cursor SET next = ?3 WHERE epoch = ?1 AND next = ?2
