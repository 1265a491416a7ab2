package fakediscord

import (
	"encoding/json"
	"strconv"
)

// detail is what a message has beside its columns.
type detail struct {
	content      string
	edited       int64 // Unix ms
	flags        int
	replyTo      uint64
	mentions     []uint64
	mentionRoles []uint64
	everyone     bool
	stickers     []string
	attachments  []Attachment
	embeds       json.RawMessage // arrays; nil is empty
	components   json.RawMessage
	poll         *poll
	reactions    []*reaction
	nonce        json.RawMessage
	interaction  *Interaction // that it answers
	interactID   uint64
}

// Attachment is a file of a message.
type Attachment struct {
	Name        string
	ContentType string
	Size        int
	id          uint64
}

// messageView is one way of looking at a message.
type messageView struct {
	w      *world
	c      *channel
	row    row
	d      *detail // nil when the columns tell all
	bot    uint64  // the application's own user
	bare   bool    // without the message content intent
	event  bool    // in a gateway event: with member and guild
	nested bool    // as the message another one refers to
}

// nothing is the detail of messages that have none. It is never changed.
var nothing detail

// append appends the message object.
func (v messageView) append(b []byte) []byte {
	d := v.d
	if d == nil {
		d = &nothing
	}
	author := v.w.people.ids[v.row.author]
	bare := v.bare && author != v.bot && !has(d.mentions, v.bot)
	b = append(b, '{')
	if v.row.marks&MarkWebhook != 0 {
		b = append(b, `"webhook_id":`...)
		b = append(appendID(b, author), ',')
	}
	b = append(b, `"type":`...)
	b = strconv.AppendUint(b, uint64(v.row.typ), 10)
	b = append(b, `,"tts":false,"timestamp":`...)
	b = appendTime(b, SnowflakeTime(v.row.id))
	b = v.appendExtras(b, d, bare)
	b = v.appendMentions(b, d)
	if v.row.marks&MarkReply != 0 {
		b = v.appendReference(b, d)
	}
	if v.event && v.row.marks&MarkWebhook == 0 {
		b = append(b, `,"member":`...)
		b = appendMember(b, v.c.guild, v.c.guild.members[author])
	}
	if d.interaction != nil {
		b = append(b, `,"interaction_metadata":`...)
		b = append(b, encode(v.w.interactionMetadata(d))...)
	}
	b = append(b, `,"id":`...)
	b = appendID(b, v.row.id)
	b = append(b, `,"flags":`...)
	b = strconv.AppendInt(b, int64(d.flags), 10)
	b = v.appendContent(b, d, bare)
	if v.event {
		b = append(b, `,"channel_type":`...)
		b = strconv.AppendInt(b, int64(v.c.Type), 10)
	}
	b = append(b, `,"channel_id":`...)
	b = appendID(b, v.c.ID)
	b = append(b, `,"author":`...)
	b = v.appendAuthor(b, author)
	b = append(b, `,"attachments":`...)
	b = appendAttachments(b, d, v, bare)
	if v.row.marks&markOwn != 0 {
		b = append(b, `,"application_id":`...)
		b = appendID(b, v.bot)
	}
	if v.event {
		b = append(b, `,"guild_id":`...)
		b = appendID(b, v.c.guild.ID)
	}
	return append(b, '}')
}

// appendAuthor appends who wrote it; webhooks look like bots without a number.
func (v messageView) appendAuthor(b []byte, author uint64) []byte {
	u := v.w.user(author)
	if v.row.marks&MarkWebhook == 0 || author == v.bot {
		return appendUser(b, u, !v.event)
	}
	return append(b, encode(object{
		"username": u.Name, "public_flags": 0, "id": snowflake(u.ID), "global_name": nil, "flags": 0,
		"discriminator": "0000", "bot": true, "avatar": text(u.Avatar), "primary_guild": nil, "clan": nil,
	})...)
}

// appendExtras appends the fields between the time and the mentions.
func (v messageView) appendExtras(b []byte, d *detail, bare bool) []byte {
	if v.row.marks&MarkSticker != 0 {
		b = append(b, `,"sticker_items":`...)
		b = appendStickers(b, d)
	}
	if v.row.marks&MarkReply != 0 && !v.nested {
		b = append(b, `,"referenced_message":`...)
		b = v.appendReferenced(b, d)
	}
	if !v.event && len(d.reactions) > 0 {
		b = append(b, `,"reactions":`...)
		b = appendList(b, reactionCounts(d.reactions, v.bot))
	}
	if v.c.thread() && v.event {
		b = append(b, `,"position":`...)
		b = strconv.AppendInt(b, int64(max(v.c.log.len()-1, 0)), 10)
	}
	if v.row.marks&MarkPoll != 0 && !bare {
		b = append(b, `,"poll":`...)
		b = append(b, encode(d.poll.object())...)
	}
	b = append(b, `,"pinned":false`...)
	if d.nonce != nil || v.event && v.typed() {
		b = append(b, `,"nonce":`...)
		b = v.appendNonce(b, d)
	}
	return b
}

// typed reports whether a person wrote the message with Discord's own client.
func (v messageView) typed() bool {
	return v.row.marks&(MarkWebhook|markOwn) == 0 && (v.row.typ == MessageDefault || v.row.typ == MessageReplyType)
}

// appendNonce appends the sender's nonce: clients of people send a snowflake
// they made themselves, a little before the message's.
func (v messageView) appendNonce(b []byte, d *detail) []byte {
	if d.nonce != nil {
		return append(b, d.nonce...)
	}
	return appendID(b, v.row.id-120<<snowflakeShift)
}
