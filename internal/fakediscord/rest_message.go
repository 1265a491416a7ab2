package fakediscord

import (
	"encoding/json"
	"net/http"
	"slices"
)

// view returns a message as REST shows it.
func (s *Server) view(c *channel, r row) messageView {
	return messageView{
		w: &s.world, c: c, row: r, d: c.details[r.id], bot: s.cfg.Application,
		bare: s.cfg.Privileged&IntentMessageContent == 0,
	}
}

// getMessages answers GET /channels/{channel}/messages. Without
// READ_MESSAGE_HISTORY the answer is an empty list, not an error.
func getMessages(c *call) (any, error) {
	limit, err := c.limit(50, 1, 100)
	if err != nil {
		return nil, err
	}
	p := page{limit: limit}
	query := c.r.URL.Query()
	for name, bound := range map[string]*uint64{"before": &p.before, "after": &p.after, "around": &p.around} {
		if s := query.Get(name); s != "" {
			id, ok := parseID(s)
			if !ok && s != "0" {
				return nil, formError(name, "NUMBER_TYPE_COERCE", `Value "`+s+`" is not snowflake.`)
			}
			*bound = max(id, 1) // after=0 means from the beginning
		}
	}
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	ch, perms, err := c.channel()
	if err != nil {
		return nil, err
	}
	b := []byte{'['}
	if perms&PermReadMessageHistory != 0 {
		for i, r := range ch.log.page(p) {
			if i > 0 {
				b = append(b, ',')
			}
			b = c.srv.view(ch, r).append(b)
		}
	}
	return json.RawMessage(append(b, ']')), nil
}

// getMessage answers GET /channels/{channel}/messages/{message}.
func getMessage(c *call) (any, error) {
	c.srv.mu.RLock()
	defer c.srv.mu.RUnlock()
	ch, p, err := c.channel()
	if err != nil {
		return nil, err
	}
	if p&PermReadMessageHistory == 0 {
		return nil, errMissingPermissions
	}
	_, r, err := c.srv.world.message(ch.ID, c.id("message"))
	if err != nil {
		return nil, err
	}
	return json.RawMessage(c.srv.view(ch, r).append(nil)), nil
}

// postMessage answers POST /channels/{channel}/messages: the bot speaks.
func postMessage(c *call) (any, error) {
	body, err := c.message(nil)
	if err != nil {
		return nil, err
	}
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, p, err := c.channel()
	if err != nil {
		return nil, err
	}
	need := PermSendMessages
	if ch.thread() {
		need = PermSendInThreads
	}
	if p&need == 0 {
		return nil, errMissingPermissions
	}
	r := row{id: s.mint.next(), author: s.world.people.number(s.cfg.Application), marks: markOwn}
	*ch.detail(r.id) = *body.detail(nil, r.id)
	ch.log.add(r)
	ch.posted(r.id)
	s.dispatchMessage("MESSAGE_CREATE", ch, r)
	return json.RawMessage(s.view(ch, r).append(nil)), nil
}

// own returns one of the bot's own messages. The caller holds the lock.
func (c *call) own() (*channel, row, error) {
	ch, _, err := c.channel()
	if err != nil {
		return nil, row{}, err
	}
	_, r, err := c.srv.world.message(ch.ID, c.id("message"))
	if err == nil && c.srv.world.people.ids[r.author] != c.srv.cfg.Application {
		err = &apiError{status: http.StatusForbidden, code: 50005, message: "Cannot edit a message authored by another user"}
	}
	return ch, r, err
}

// patchMessage answers PATCH /channels/{channel}/messages/{message}.
func patchMessage(c *call) (any, error) {
	s := c.srv
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, r, err := c.own()
	if err != nil {
		return nil, err
	}
	body, err := c.message(ch.details[r.id])
	if err != nil {
		return nil, err
	}
	*ch.detail(r.id) = *body.detail(ch.details[r.id], r.id)
	ch.detail(r.id).edited = s.cfg.Now().UnixMilli()
	s.dispatchMessage("MESSAGE_UPDATE", ch, r)
	return json.RawMessage(s.view(ch, r).append(nil)), nil
}

// deleteMessage answers DELETE /channels/{channel}/messages/{message}.
func deleteMessage(c *call) (any, error) {
	s := c.srv
	s.mu.RLock()
	ch, p, err := c.channel()
	if err == nil && p&PermManageMessages == 0 {
		_, _, err = c.own()
	}
	s.mu.RUnlock()
	if err != nil {
		return nil, err
	}
	return nil, s.DeleteMessage(ch.ID, c.id("message"))
}

// Posted returns a message of a channel as REST would show it to the bot.
func (s *Server) Posted(channel, message uint64) (json.RawMessage, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, r, err := s.world.message(channel, message)
	if err != nil {
		return nil, err
	}
	return slices.Clip(s.view(c, r).append(nil)), nil
}
