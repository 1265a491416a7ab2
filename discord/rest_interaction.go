package discord

import (
	"context"
	"errors"
	"net/http"

	"github.com/bwmarrin/discordgo"
)

// callback is the first answer to an interaction.
type callback struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}

// respond gives the first answer. When Discord stumbles it is given once more: if
// the first one arrived after all, the second is refused as one too many, which is
// as good.
func (r *REST) respond(ctx context.Context, interaction uint64, token string, c callback) error {
	url := discordgo.EndpointInteractionResponse(id(interaction), token)
	give := func() error {
		return r.ask(ctx, "answer an interaction", http.MethodPost, url, asToken, c, nil)
	}
	err := give()
	if err == nil || !stumbled(err) || ctx.Err() != nil {
		return err
	}
	err = give()
	if e, ok := errors.AsType[*RESTError](err); ok && e.Code == CodeAcknowledged {
		return nil
	}
	return err
}

// edit changes the first answer, also one that only said that it will come. What
// is sent replaces all there was.
func (r *REST) edit(ctx context.Context, application uint64, token string, m *outgoing) error {
	return r.ask(ctx, "edit an answer", http.MethodPatch, original(application, token), asToken, m, nil)
}

// withdraw takes the first answer away.
func (r *REST) withdraw(ctx context.Context, application uint64, token string) error {
	return r.ask(ctx, "withdraw an answer", http.MethodDelete, original(application, token), asToken, nil, nil)
}

// followUp says one more thing.
func (r *REST) followUp(ctx context.Context, application uint64, token string, m *outgoing) error {
	url := discordgo.EndpointWebhookToken(id(application), token)
	return r.ask(ctx, "follow an answer up", http.MethodPost, url, asToken, m, nil)
}

func original(application uint64, token string) string {
	return discordgo.EndpointWebhookMessage(id(application), token, "@original")
}
