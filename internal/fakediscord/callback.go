package fakediscord

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Errors of interactions.
var (
	errUnknownInteraction = &apiError{status: http.StatusNotFound, code: 10062, message: "Unknown interaction"}
	errAcknowledged       = &apiError{status: http.StatusBadRequest, code: 40060, message: "Interaction has already been acknowledged."}
	errUnknownWebhook     = &apiError{status: http.StatusNotFound, code: 10015, message: "Unknown Webhook"}
	errWebhookToken       = &apiError{status: http.StatusUnauthorized, code: 50027, message: "Invalid Webhook Token"}
)

// postCallback answers POST /interactions/{interaction}/{token}/callback: the
// first answer, once, in time.
func postCallback(c *call) (any, error) {
	s := c.srv
	t := s.talk(c.r.PathValue("token"))
	if t == nil || t.id != c.id("interaction") || time.Since(t.at) > s.cfg.InteractionDeadline {
		return nil, errUnknownInteraction
	}
	var body struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if !slices.Contains(t.answers(), body.Type) {
		return nil, formError("type", "BASE_TYPE_CHOICES", "Value must be one of the types for this interaction.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.reply.Callback != 0 {
		return nil, errAcknowledged
	}
	if err := s.callBack(c, t, body.Type, body.Data); err != nil {
		return nil, err
	}
	t.reply.Callback, t.reply.Took = body.Type, time.Since(t.at)
	t.ring()
	if c.r.URL.Query().Get("with_response") != "true" {
		return nil, nil
	}
	return s.callbackObject(t, body.Type), nil
}

// answers returns the callback types an interaction takes.
func (t *talk) answers() []int {
	switch t.spec.kind() {
	case interactionAutocomplete:
		return []int{CallbackChoices}
	case interactionCommand:
		return []int{CallbackMessage, CallbackDeferred, CallbackModal}
	case interactionModal:
		return []int{CallbackMessage, CallbackDeferred, CallbackDeferredUpdate, CallbackUpdate}
	}
	return []int{CallbackMessage, CallbackDeferred, CallbackDeferredUpdate, CallbackUpdate, CallbackModal}
}

// callBack does what a callback says. The caller holds the lock.
func (s *Server) callBack(c *call, t *talk, kind int, data json.RawMessage) error {
	switch kind {
	case CallbackChoices:
		return t.suggest(data)
	case CallbackModal:
		return t.open(data)
	case CallbackDeferred:
		return s.deferred(t, data)
	case CallbackDeferredUpdate:
		t.original = t.on
		return nil
	case CallbackUpdate:
		return s.update(c, t, data)
	}
	b, err := parseMessage(data, c.files, nil)
	if err != nil {
		return err
	}
	m, err := s.speak(t, b.flags())
	if err != nil {
		return err
	}
	m.write(b, data)
	t.original = m
	s.tell("MESSAGE_CREATE", m)
	return nil
}

// deferred puts up "is thinking…".
func (s *Server) deferred(t *talk, data json.RawMessage) (err error) {
	var d struct {
		Flags int `json:"flags"`
	}
	if present(data) && json.Unmarshal(data, &d) != nil {
		return formError("data", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
	}
	if t.original, err = s.speak(t, d.Flags|FlagLoading); err == nil {
		s.tell("MESSAGE_CREATE", t.original)
	}
	return err
}

// update changes the message a component stands on.
func (s *Server) update(c *call, t *talk, data json.RawMessage) error {
	m := t.on
	if m == nil {
		return errUnknownInteraction
	}
	b, err := parseMessage(data, c.files, m.detail)
	if err != nil {
		return err
	}
	t.original = m
	m.write(b, data)
	s.tell("MESSAGE_UPDATE", m)
	return nil
}

// callbackObject returns what with_response answers.
func (s *Server) callbackObject(t *talk, kind int) object {
	o := object{"interaction": object{
		"type": t.spec.kind(), "id": snowflake(t.id), "response_message_loading": kind == CallbackDeferred,
	}}
	if t.original != nil {
		in := o["interaction"].(object)
		in["response_message_id"] = snowflake(t.original.row.id)
		in["response_message_ephemeral"] = !t.original.shown
		o["resource"] = object{"type": kind, "message": s.sentJSON(t.original)}
	}
	return o
}
