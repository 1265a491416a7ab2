package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"guildpulse/events"
)

// Walk reads a whole text with the scanner into the types that encoding/json makes
// of it with UseNumber.
func Walk(text []byte) (any, error) {
	var s scanner
	s.reset(text)
	v := walk(&s)
	return v, s.end()
}

func walk(s *scanner) any {
	switch s.peek() {
	case '{':
		m := map[string]any{}
		for s.object(); s.more(); {
			key := string(s.key)
			m[key] = walk(s)
		}
		return m
	case '[':
		list := []any{}
		for s.array(); s.item(); {
			list = append(list, walk(s))
		}
		return list
	case '"':
		return string(s.text())
	case 't', 'f':
		return s.bool()
	case 'n':
		s.null()
		return nil
	}
	return json.Number(s.number())
}

// Skip passes over a whole text.
func Skip(text []byte) error {
	var s scanner
	s.reset(text)
	s.skip()
	return s.end()
}

// Int, Snowflake and Bits read a text that holds one such value.
func Int(text []byte) (int64, error)        { return value(text, (*scanner).int) }
func Snowflake(text []byte) (uint64, error) { return value(text, (*scanner).snowflake) }
func Bits(text []byte) (uint64, error)      { return value(text, (*scanner).bits) }

func value[T any](text []byte, read func(*scanner) T) (T, error) {
	var s scanner
	s.reset(text)
	v := read(&s)
	return v, s.end()
}

// Frame is a parsed envelope.
type Frame struct {
	Op   int64
	Seq  uint64
	Type string
	Data string
}

// ParseFrame reads an envelope.
func ParseFrame(text []byte) (Frame, error) {
	var s scanner
	f, err := parseFrame(&s, text)
	return Frame{f.op, f.seq, string(f.kind), string(f.data)}, err
}

// SkimFrame reads an envelope and leaves the rest to whoever reads it.
func SkimFrame(text []byte) (f Frame, rash bool, err error) {
	var s scanner
	got, err := skimFrame(&s, text)
	return Frame{got.op, got.seq, string(got.kind), string(got.data)}, got.rash, err
}

// Decoder is the decoder of one shard.
type Decoder struct {
	d     *decoder
	head  scanner
	count counters
}

// NewDecoder makes a decoder.
func NewDecoder(shard uint16, shards int, sink Sink, dir Directory, hook func(json.RawMessage)) *Decoder {
	d := &Decoder{}
	d.d = newDecoder(shard, shards, sink, dir, &d.count)
	if hook != nil {
		d.d.interactions = hook
	}
	return d
}

// Decode decodes one dispatch.
func (d *Decoder) Decode(
	ctx context.Context, kind string, seq uint64, data []byte, at time.Time, replay bool, evs []events.Event,
) ([]events.Event, error) {
	return d.d.decode(ctx, &frame{seq: seq, kind: []byte(kind), data: data}, at, replay, evs)
}

// Frame decodes a whole frame as the native reader does.
func (d *Decoder) Frame(ctx context.Context, text []byte, at time.Time, evs []events.Event) ([]events.Event, error) {
	f, err := skimFrame(&d.head, text)
	if err != nil {
		return evs, err
	}
	return d.d.decode(ctx, &f, at, false, evs)
}

// Stats tells what the decoder counted.
func (d *Decoder) Stats() ReaderStats { return d.count.stats() }

// Kinds lists the dispatches that the decoder knows.
func Kinds() []string {
	return []string{
		"MESSAGE_CREATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "MESSAGE_REACTION_ADD",
		"MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI",
		"MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE", "VOICE_STATE_UPDATE", "GUILD_CREATE",
		"GUILD_UPDATE", "GUILD_DELETE", "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE",
		"THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "THREAD_LIST_SYNC", "GUILD_ROLE_CREATE",
		"GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE",
		"GUILD_MEMBER_REMOVE", "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE",
		"INVITE_CREATE", "INTERACTION_CREATE",
	}
}

// Machine is the session machine of a shard, driven by a transcript.
type Machine struct {
	m    *session
	scan scanner
	Hold bool // frames that are delivered stay on their way until Delivered
}

// NewMachine makes the machine of shard 3 of as many as told, whose dice always
// show one half.
func NewMachine(shards int, degradable bool, address func(string) (string, error)) *Machine {
	return &Machine{m: newSession(sessionConfig{
		shard: 3, shards: shards, gateway: "wss://gateway.discord.gg", address: address,
		random: func() float64 { return 0.5 }, backoffMin: time.Second, backoffMax: time.Minute,
		degradable: degradable,
	})}
}

func lines(acts []action) (out []string) {
	for _, a := range acts {
		out = append(out, a.String())
	}
	return out
}

func (t *Machine) Idle(now time.Time, s events.Session, seq uint64, ok bool) []string {
	return lines(t.m.idle(now, position{s, seq, ok}, nil))
}
func (t *Machine) Granted()                    { t.m.granted() }
func (t *Machine) Connected(now time.Time)     { t.m.connected(now) }
func (t *Machine) Delivered(now time.Time)     { t.m.delivered(now) }
func (t *Machine) Stop() []string              { return lines(t.m.stop(nil)) }
func (t *Machine) Deadline() time.Time         { return t.m.deadline() }
func (t *Machine) State() string               { return t.m.phase.String() }
func (t *Machine) Latency() time.Duration      { return t.m.heart.latency }
func (t *Machine) Tick(now time.Time) []string { return lines(t.m.tick(now, nil)) }
func (t *Machine) Lost(now time.Time, code int) []string {
	return lines(t.m.lost(now, code, nil))
}
func (t *Machine) Durable(s events.Session, seq uint64, ok bool) uint64 {
	return t.m.durable(position{s, seq, ok})
}
func (t *Machine) Unread(seq uint64) { t.m.unread(seq) }
func (t *Machine) Counts() string {
	c := t.m.count
	return fmt.Sprintf("duplicates %d, jumps %d, zombies %d, unexpected %d",
		c.duplicates, c.jumps, c.zombies, c.unexpected)
}
func (t *Machine) Frame(now time.Time, text []byte) ([]string, error) {
	f, err := parseFrame(&t.scan, text)
	if err != nil {
		return nil, err
	}
	acts := t.m.frame(now, &f, nil)
	if !t.Hold {
		t.m.delivered(now)
	}
	return lines(acts), nil
}

// Address returns where to dial for an address that Discord told.
func Address(cfg Config, told string) (string, error) {
	a, err := newAddress(&cfg)
	if err != nil {
		return "", err
	}
	return a.gateway(told)
}

// Inflater undoes a transport compression.
type Inflater struct{ z *inflater }

// ZlibHeader reports whether a stream begins as zlib does.
func ZlibHeader(h [2]byte) bool { return zlibHeader(h) }

func NewInflater(kind string, limit int) *Inflater   { return &Inflater{newInflater(kind, limit)} }
func (i *Inflater) Message(b []byte) ([]byte, error) { return i.z.message(b) }
func (i *Inflater) Close()                           { i.z.close() }
