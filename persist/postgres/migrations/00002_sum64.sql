-- +goose Up

-- The sum of bigints as a bigint, or an error. PostgreSQL's own is a numeric, which
-- takes memory for each group, and a third more time over a year's rows.
CREATE AGGREGATE sum64(bigint) (
    SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE
);
