-- name: fetch_rows
FETCH FORWARD 4096 FROM rows
