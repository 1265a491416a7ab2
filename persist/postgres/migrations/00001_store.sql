-- The store's first schema. Ids are Discord's 64-bit numbers, stored as the bigint
-- of the same bits: 2^63 and above read as negative.

-- +goose Up

-- How far the store has come. next is the journal record to apply next, epoch
-- grows with every process that takes the store, journal is the id of the journal
-- that next counts in.
CREATE TABLE cursor (
    sole    boolean PRIMARY KEY DEFAULT true CHECK (sole), -- one row
    next    bigint NOT NULL,
    epoch   bigint NOT NULL,
    journal bytea  NOT NULL CHECK (octet_length(journal) = 16)
) WITH (fillfactor = 50);

INSERT INTO cursor (next, epoch, journal) VALUES (0, 0, decode(repeat('00', 16), 'hex'));

-- What a member did in a channel in a quarter of an hour. Partitions by month
-- are made as they are needed, see add_quarters.
CREATE TABLE quarters (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    count      bigint   NOT NULL,
    amount     bigint   NOT NULL,
    quarter    integer  NOT NULL, -- since 1970, UTC
    kind       smallint NOT NULL,
    mask       smallint NOT NULL, -- bit i: active in minute i
    PRIMARY KEY (guild_id, quarter, channel_id, member_id, kind)
) PARTITION BY RANGE (quarter);
CREATE INDEX quarters_by_member ON quarters (guild_id, member_id, quarter);

-- Adds the partitions names[i] for lows[i] <= quarter < highs[i], NULL being
-- without bound, where they are missing. A table that is attached when it is
-- complete, unlike one made as a partition, does not wait for readers.
-- +goose StatementBegin
CREATE FUNCTION add_quarters(names text[], lows integer[], highs integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(names) LOOP
        CONTINUE WHEN to_regclass(quote_ident(names[i])) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE quarters INCLUDING ALL) WITH (fillfactor = 70)', names[i]);
        EXECUTE format('ALTER TABLE quarters ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
            names[i], coalesce(lows[i]::text, 'MINVALUE'), coalesce(highs[i]::text, 'MAXVALUE'));
    END LOOP;
END
$$;
-- +goose StatementEnd

-- The same, summed over server-local days.
CREATE TABLE days (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    count      bigint   NOT NULL,
    amount     bigint   NOT NULL,
    day        integer  NOT NULL, -- since 1970-01-01
    kind       smallint NOT NULL,
    PRIMARY KEY (guild_id, day, channel_id, member_id, kind)
) WITH (fillfactor = 70);

-- The same, summed over server-local months.
CREATE TABLE months (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    count      bigint   NOT NULL,
    amount     bigint   NOT NULL,
    month      integer  NOT NULL, -- since January 1970
    kind       smallint NOT NULL,
    PRIMARY KEY (guild_id, month, channel_id, member_id, kind)
) WITH (fillfactor = 70);

-- Which messages are counted: those of a channel with lo <= id <= hi.
CREATE TABLE spans (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    lo         bigint   NOT NULL,
    hi         bigint   NOT NULL,
    source     smallint NOT NULL,
    PRIMARY KEY (guild_id, channel_id, lo)
);

-- When a shard heard nothing, in Unix milliseconds.
CREATE TABLE gaps (
    shard   integer  NOT NULL,
    from_ms bigint   NOT NULL,
    to_ms   bigint   NOT NULL,
    state   smallint NOT NULL,
    PRIMARY KEY (shard, from_ms)
);
CREATE INDEX gaps_by_time ON gaps (from_ms);

-- Stays in voice, in Unix milliseconds; closed_ms is 0 while one lasts.
CREATE TABLE voice_sessions (
    guild_id   bigint   NOT NULL,
    member_id  bigint   NOT NULL,
    opened_ms  bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    proof_ms   bigint   NOT NULL,
    closed_ms  bigint   NOT NULL,
    flags      smallint NOT NULL,
    PRIMARY KEY (guild_id, member_id, opened_ms)
);
CREATE INDEX voice_sessions_open ON voice_sessions (guild_id, member_id, opened_ms) WHERE closed_ms = 0;

-- The numbers that stand for emoji in events.
CREATE TABLE emoji (
    guild_id bigint NOT NULL,
    number   bigint NOT NULL,
    emoji_id bigint NOT NULL,
    name     text   NOT NULL,
    PRIMARY KEY (guild_id, number)
);

-- Servers' own choices; NULL is what was never chosen.
CREATE TABLE guild_states (
    guild_id bigint PRIMARY KEY,
    settings bytea,
    hidden   bigint[]
);

-- Who is not counted.
CREATE TABLE opt_outs (
    guild_id  bigint NOT NULL,
    member_id bigint NOT NULL,
    PRIMARY KEY (guild_id, member_id)
);

-- Names and structure; nothing that counts depends on them.
CREATE TABLE guilds (
    guild_id bigint PRIMARY KEY,
    name     text   NOT NULL,
    icon     text   NOT NULL,
    owner_id bigint NOT NULL,
    left_ms  bigint NOT NULL -- 0 while the bot is there
);

CREATE TABLE channels (
    guild_id   bigint   NOT NULL,
    channel_id bigint   NOT NULL,
    parent_id  bigint   NOT NULL,
    name       text     NOT NULL,
    type       smallint NOT NULL,
    position   integer  NOT NULL,
    deleted    boolean  NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
);

CREATE TABLE members (
    guild_id  bigint  NOT NULL,
    member_id bigint  NOT NULL,
    name      text    NOT NULL,
    avatar    text    NOT NULL,
    bot       boolean NOT NULL,
    gone      boolean NOT NULL,
    joined_ms bigint  NOT NULL, -- 0 when unknown
    PRIMARY KEY (guild_id, member_id)
);
