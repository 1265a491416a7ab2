package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"guildpulse/events"
)

// decoder turns the dispatches of one shard into events. It reads straight from
// the bytes of a frame only what is counted or named, whatever else Discord puts
// there, and never sees a message's words: they are skipped where they stand.
//
// It is for one goroutine. Its only state is what saves memory (names, the slices
// that it fills anew for every frame) and the newest snowflake, which is Discord's
// own clock.
type decoder struct {
	shard        uint16
	shards       uint64
	sink         Sink
	dir          Directory
	interactions func(json.RawMessage)
	count        *counters
	hidden       visibility

	scan   scanner
	names  interner
	roles  []uint64
	ids    []uint64
	origin events.Origin
	at     int64 // arrival of the frame at hand, Unix milliseconds
	newest int64 // time of the newest snowflake, Unix milliseconds
	replay bool  // the frame at hand came before
}

func newDecoder(shard uint16, shards int, sink Sink, dir Directory, count *counters) *decoder {
	return &decoder{
		shard: shard, shards: uint64(max(shards, 1)), sink: sink, dir: dir, count: count,
		interactions: func(json.RawMessage) {},
		hidden:       make(visibility),
		names:        newInterner(),
	}
}

// decode appends the events of one dispatch to evs, in order and without marking
// the last of them. An ErrMalformed leaves evs as it was; other errors are the
// sink's.
func (d *decoder) decode(
	ctx context.Context, f *frame, at time.Time, replay bool, evs []events.Event,
) ([]events.Event, error) {
	d.origin = events.Origin{Shard: d.shard, Seq: f.seq}
	d.at, d.replay = at.UnixMilli(), replay
	d.scan.reset(f.data)
	out, err := d.dispatch(ctx, f, evs)
	if err != nil {
		return evs, fmt.Errorf("decode %.40q: %w", f.kind, err)
	}
	return out, nil
}

func (d *decoder) dispatch(ctx context.Context, f *frame, evs []events.Event) ([]events.Event, error) {
	switch string(f.kind) {
	case "MESSAGE_CREATE":
		return d.messageCreate(evs)
	case "MESSAGE_DELETE":
		return d.messageDelete(evs)
	case "MESSAGE_DELETE_BULK":
		return d.messageDeleteBulk(evs)
	case "MESSAGE_REACTION_ADD":
		return d.reaction(ctx, evs, true)
	case "MESSAGE_REACTION_REMOVE":
		return d.reaction(ctx, evs, false)
	case "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI":
		return d.reactionsCleared(evs)
	case "MESSAGE_POLL_VOTE_ADD":
		return d.pollVote(evs, true)
	case "MESSAGE_POLL_VOTE_REMOVE":
		return d.pollVote(evs, false)
	case "VOICE_STATE_UPDATE":
		return d.voiceStateUpdate(evs)
	case "GUILD_CREATE":
		return d.guildCreate(ctx, evs)
	case "GUILD_UPDATE":
		return d.guildUpdate(ctx, evs)
	case "GUILD_DELETE":
		return d.guildDelete(evs)
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_UPDATE":
		return d.channelPut(ctx, evs)
	case "CHANNEL_DELETE", "THREAD_DELETE":
		return d.channelDelete(ctx, evs)
	case "THREAD_CREATE":
		return d.threadCreate(ctx, evs)
	case "THREAD_LIST_SYNC":
		return d.threadListSync(ctx, evs)
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
		return d.rolePut(ctx, evs)
	case "GUILD_ROLE_DELETE":
		return d.roleDelete(ctx, evs)
	case "GUILD_MEMBER_ADD":
		return d.memberAdd(evs)
	case "GUILD_MEMBER_UPDATE":
		return d.memberUpdate(evs)
	case "GUILD_MEMBER_REMOVE":
		return d.memberRemove(evs)
	case "GUILD_SCHEDULED_EVENT_USER_ADD":
		return d.interest(evs, true)
	case "GUILD_SCHEDULED_EVENT_USER_REMOVE":
		return d.interest(evs, false)
	case "INVITE_CREATE":
		return d.inviteCreate(evs)
	case "INTERACTION_CREATE":
		return d.interactionCreate(f, evs)
	}
	return evs, nil
}

// finish ends the reading of a payload and checks that what it must hold is there.
func (d *decoder) finish(required ...uint64) error {
	if err := d.scan.end(); err != nil {
		return err
	}
	if slices.Contains(required, 0) {
		return ErrMalformed
	}
	return nil
}

// drop counts what is filtered.
func (d *decoder) drop(r Reason, evs []events.Event) ([]events.Event, error) {
	d.count.filtered[r].Add(1)
	return evs, nil
}

// bot reports whether somebody is known to be a bot, for payloads that do not say.
func (d *decoder) bot(guild, user uint64) bool {
	m, ok := d.dir.Member(guild, user)
	return ok && m.Bot
}

// text reads a name. What is no text is no reason to lose a count: it reads as
// empty.
func (d *decoder) text() string {
	if d.scan.peek() != '"' {
		d.scan.skip()
		return ""
	}
	return d.names.string(d.scan.text())
}

// stamp reads a time, in Unix milliseconds; 0 for what is none.
func (d *decoder) stamp() int64 {
	if d.scan.peek() != '"' {
		d.scan.skip()
		return 0
	}
	var t time.Time
	if t.UnmarshalText(d.scan.text()) != nil {
		return 0
	}
	return t.UnixMilli()
}

// filled passes an array and reports whether anything is in it.
func (d *decoder) filled() (some bool) {
	for d.scan.array(); d.scan.item(); {
		some = true
		d.scan.skip()
	}
	return some
}
