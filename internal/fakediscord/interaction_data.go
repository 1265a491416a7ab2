package fakediscord

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"
)

// begins checks an interaction, dispatches it, and keeps it for its answer.
func (s *Server) begins(i Interaction) (*talk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, _, err := s.world.member(i.Guild, i.User)
	if err != nil {
		return nil, err
	}
	if i.On != nil && i.On.talk == nil {
		return nil, ErrUnknownReply
	}
	c, ok := g.channels[i.Channel]
	if !ok {
		return nil, fmt.Errorf("%w %d", ErrUnknownChannel, i.Channel)
	}
	may := g.permissions(i.User, c, s.cfg.Now())
	if may&PermViewChannel == 0 {
		return nil, ErrNotAllowed
	}
	t := &talk{id: s.mint.next(), token: "aW50ZXJhY3Rpb24" + rand.Text() + rand.Text() + rand.Text(), spec: i, at: time.Now()}
	t.reply = Reply{ID: t.id, Token: t.token, talk: t}
	data, message, err := s.interactionData(g, c, t, may)
	if err != nil {
		return nil, err
	}
	o := s.interactionObject(g, c, t, may)
	o["data"] = data
	if message != nil {
		o["message"] = message
	}
	heard := false
	ev := newEvent("INTERACTION_CREATE", g.ID, encode(o))
	for _, ses := range s.sessions {
		heard = heard || ses.wants(ev)
	}
	if !heard {
		return nil, ErrNobody
	}
	s.talks.keep(t, s.cfg.InteractionLife)
	s.dispatch(ev)
	return t, nil
}

// interactionData returns what was done, and the message it was done on.
func (s *Server) interactionData(g *guild, c *channel, t *talk, may uint64) (data object, message json.RawMessage, err error) {
	i := &t.spec
	switch i.kind() {
	case interactionCommand, interactionAutocomplete:
		cmd := s.findCommand(g.ID, i)
		if cmd == nil {
			return nil, nil, fmt.Errorf("%w %q", ErrUnknownCommand, i.Command)
		}
		if !cmd.allowed(g, i.User, may) {
			return nil, nil, ErrNotAllowed
		}
		data, err = s.commandData(g, c, cmd, i)
		return data, nil, err
	case interactionModal:
		rows := []object{}
		for _, id := range sortedKeys(i.Fields) {
			input := object{"value": i.Fields[id], "type": componentTextInput, "id": len(rows) + 2, "custom_id": id}
			rows = append(rows, object{"type": componentRow, "id": len(rows) + 1, "components": []object{input}})
		}
		if i.On != nil || i.Message != 0 {
			message, err = s.messageUnder(c, t)
		}
		return object{"custom_id": i.CustomID, "components": rows}, message, err
	}
	message, err = s.messageUnder(c, t)
	if err != nil {
		return nil, nil, err
	}
	kind, found := findComponent(message, i.CustomID)
	if !found {
		return nil, nil, fmt.Errorf("%w %q", ErrNoComponent, i.CustomID)
	}
	data = object{"id": 1, "custom_id": i.CustomID, "component_type": kind}
	if kind != componentButton {
		data["values"] = append([]string{}, i.Values...)
		if kind != componentSelect {
			data["resolved"] = s.resolve(g, i.User, i.Values)
		}
	}
	return data, message, nil
}

// messageUnder finds the message an interaction is done on: one of another
// interaction's answers, or any the application has posted in the channel.
func (s *Server) messageUnder(c *channel, t *talk) (json.RawMessage, error) {
	i := &t.spec
	if i.On != nil {
		t.on = i.On.talk.holding(i.CustomID)
	} else if r, ok := c.log.find(i.Message); !ok {
		return nil, fmt.Errorf("%w %d", ErrUnknownMessage, i.Message)
	} else if s.world.people.ids[r.author] == s.cfg.Application {
		t.on = &sent{channel: c, row: r, detail: c.detail(r.id), shown: true}
	}
	if t.on == nil {
		return nil, ErrNoComponent
	}
	return s.sentJSON(t.on), nil
}

// findComponent looks for a component in a message and returns its type.
func findComponent(message json.RawMessage, customID string) (kind int, found bool) {
	var m struct {
		Components []component `json:"components"`
	}
	if json.Unmarshal(message, &m) != nil {
		return 0, false
	}
	_ = walkAll(m.Components, func(_ string, c *component) error {
		if c.CustomID == customID && customID != "" {
			kind, found = c.Type, true
		}
		return nil
	})
	return kind, found
}
