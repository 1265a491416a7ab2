package fakediscord

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// appendMentions appends who is mentioned.
func (v messageView) appendMentions(b []byte, d *detail) []byte {
	b = append(b, `,"mentions":[`...)
	for i, id := range d.mentions {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendUser(b, v.w.user(id), !v.event)
		if v.event {
			b = append(b[:len(b)-1], `,"member":`...)
			b = append(appendMember(b, v.c.guild, v.c.guild.members[id]), '}')
		}
	}
	b = append(b, `],"mention_roles":`...)
	b = appendIDs(b, d.mentionRoles)
	b = append(b, `,"mention_everyone":`...)
	return strconv.AppendBool(b, d.everyone)
}

// appendReference appends where the message answered stands.
func (v messageView) appendReference(b []byte, d *detail) []byte {
	b = append(b, `,"message_reference":{"type":0,"message_id":`...)
	b = appendID(b, or(d.replyTo, v.row.id-5000<<snowflakeShift))
	b = append(b, `,"channel_id":`...)
	b = appendID(b, v.c.ID)
	b = append(b, `,"guild_id":`...)
	b = appendID(b, v.c.guild.ID)
	return append(b, '}')
}

// appendReferenced appends the message answered, or null when it is gone.
func (v messageView) appendReferenced(b []byte, d *detail) []byte {
	r, ok := v.c.log.find(d.replyTo)
	if !ok {
		return append(b, "null"...)
	}
	answered := v
	answered.row, answered.d = r, v.c.details[r.id]
	answered.event, answered.nested = false, true
	return answered.append(b)
}

// appendContent appends embeds, edit, content and components.
func (v messageView) appendContent(b []byte, d *detail, bare bool) []byte {
	b = append(b, `,"embeds":`...)
	b = appendArray(b, d.embeds, bare)
	b = append(b, `,"edited_timestamp":`...)
	b = appendStamp(b, d.edited)
	b = append(b, `,"content":`...)
	switch {
	case bare:
		b = append(b, `""`...)
	case v.d == nil && v.row.typ == 0:
		b = appendString(b, words(v.row.id))
	default:
		b = appendString(b, d.content)
	}
	b = append(b, `,"components":`...)
	return appendArray(b, d.components, bare)
}

// appendArray appends a raw array, or an empty one.
func appendArray(b []byte, raw json.RawMessage, bare bool) []byte {
	if bare || len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return append(b, "[]"...)
	}
	return append(b, raw...)
}

// appendAttachments appends the files.
func appendAttachments(b []byte, d *detail, v messageView, bare bool) []byte {
	if bare || v.row.marks&MarkAttachment == 0 {
		return append(b, "[]"...)
	}
	list := d.attachments
	if len(list) == 0 {
		list = []Attachment{{Name: "image.png", ContentType: "image/png", Size: 48213, id: v.row.id}}
	}
	out := make([]object, len(list))
	for i, a := range list {
		url := "https://cdn.discordapp.com/attachments/" + a.Name
		out[i] = object{"id": snowflake(a.id), "filename": a.Name, "size": a.Size, "url": url, "proxy_url": url,
			"content_type": or(a.ContentType, "application/octet-stream"), "placeholder_version": 1, "flags": 0}
	}
	return appendList(b, out)
}

// appendStickers appends sticker_items.
func appendStickers(b []byte, d *detail) []byte {
	names := d.stickers
	if len(names) == 0 {
		names = []string{"Wave"}
	}
	out := make([]object, len(names))
	for i, name := range names {
		out[i] = object{"name": name, "id": snowflake(749054660769218631 + uint64(i)), "format_type": 3}
	}
	return appendList(b, out)
}

// lexicon is what made-up messages are made of.
var lexicon = [...]string{
	"the", "build", "works", "again", "thanks", "who", "has", "time", "tonight", "I", "think",
	"we", "should", "try", "that", "one", "first", "great", "idea", "later", "maybe", "lol",
}

// words makes a message up from its id.
func words(id uint64) string {
	x := id*0x9e3779b97f4a7c15 | 1
	b := make([]byte, 0, 80)
	for n := 3 + x>>60; n > 0; n-- {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b = append(append(b, lexicon[x%uint64(len(lexicon))]...), ' ')
	}
	return string(b[:len(b)-1])
}
