package archive

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"guildpulse/events"
)

// jsonReader reads a file of DiscordChatExporter: one channel, its messages in an
// array. Only what is counted is decoded.
type jsonReader struct {
	in     *input
	limits Limits
	latest int64 // Unix milliseconds
	out    sink
	names  func(Names)

	guild   uint64
	channel dceChannel
	budget  *budget
	place   uint64
	last    int64 // time of the last message that was read
}

// Names is what a file tells of how things are called.
type Names struct {
	Guild, Channel, Member  uint64
	GuildName, GuildIcon    string
	ChannelName, MemberName string
	Bot                     bool
}

type dceGuild struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type dceChannel struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`

	id uint64
}

type dceMessage struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Author    struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Nickname string `json:"nickname"`
		IsBot    bool   `json:"isBot"`
	} `json:"author"`
	Reference *struct{} `json:"reference"`
}

// budget bounds what may be read between two messages, for the decoder holds one
// message in memory.
type budget struct {
	r    io.Reader
	left int64
	size int64
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("%w: a message of more than %d bytes", ErrLimit, b.size)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func (j *jsonReader) run() error {
	j.budget = &budget{r: j.in, left: j.limits.Message, size: j.limits.Message}
	dec := json.NewDecoder(j.budget)
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return j.broken(err)
		}
		if err := j.value(dec, key); err != nil {
			return err
		}
	}
	return nil
}

// value reads the value of one key of the file's object.
func (j *jsonReader) value(dec *json.Decoder, key json.Token) error {
	switch key {
	case "guild":
		var g dceGuild
		if err := dec.Decode(&g); err != nil {
			return fmt.Errorf("%w: guild: %w", ErrFormat, err)
		}
		j.guild, _ = strconv.ParseUint(g.ID, 10, 64)
		j.names(Names{Guild: j.guild, GuildName: g.Name})
	case "channel":
		if err := dec.Decode(&j.channel); err != nil {
			return fmt.Errorf("%w: channel: %w", ErrFormat, err)
		}
		id, err := strconv.ParseUint(j.channel.ID, 10, 64)
		if err != nil {
			return fmt.Errorf("%w: channel id %q", ErrFormat, short(j.channel.ID))
		}
		j.channel.id = id
		j.names(Names{Guild: j.guild, Channel: id, ChannelName: j.channel.Name})
	case "messages":
		return j.messages(dec)
	default:
		var skipped json.RawMessage
		if err := dec.Decode(&skipped); err != nil {
			return j.broken(err)
		}
	}
	return nil
}

func (j *jsonReader) messages(dec *json.Decoder) error {
	if j.channel.ID == "" {
		return fmt.Errorf("%w: the channel must come before its messages", ErrFormat)
	}
	if _, err := dec.Token(); err != nil {
		return j.broken(err)
	}
	for dec.More() {
		j.budget.left = j.limits.Message
		j.place++
		var m dceMessage
		err := dec.Decode(&m)
		var wrongType *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrongType):
			j.lost(&m, wrongType.Field+" is of the wrong type")
		case err != nil:
			return j.broken(err)
		default:
			if err := j.take(&m); err != nil {
				return err
			}
		}
	}
	_, err := dec.Token()
	return j.broken(err)
}

// broken ends reading where the file is not JSON any more. What came before it
// counts; all behind it may be missing.
func (j *jsonReader) broken(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrLimit) {
		return err
	}
	j.out.bad(Bad{j.place, "the file is broken here, the rest cannot be read: " + err.Error()})
	j.out.hole(hole{from: j.last, to: maxMs, line: j.place})
	return nil
}

// lost notes a message that cannot be counted, as a hole where it may belong.
func (j *jsonReader) lost(m *dceMessage, reason string) {
	j.out.bad(Bad{j.place, reason})
	if id, err := strconv.ParseUint(m.ID, 10, 64); err == nil {
		_ = j.out.record(record{channel: j.channel.id, id: id, place: j.place, state: stateBad})
		return
	}
	j.out.hole(hole{from: j.last, to: maxMs, line: j.place})
}

func (j *jsonReader) take(m *dceMessage) error {
	id, err := strconv.ParseUint(m.ID, 10, 64)
	if err != nil {
		j.lost(m, fmt.Sprintf("id %q is not a number", short(m.ID)))
		return nil //nolint:nilerr // told as a bad message
	}
	if at, err := time.Parse(time.RFC3339, m.Timestamp); m.Timestamp != "" && (err != nil || differs(at, id)) {
		j.lost(m, fmt.Sprintf("timestamp %q is not that of its id", short(m.Timestamp)))
		return nil //nolint:nilerr // told as a bad message
	}
	if events.SnowflakeTime(id) > j.latest {
		j.lost(m, "its id is of the future")
		return nil
	}
	user, err := strconv.ParseUint(m.Author.ID, 10, 64)
	if err != nil {
		j.lost(m, fmt.Sprintf("author id %q is not a number", short(m.Author.ID)))
		return nil //nolint:nilerr // told as a bad message
	}
	j.last = events.SnowflakeTime(id)
	r := record{channel: j.channel.id, id: id, user: user, place: j.place}
	r.flags, r.state = j.judge(m)
	if r.state == stateGood {
		j.names(Names{Guild: j.guild, Member: user, MemberName: nameOf(m)})
	}
	return j.out.record(r)
}

// differs allows a second between a message's time and its snowflake's.
func differs(at time.Time, id uint64) bool {
	d := at.UnixMilli() - events.SnowflakeTime(id)
	return d < -1000 || d > 1000
}

func nameOf(m *dceMessage) string {
	if m.Author.Nickname != "" {
		return m.Author.Nickname
	}
	return m.Author.Name
}

// judge tells whether a message counts, as the gateway's decoder would: those of
// people, of the plain types.
func (j *jsonReader) judge(m *dceMessage) (flags uint8, s state) {
	switch m.Type {
	case "", "Default", "0":
	case "Reply", "19":
		flags |= uint8(events.FlagReply)
	default:
		return 0, stateSkipped
	}
	if m.Author.IsBot {
		return 0, stateSkipped
	}
	switch j.channel.Type {
	case "GuildPublicThread", "GuildPrivateThread", "GuildNewsThread":
		flags |= uint8(events.FlagInThread)
	}
	return flags, stateGood
}
