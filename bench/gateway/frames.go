package gateway

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"guildpulse/events"
)

// firstSeq is the sequence of READY. It is long, so that all sequences take the
// same room and a frame's can be written over it.
const firstSeq = 1_000_000_000

const (
	hello = `{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":600000}}`
	ready = `{"t":"READY","s":%d,"op":0,"d":{"v":10,"user":{"id":"1","username":"bot","discriminator":"0","bot":true},` +
		`"session_id":"loopback","session_type":"normal","guilds":[],"private_channels":[],"application":{"id":"1","flags":0}}}`
)

// The parts of a frame around its sequence and what tells one message from another:
// what Discord sends to a bot without the message content intent.
const (
	messageHead = `{"t":"MESSAGE_CREATE","s":`
	messageTail = `,"op":0,"d":{"type":0,"tts":false,"timestamp":"%s","pinned":false,` +
		`"nonce":"%d","mentions":[],"mention_roles":[],"mention_everyone":false,` +
		`"member":{"roles":["197038439483310087","197038439483310088"],"premium_since":null,"pending":false,` +
		`"nick":"The \"%s\"","mute":false,"joined_at":"2021-03-04T05:06:07.890000+00:00","flags":0,"deaf":false,` +
		`"communication_disabled_until":null,"banner":null,"avatar":null},"id":"%d","flags":0,"embeds":[],` +
		`"edited_timestamp":null,"content":"","components":[],"channel_type":0,"channel_id":"%d",` +
		`"author":{"username":"%s","public_flags":0,"primary_guild":null,"id":"%d","global_name":"%s of the Harbour",` +
		`"display_name_styles":null,"discriminator":"0","collectibles":null,"clan":null,"avatar_decoration_data":null,` +
		`"avatar":"%016x%016x"},"attachments":[],"guild_id":"%d"}}`
)

// people is how many there are in the talk, and channels where.
const (
	people   = 256
	channels = 8
)

// begin is when the talk begins, a message a second from then on.
var begin = time.Date(2026, 11, 2, 10, 0, 0, 456_000_000, time.UTC)

// server is where the talk takes place.
const server = 197038439483310086

// Post is a message as far as it is counted.
type Post struct{ Guild, Channel, Author, ID uint64 }

// Frame returns the payload that tells of the post: about a kilobyte.
func (p Post) Frame(seq uint64) string {
	name := fmt.Sprintf("member%03d", p.Author%1000)
	return messageHead + strconv.FormatUint(seq, 10) + fmt.Sprintf(messageTail,
		events.Time(events.SnowflakeTime(p.ID)).Format("2006-01-02T15:04:05.000000-07:00"), p.ID, name, p.ID,
		p.Channel, name, p.Author, name, scatter(int(p.Author)), scatter(int(p.Author)+people), p.Guild) // small
}

// message returns the i-th message of the talk with a sequence.
func message(seq uint64, i int) string {
	at := begin.Add(time.Duration(i) * time.Second)
	return Post{
		Guild: server, Channel: 281223784518418433 + scatter(i+1)%channels,
		Author: 80351110224678912 + scatter(int(scatter(i)%people))>>12,          // small
		ID:     events.MakeSnowflake(at.UnixMilli(), uint32(scatter(i)%(1<<22))), // small
	}.Frame(seq)
}

// scatter makes a number of no visible order out of i.
func scatter(i int) uint64 {
	x := (uint64(i) + 1) * 0x9e3779b97f4a7c15 // not negative
	return (x ^ x>>29) * 0xbf58476d1ce4e5b9 >> 7
}

// The first byte of a websocket frame that is a whole message.
const (
	textFrame   = 0x81
	binaryFrame = 0x82
)

// appendFrame appends an unmasked websocket frame of less than 64 KiB.
func appendFrame(b []byte, first byte, payload []byte) []byte {
	if b = append(b, first); len(payload) < 126 {
		b = append(b, byte(len(payload)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(len(payload)))
	}
	return append(b, payload...)
}
