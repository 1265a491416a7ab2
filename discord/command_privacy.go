package discord

import (
	"context"
	"fmt"

	"guildpulse/internal/report"
)

func definePrivacy() Definition {
	return slash("privacy", "What is kept about you, and whether you are counted",
		sub("status", "Whether you are counted in this server, and what is kept"),
		sub("opt-out", "Do not count me in this server any more"),
		sub("opt-in", "Count me in this server again"),
	)
}

// kept says what the bot keeps of a person: the same sentence wherever it is
// asked.
const kept = "Kept are numbers of messages, reactions, minutes in voice channels and the like, by quarter of an hour and channel, " +
	"with your id and the name you go by here. Never kept: what you write, say or send."

// answerPrivacy answers /privacy.
func answerPrivacy(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	if h.cfg.Privacy == nil {
		return nil, errNoPrivacy
	}
	switch i.Sub {
	case "opt-out":
		if err := h.cfg.Privacy.SetOptOut(ctx, i.Guild, i.User, true); err != nil {
			return nil, err
		}
		return word("You are not counted in this server any more, from now on. To be counted again: `/privacy opt-in`."), nil
	case "opt-in":
		if err := h.cfg.Privacy.SetOptOut(ctx, i.Guild, i.User, false); err != nil {
			return nil, err
		}
		return word("You are counted in this server, from now on. To stop that: `/privacy opt-out`."), nil
	case "status":
		return privacyStatus(ctx, h, i)
	}
	return nil, fmt.Errorf("%w: /privacy %s", report.ErrQuery, i.Sub)
}

func privacyStatus(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	out, err := h.cfg.Privacy.OptedOut(ctx, i.Guild, i.User)
	if err != nil {
		return nil, err
	}
	if out {
		return word("You opted out: nothing you do in this server is counted. To be counted again: `/privacy opt-in`.\n" + kept), nil
	}
	return word("You are counted in this server. To stop that: `/privacy opt-out`.\n" + kept), nil
}
