-- name: insert_cut
INSERT INTO cut (quarter, day, month) VALUES {rows}
