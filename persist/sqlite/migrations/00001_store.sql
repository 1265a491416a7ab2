-- The store's first schema. Ids are Discord's 64-bit numbers, stored as the signed
-- integer of the same bits: 2^63 and above read as negative. The tables are STRICT,
-- so that a sum that left 64 bits, which SQLite turns into a float, is refused.

-- +goose Up

-- How far the store has come. next is the journal record to apply next, epoch
-- grows with every process that takes the store, journal is the id of the journal
-- that next counts in.
CREATE TABLE cursor (
    sole    INTEGER PRIMARY KEY CHECK (sole = 1), -- one row
    next    INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    journal BLOB    NOT NULL CHECK (length(journal) = 16)
) STRICT;

INSERT INTO cursor (sole, next, epoch, journal) VALUES (1, 0, 0, zeroblob(16));

-- What a member did in a channel in a quarter of an hour.
CREATE TABLE quarters (
    guild_id   INTEGER NOT NULL,
    quarter    INTEGER NOT NULL, -- since 1970, UTC
    channel_id INTEGER NOT NULL,
    member_id  INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    mask       INTEGER NOT NULL, -- bit i: active in minute i
    PRIMARY KEY (guild_id, quarter, channel_id, member_id, kind)
) WITHOUT ROWID, STRICT;
CREATE INDEX quarters_by_member ON quarters (guild_id, member_id, quarter);

-- The same, summed over server-local days.
CREATE TABLE days (
    guild_id   INTEGER NOT NULL,
    day        INTEGER NOT NULL, -- since 1970-01-01
    channel_id INTEGER NOT NULL,
    member_id  INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, day, channel_id, member_id, kind)
) WITHOUT ROWID, STRICT;

-- The same, summed over server-local months.
CREATE TABLE months (
    guild_id   INTEGER NOT NULL,
    month      INTEGER NOT NULL, -- since January 1970
    channel_id INTEGER NOT NULL,
    member_id  INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    count      INTEGER NOT NULL,
    amount     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, month, channel_id, member_id, kind)
) WITHOUT ROWID, STRICT;

-- Which messages are counted: those of a channel with lo <= id <= hi.
CREATE TABLE spans (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    lo         INTEGER NOT NULL,
    hi         INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id, lo)
) WITHOUT ROWID, STRICT;

-- When a shard heard nothing, in Unix milliseconds.
CREATE TABLE gaps (
    shard   INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL,
    state   INTEGER NOT NULL,
    PRIMARY KEY (shard, from_ms)
) WITHOUT ROWID, STRICT;
CREATE INDEX gaps_by_time ON gaps (from_ms);

-- Stays in voice, in Unix milliseconds; closed_ms is 0 while one lasts.
CREATE TABLE voice_sessions (
    guild_id   INTEGER NOT NULL,
    member_id  INTEGER NOT NULL,
    opened_ms  INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    proof_ms   INTEGER NOT NULL,
    closed_ms  INTEGER NOT NULL,
    flags      INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id, opened_ms)
) WITHOUT ROWID, STRICT;
CREATE INDEX voice_sessions_open ON voice_sessions (guild_id, member_id, opened_ms) WHERE closed_ms = 0;

-- The numbers that stand for emoji in events.
CREATE TABLE emoji (
    guild_id INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    emoji_id INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    PRIMARY KEY (guild_id, number)
) WITHOUT ROWID, STRICT;

-- Servers' own choices; NULL is what was never chosen. hidden is a JSON array of
-- channels' ids.
CREATE TABLE guild_states (
    guild_id INTEGER NOT NULL PRIMARY KEY,
    settings BLOB,
    hidden   TEXT
) WITHOUT ROWID, STRICT;

-- Who is not counted.
CREATE TABLE opt_outs (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (guild_id, member_id)
) WITHOUT ROWID, STRICT;

-- Names and structure; nothing that counts depends on them.
CREATE TABLE guilds (
    guild_id INTEGER NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    icon     TEXT    NOT NULL,
    owner_id INTEGER NOT NULL,
    left_ms  INTEGER NOT NULL -- 0 while the bot is there
) WITHOUT ROWID, STRICT;

CREATE TABLE channels (
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    parent_id  INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    type       INTEGER NOT NULL,
    position   INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, channel_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE members (
    guild_id  INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    avatar    TEXT    NOT NULL,
    bot       INTEGER NOT NULL,
    gone      INTEGER NOT NULL,
    joined_ms INTEGER NOT NULL, -- 0 when unknown
    PRIMARY KEY (guild_id, member_id)
) WITHOUT ROWID, STRICT;
