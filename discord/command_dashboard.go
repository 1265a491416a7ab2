package discord

import (
	"context"
	"fmt"
)

func defineDashboard() Definition {
	return slash("dashboard", "A link to this server's dashboard, for you alone")
}

// answerDashboard answers /dashboard. The address stands in angle brackets, so
// that Discord makes no preview of it, and as text: Discord's buttons refuse
// addresses in a home network.
func answerDashboard(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	if h.cfg.Links == nil {
		return nil, errNoDashboard
	}
	url, err := h.cfg.Links.Link(ctx, i.Guild, i.User, uint64(i.Permissions))
	if err != nil {
		return nil, fmt.Errorf("make a link: %w", err)
	}
	return word("Your way into the dashboard. The link is yours alone, works once, and for five minutes:\n<" + url + ">"), nil
}
