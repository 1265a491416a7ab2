package fakediscord

import "encoding/json"

// speak makes a message of the application, for everyone unless its flags say
// ephemeral. The caller holds the lock.
func (s *Server) speak(t *talk, flags int) (*sent, error) {
	c, err := s.world.channel(t.spec.Channel)
	if err != nil {
		return nil, err
	}
	typ := MessageCommand
	if t.spec.Target != 0 {
		typ = MessageContextMenu
	}
	m := &sent{
		channel: c, shown: flags&FlagEphemeral == 0, detail: &detail{flags: flags, interaction: &t.spec, interactID: t.id},
		row: row{
			id: s.mint.next(), author: s.world.people.number(s.cfg.Application), typ: uint8(typ),
			marks: MarkWebhook | markOwn,
		},
	}
	m.answer = Answer{Message: m.row.id, Flags: flags}
	if m.shown {
		c.log.add(m.row)
		c.posted(m.row.id)
		if c.details == nil {
			c.details = make(map[uint64]*detail)
		}
		c.details[m.row.id] = m.detail
	}
	return m, nil
}

// tell dispatches what became of a message that everyone sees.
func (s *Server) tell(name string, m *sent) {
	if m.shown {
		s.dispatchMessage(name, m.channel, m.row)
	}
}

// suggest takes the choices of autocomplete.
func (t *talk) suggest(data json.RawMessage) error {
	var d struct {
		Choices []Choice `json:"choices"`
	}
	if err := json.Unmarshal(data, &d); err != nil || len(d.Choices) > maxChoices {
		return formError("data.choices", "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
	}
	for _, ch := range d.Choices {
		if err := between("data.choices.name", ch.Name, 1, 100); err != nil {
			return err
		}
	}
	t.reply.Choices = d.Choices
	return nil
}

// open takes a modal.
func (t *talk) open(data json.RawMessage) error {
	var d struct {
		CustomID   string      `json:"custom_id"`
		Title      string      `json:"title"`
		Components []component `json:"components"`
	}
	if err := json.Unmarshal(data, &d); err != nil {
		return formError("data", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
	}
	if err := between("data.title", d.Title, 1, 45); err != nil {
		return err
	}
	if err := between("data.custom_id", d.CustomID, 1, maxCustomID); err != nil {
		return err
	}
	if n := len(d.Components); n < 1 || n > 5 {
		return formError("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	t.reply.Modal = data
	return nil
}
