package fakediscord

import (
	"net/http"
	"slices"
	"time"
)

// talking returns the interaction of a webhook path, once it was answered and
// while its token lives.
func (c *call) talking() (*talk, error) {
	t := c.srv.talk(c.r.PathValue("token"))
	switch {
	case t == nil || c.id("app") != c.srv.cfg.Application:
		return nil, errUnknownWebhook
	case time.Since(t.at) > c.srv.cfg.InteractionLife:
		return nil, errWebhookToken
	case c.srv.snapshot(t).Callback == 0:
		return nil, errUnknownWebhook
	}
	return t, nil
}

// message returns a message of an interaction by its name in the path. The
// caller holds the server's lock.
func (t *talk) message(name string) (*sent, error) {
	if name == "@original" {
		if t.original != nil && !t.reply.Deleted {
			return t.original, nil
		}
		return nil, ErrUnknownMessage
	}
	id, _ := parseID(name)
	for _, m := range t.later {
		if m.row.id == id {
			return m, nil
		}
	}
	if t.original != nil && t.original.row.id == id && !t.reply.Deleted {
		return t.original, nil
	}
	return nil, ErrUnknownMessage
}

// postFollowup answers POST /webhooks/{app}/{token}: one more message. The first
// one after a deferral takes the place of "is thinking…".
func postFollowup(c *call) (any, error) {
	t, err := c.talking()
	if err != nil {
		return nil, err
	}
	b, err := c.message(nil)
	if err != nil {
		return nil, err
	}
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.reply.Callback == CallbackDeferred && t.reply.Edits == 0 && !t.reply.Deleted {
		s.edit(t, t.original, b, c.body)
		return s.sentJSON(t.original), nil
	}
	if len(t.later) >= 100 {
		return nil, &apiError{status: http.StatusBadRequest, code: 40094, message: "This interaction has reached the maximum number of follow up messages."}
	}
	m, err := s.speak(t, b.flags())
	if err != nil {
		return nil, err
	}
	m.write(b, c.body)
	t.later = append(t.later, m)
	s.tell("MESSAGE_CREATE", m)
	t.ring()
	return s.sentJSON(m), nil
}

// edit writes a body over a message and tells of it. The caller holds the lock.
func (s *Server) edit(t *talk, m *sent, b *messageBody, raw []byte) {
	b.before = m.detail
	m.detail.edited = s.cfg.Now().UnixMilli()
	m.write(b, raw)
	m.detail.flags &^= FlagLoading
	m.answer.Flags = m.detail.flags
	if m == t.original {
		t.reply.Edits++
	}
	s.tell("MESSAGE_UPDATE", m)
	t.ring()
}

// getAnswer answers GET /webhooks/{app}/{token}/messages/{message}.
func getAnswer(c *call) (any, error) {
	t, err := c.talking()
	if err != nil {
		return nil, err
	}
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	m, err := t.message(c.r.PathValue("message"))
	if err != nil {
		return nil, err
	}
	return c.srv.sentJSON(m), nil
}

// patchAnswer answers PATCH /webhooks/{app}/{token}/messages/{message}.
func patchAnswer(c *call) (any, error) {
	t, err := c.talking()
	if err != nil {
		return nil, err
	}
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := t.message(c.r.PathValue("message"))
	if err != nil {
		return nil, err
	}
	b, err := c.message(m.detail)
	if err != nil {
		return nil, err
	}
	s.edit(t, m, b, c.body)
	return s.sentJSON(m), nil
}

// deleteAnswer answers DELETE /webhooks/{app}/{token}/messages/{message}.
func deleteAnswer(c *call) (any, error) {
	t, err := c.talking()
	if err != nil {
		return nil, err
	}
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := t.message(c.r.PathValue("message"))
	if err != nil {
		return nil, err
	}
	if m == t.original {
		t.reply.Deleted = true
	}
	t.later = slices.DeleteFunc(t.later, func(o *sent) bool { return o == m })
	if m.shown {
		s.forget(m.channel, m.row.id)
		s.dispatchObject("MESSAGE_DELETE", m.channel.guild.ID, object{
			"id": snowflake(m.row.id), "channel_id": snowflake(m.channel.ID), "guild_id": snowflake(m.channel.guild.ID),
		})
	}
	t.ring()
	return nil, nil
}
