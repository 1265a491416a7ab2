-- name: writer_stage
CREATE TEMPORARY TABLE stage (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    count      bigint   NOT NULL,
    amount     bigint   NOT NULL,
    period     integer  NOT NULL,
    kind       smallint NOT NULL,
    mask       smallint NOT NULL,
    grain      smallint NOT NULL
) ON COMMIT DELETE ROWS
