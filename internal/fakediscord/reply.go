package fakediscord

import (
	"encoding/json"
	"slices"
	"time"
)

// Reply is what the application said to an interaction, at one moment: a copy,
// which later edits do not change. See [Server.WaitReply].
type Reply struct {
	ID        uint64 // of the interaction
	Token     string
	Callback  int           // type of the first answer; 0 before it came
	Took      time.Duration // until the first answer
	Answer                  // the message @original: the reply's own, or the one a component's reply updates
	Edits     int           // of @original
	Deleted   bool          // @original is gone
	Followups []Answer
	Choices   []Choice        // of autocomplete
	Modal     json.RawMessage // as sent

	talk *talk
}

// Answer is a message of the application as it sent it.
type Answer struct {
	Message         uint64
	Flags           int
	Content         string
	Embeds          []Embed
	Components      json.RawMessage // the array
	Files           []File
	AllowedMentions *AllowedMentions // of the last write; nil when it had none
	Raw             json.RawMessage  // the last body as sent
}

// AllowedMentions says whom a message may ping.
type AllowedMentions struct {
	Parse       []string `json:"parse"`
	Users       []string `json:"users"`
	Roles       []string `json:"roles"`
	RepliedUser bool     `json:"replied_user"`
}

// Ephemeral reports whether only the member sees it.
func (a Answer) Ephemeral() bool { return a.Flags&FlagEphemeral != 0 }

// Choice is a suggestion of autocomplete.
type Choice struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// settled reports whether there is more than a promise.
func (r *Reply) settled() bool {
	switch r.Callback {
	case CallbackDeferred, CallbackDeferredUpdate:
		return r.Edits > 0 || len(r.Followups) > 0 || r.Deleted
	}
	return r.Callback != 0
}

// sent is a message of the application in answer to an interaction.
type sent struct {
	channel *channel
	row     row
	detail  *detail
	shown   bool // in the channel for everyone; else ephemeral
	answer  Answer
}

// write puts a body over what the message says, and reports it in the answer.
func (m *sent) write(b *messageBody, raw []byte) {
	*m.detail = *b.detail(m.detail, m.row.id)
	if !m.shown {
		m.detail.flags |= FlagEphemeral
	}
	a := &m.answer
	a.Message, a.Flags, a.Content = m.row.id, m.detail.flags, m.detail.content
	if b.Embeds != nil {
		a.Embeds = b.embeds
	}
	a.Components = m.detail.components
	a.Files = append(slices.Clip(a.Files), b.files...)
	a.AllowedMentions, a.Raw = b.mentions, raw
}

// wrapped returns a message of nothing but the components.
func (m *sent) wrapped() json.RawMessage {
	if emptyList(m.detail.components) {
		return []byte(`{}`)
	}
	return encode(object{"components": m.detail.components})
}

// sentJSON returns the message as REST and components show it. The caller holds
// the lock.
func (s *Server) sentJSON(m *sent) json.RawMessage {
	return jsonOf(messageView{w: &s.world, c: m.channel, row: m.row, d: m.detail, bot: s.cfg.Application})
}

// jsonOf returns a view's JSON.
func jsonOf(v messageView) json.RawMessage { return v.append(nil) }

// rawOf marks bytes as JSON.
func rawOf(b []byte) json.RawMessage { return b }

// interactionMetadata returns what an answer says of its interaction.
func (w *world) interactionMetadata(d *detail) object {
	i := d.interaction
	o := object{
		"user": w.userJSON(i.User, true), "type": i.kind(), "id": snowflake(d.interactID),
		"authorizing_integration_owners": object{"0": snowflake(i.Guild)},
	}
	if i.Command != "" {
		o["name"] = i.Command
		o["command_type"] = commandChat
	}
	return o
}
