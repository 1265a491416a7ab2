package discord_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"guildpulse/discord"
	"guildpulse/events"
	"guildpulse/internal/guild"
)

// FuzzDecode throws anything at every kind of dispatch: no panic, an ErrMalformed
// for whatever is no JSON, whole events or none, and of the most frequent kinds
// the same as an oracle reads with encoding/json.
func FuzzDecode(f *testing.F) {
	kinds := discord.Kinds()
	for _, p := range payloads {
		for i, k := range kinds {
			if k == p.kind {
				f.Add(uint8(i), []byte(p.data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		k := kinds[int(kind)%len(kinds)]
		d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
		got, err := d.Decode(t.Context(), k, origin.Seq, data, arrival, false, nil)
		if err != nil && (!errors.Is(err, discord.ErrMalformed) || len(got) > 0) {
			t.Fatalf("%s: %d events and error %v", k, len(got), err)
		}
		if !json.Valid(data) && err == nil {
			t.Fatalf("%s: read what is no JSON", k)
		}
		for _, e := range got {
			if !e.Kind.Valid() || e.Guild == 0 || e.LastOfFrame() {
				t.Fatalf("%s: event %+v", k, e)
			}
		}
		want, wantErr, known := oracleDecode(k, data)
		if !known {
			return
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%s: error %v, by encoding/json %v", k, err, wantErr)
		}
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: events\n%+v\nby encoding/json\n%+v", k, got, want)
		}
	})
}

// FuzzFrame holds the quick reading of an envelope to the thorough one.
func FuzzFrame(f *testing.F) {
	for _, p := range payloads {
		f.Add([]byte(`{"t":"` + p.kind + `","s":42,"op":0,"d":` + p.data + `}`))
	}
	for _, text := range []string{
		`{"t":"READY","s":1,"op":0,"d":{}}`, `{"op":10,"d":{"heartbeat_interval":41250}}`, `{"op":0,"d":1}`,
		`{"t":"X","s":1,"op":0,"d":{},"z":1}`, `{"t":"X","s":1,"op":0,"d":1}}`, `{"t":"X","s":1,"d":[],"op":0}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, wantErr := discord.ParseFrame(text)
		if (wantErr == nil) && !json.Valid(text) {
			t.Fatalf("%q: parsed what is no JSON", text)
		}
		got, rash, err := discord.SkimFrame(text)
		switch {
		case !rash && ((err == nil) != (wantErr == nil) || got != want):
			t.Fatalf("%q: skimmed %+v, %v, parsed %+v, %v", text, got, err, want, wantErr)
		case rash && json.Valid([]byte(got.Data)) && !repeats(text) && (wantErr != nil || !same(got, want)):
			t.Fatalf("%q: skimmed %+v, parsed %+v, %v", text, got, want, wantErr)
		case rash && wantErr == nil && !json.Valid([]byte(got.Data)) && bytes.HasSuffix(text, []byte(want.Data+"}")):
			t.Fatalf("%q: skimmed %+v, parsed %+v", text, got, want)
		}
	})
}

// same compares envelopes but for white space around the data.
func same(a, b discord.Frame) bool {
	a.Data, b.Data = strings.Trim(a.Data, " \t\r\n"), strings.Trim(b.Data, " \t\r\n")
	return a == b
}

func TestOracleAgreesOnThePayloads(t *testing.T) {
	covered := 0
	for _, p := range payloads {
		d := discord.NewDecoder(0, 1, newRecorder(), guild.NewDirectory(guild.DirectoryConfig{}), nil)
		got, err := d.Decode(t.Context(), p.kind, origin.Seq, []byte(p.data), arrival, false, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, wantErr, known := oracleDecode(p.kind, []byte(p.data))
		if !known {
			continue
		}
		covered++
		if wantErr != nil || len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s/%s: %+v, by encoding/json %+v, %v", p.name, p.kind, got, want, wantErr)
		}
	}
	if covered < 20 {
		t.Errorf("the oracle knows %d payloads only", covered)
	}
}

// oracleDecode is the slow, obvious decoder, for an empty directory. It is not
// sure of texts that name a member twice.
func oracleDecode(kind string, data []byte) (evs []events.Event, err error, known bool) {
	o := reader{}
	if !json.Valid(data) {
		return nil, discord.ErrMalformed, true
	}
	if repeats(data) {
		return nil, nil, false
	}
	m := o.object(data)
	switch kind {
	case "MESSAGE_CREATE":
		evs = o.message(m)
	case "MESSAGE_DELETE":
		if id, guild, channel := o.id(m, "id"), o.id(m, "guild_id"), o.id(m, "channel_id"); o.need(id, channel) && guild != 0 {
			evs = []events.Event{events.MessageDelete(origin, guild, channel, id, at)}
		}
	case "VOICE_STATE_UPDATE":
		evs = o.voice(m)
	case "MESSAGE_REACTION_ADD":
		evs = o.reaction(m)
	default:
		return nil, nil, false
	}
	if o.err != nil {
		return nil, o.err, true
	}
	return evs, nil, true
}

func (o *reader) message(m members) []events.Event {
	id, guild, channel := o.id(m, "id"), o.id(m, "guild_id"), o.id(m, "channel_id")
	author, webhook, kind := o.person(m, "author"), o.id(m, "webhook_id"), o.int(m, "type")
	o.member(m, "member")
	var f events.Flags
	if kind == 19 {
		f |= events.FlagReply
	}
	if o.list(m, "sticker_items") > 0 {
		f |= events.FlagSticker
	}
	if o.list(m, "attachments") > 0 {
		f |= events.FlagAttachment
	}
	if !o.need(id, channel) || guild == 0 {
		return nil
	}
	if webhook != 0 || author.bot || author.system || kind != 0 && kind != 19 {
		return []events.Event{events.Seen(origin, guild, channel, id)}
	}
	o.need(author.id)
	return []events.Event{events.Message(origin, guild, channel, id, author.id, f)}
}

func (o *reader) voice(m members) []events.Event {
	user, guild, channel := o.id(m, "user_id"), o.id(m, "guild_id"), o.id(m, "channel_id")
	who := o.member(m, "member")
	var f events.Flags
	for _, name := range []string{"mute", "self_mute", "suppress"} {
		if o.bool(m, name) {
			f |= events.FlagMuted
		}
	}
	for _, name := range []string{"deaf", "self_deaf"} {
		if o.bool(m, name) {
			f |= events.FlagDeafened
		}
	}
	if !o.need(user) || guild == 0 || who.bot || user == who.id && who.bot {
		return nil
	}
	if channel == 0 {
		f = events.FlagLeft
	}
	return []events.Event{events.VoiceState(origin, guild, channel, user, at, f)}
}

func (o *reader) reaction(m members) []events.Event {
	user, guild, channel := o.id(m, "user_id"), o.id(m, "guild_id"), o.id(m, "channel_id")
	message, author := o.id(m, "message_id"), o.id(m, "message_author_id")
	who := o.member(m, "member")
	emoji := o.object(m["emoji"])
	id, name := o.id(emoji, "id"), o.text(emoji["name"])
	if !o.need(user, channel, message) {
		return nil
	}
	if id == 0 && name == "" || len(name) > 128 {
		o.need(0)
		return nil
	}
	if guild == 0 || who.bot {
		return nil
	}
	return []events.Event{events.Reaction(origin, guild, channel, message, user, author, 1, at)}
}

// reader reads members of objects and remembers that something was not as it
// should be.
type reader struct{ err error }

type members map[string]json.RawMessage

type human struct {
	id          uint64
	bot, system bool
}

func (o *reader) fail(err error) {
	if err != nil && o.err == nil {
		o.err = errors.Join(discord.ErrMalformed, err)
	}
}

func (o *reader) need(ids ...uint64) bool {
	for _, id := range ids {
		if id == 0 {
			o.fail(errors.New("missing"))
		}
	}
	return o.err == nil
}

func (o *reader) object(data []byte) (m members) {
	if data != nil {
		o.fail(json.Unmarshal(data, &m))
	}
	return m
}

func (o *reader) id(m members, name string) uint64 {
	data, ok := m[name]
	if !ok {
		return 0
	}
	id, err := oracleSnowflake(data)
	o.fail(err)
	return id
}

func (o *reader) int(m members, name string) (n int64) {
	if data, ok := m[name]; ok {
		o.fail(json.Unmarshal(data, &n))
	}
	return n
}

func (o *reader) bool(m members, name string) (b bool) {
	if data, ok := m[name]; ok {
		o.fail(json.Unmarshal(data, &b))
	}
	return b
}

func (o *reader) list(m members, name string) int {
	var all []json.RawMessage
	if data, ok := m[name]; ok {
		o.fail(json.Unmarshal(data, &all))
	}
	return len(all)
}

// text reads a name; what is none is empty.
func (o *reader) text(data json.RawMessage) (s string) {
	if json.Unmarshal(data, &s) != nil {
		return ""
	}
	return s
}

func (o *reader) person(m members, name string) human {
	p := o.object(m[name])
	return human{o.id(p, "id"), o.bool(p, "bot"), o.bool(p, "system")}
}

func (o *reader) member(m members, name string) human {
	g := o.object(m[name])
	var roles []json.RawMessage
	if data, ok := g["roles"]; ok {
		o.fail(json.Unmarshal(data, &roles))
	}
	for _, r := range roles {
		_, err := oracleSnowflake(r)
		o.fail(err)
	}
	return o.person(g, "user")
}

// repeats reports whether some object names a member twice.
func repeats(data []byte) bool {
	type level struct {
		names map[string]bool // nil in an array
		value bool            // a member's name was read
	}
	var levels []level
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		top := len(levels) - 1
		if name, ok := token.(string); ok && top >= 0 && levels[top].names != nil && !levels[top].value {
			if levels[top].names[name] {
				return true
			}
			levels[top].names[name], levels[top].value = true, true
			continue
		}
		switch token {
		case json.Delim('{'):
			levels = append(levels, level{names: map[string]bool{}})
			continue
		case json.Delim('['):
			levels = append(levels, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			levels, top = levels[:top], top-1
		}
		if top >= 0 {
			levels[top].value = false
		}
	}
}

func TestRepeats(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: false, `{"a":1,"b":{"a":2}}`: false, `{"a":1,"a":2}`: true, `[{"a":["a","a"]},{"a":1}]`: false,
		`{"x":{"a":[],"b":{},"a":0}}`: true, `{"a":"a","b":"a"}`: false,
	} {
		if got := repeats([]byte(text)); got != want {
			t.Errorf("%s: %s", text, strconv.FormatBool(got))
		}
	}
}
