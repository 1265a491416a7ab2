package discord

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/bwmarrin/discordgo"
)

// outcome is what came of working an answer out.
type outcome struct {
	reply *reply
	err   error
}

// serve answers one interaction: at once if it can, and if not, first that it
// will and then with what was asked.
func (h *Handler) serve(i *interaction) {
	ctx, stop := context.WithDeadline(h.ctx, i.at.Add(h.cfg.AnswerWithin))
	defer stop()
	does, hidden := h.choose(i)
	if does == nil {
		return // nothing that a member could have done
	}
	worked := make(chan outcome, 1)
	go func() { worked <- h.work(ctx, i, does) }()

	timer := time.NewTimer(time.Until(i.at.Add(h.cfg.DeferAfter)))
	defer timer.Stop()
	select {
	case o := <-worked:
		h.sent(i, h.first(i, h.settle(i, o)))
	case <-timer.C:
		h.count.deferred.Add(1)
		deferred := h.promise(i, hidden)
		o := <-worked
		if deferred != nil {
			h.sent(i, deferred)
			return
		}
		h.sent(i, h.second(i, h.settle(i, o), hidden))
	}
}

// choose returns what answers an interaction, and whether only the member will
// see that.
func (h *Handler) choose(i *interaction) (does answer, hidden bool) {
	switch i.Kind {
	case discordgo.InteractionMessageComponent:
		return answerButton, false
	case discordgo.InteractionApplicationCommand:
		c, ok := h.commands[i.Name]
		switch {
		case !ok:
			return refuse(errUnknownCommand), true
		case i.Guild == 0:
			return refuse(errNoServer), true
		case c.need != 0 && !i.may(c.need):
			return refuse(errNotAllowed), true
		}
		return c.answer, c.hidden(i)
	}
	return nil, false
}

func refuse(err error) answer {
	return func(context.Context, *Handler, *interaction) (*reply, error) { return nil, err }
}

// work works the answer out in one of the slots. A panic of ours becomes an error;
// its value is not logged, for it may hold anything.
func (h *Handler) work(ctx context.Context, i *interaction, does answer) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			h.count.panics.Add(1)
			h.cfg.Log.Error("a command panicked", "command", i.Name, "panic_type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			o = outcome{err: errPanic}
		}
	}()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return outcome{err: errBusy}
	}
	r, err := does(ctx, h, i)
	return outcome{r, err}
}

// settle turns an outcome into something to say.
func (h *Handler) settle(i *interaction, o outcome) *reply {
	if o.err == nil {
		h.count.answered.Add(1)
		return o.reply
	}
	h.count.excused.Add(1)
	sentence, expected := excuse(o.err)
	if !expected {
		h.cfg.Log.Error("a command failed", "command", i.Name, "error", o.err)
	}
	return word(sentence)
}

// first gives the answer as the first thing said. A button's changes the message
// it stands under, unless it is for the member alone.
func (h *Handler) first(i *interaction, r *reply) error {
	ctx, stop := context.WithDeadline(h.ctx, i.at.Add(callbackWithin))
	defer stop()
	kind := discordgo.InteractionResponseChannelMessageWithSource
	if i.button() && !r.hidden {
		kind = discordgo.InteractionResponseUpdateMessage
	}
	return h.cfg.REST.respond(ctx, i.ID, i.Token, callback{Type: kind, Data: r.outgoing()})
}

// promise says that an answer will come. From here on it is fixed whether the
// member alone sees it.
func (h *Handler) promise(i *interaction, hidden bool) error {
	ctx, stop := context.WithDeadline(h.ctx, i.at.Add(callbackWithin))
	defer stop()
	c := callback{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	switch {
	case i.button():
		c.Type = discordgo.InteractionResponseDeferredMessageUpdate
	case hidden:
		c.Data = struct {
			Flags discordgo.MessageFlags `json:"flags"`
		}{discordgo.MessageFlagsEphemeral}
	}
	return h.cfg.REST.respond(ctx, i.ID, i.Token, c)
}

// second gives the answer after a promise. What is for the member alone after a
// public promise takes the promise back and follows it up.
func (h *Handler) second(i *interaction, r *reply, hidden bool) error {
	ctx, stop := context.WithTimeout(h.ctx, h.cfg.AnswerWithin)
	defer stop()
	rest := h.cfg.REST
	if !r.hidden || hidden {
		return rest.edit(ctx, i.Application, i.Token, r.outgoing())
	}
	if !i.button() {
		if err := rest.withdraw(ctx, i.Application, i.Token); err != nil {
			return err
		}
	}
	return rest.followUp(ctx, i.Application, i.Token, r.outgoing())
}

func (i *interaction) button() bool { return i.Kind == discordgo.InteractionMessageComponent }

// sent notes how sending an answer went.
func (h *Handler) sent(i *interaction, err error) {
	switch {
	case err == nil:
	case tooLate(err), errors.Is(err, context.DeadlineExceeded):
		h.count.late.Add(1)
		h.cfg.Log.Warn("an answer came too late", "command", i.Name, "error", err, "took_ms", time.Since(i.at).Milliseconds())
	default:
		h.count.failed.Add(1)
		h.cfg.Log.Error("cannot send an answer", "command", i.Name, "error", err)
	}
}
