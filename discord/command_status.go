package discord

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"guildpulse/internal/guild"
	"guildpulse/internal/report"
)

func defineStatus() Definition {
	d := slash("status", "How the counting itself does")
	p := guildPermissions(guild.ManageGuild)
	d.Permissions = &p
	return d
}

// answerStatus answers /status.
func answerStatus(ctx context.Context, h *Handler, _ *interaction) (*reply, error) {
	s, err := h.cfg.Reader.Status(ctx)
	if err != nil {
		return nil, err
	}
	r := &reply{title: "Status", text: statusText(s), hidden: true}
	if lags := lagLines(s.Lags); lags != "" {
		r.fields = append(r.fields, field{name: "Behind the journal", text: lags})
	}
	if len(s.Notes) > 0 {
		r.fields = append(r.fields, field{name: "Notes", text: strings.Join(s.Notes, "\n")})
	}
	return r, nil
}

// statusText lists the counters, under what runs.
func statusText(s report.Status) string {
	var b strings.Builder
	for _, part := range []struct{ name, value string }{
		{"Version", s.Version}, {"Reader", s.Reader}, {"Store", s.Store},
	} {
		if part.value != "" {
			fmt.Fprintf(&b, "%s **%s** · ", part.name, escape(part.value))
		}
	}
	if !s.Since.IsZero() {
		fmt.Fprintf(&b, "up since %s", moment(s.Since, "R"))
	}
	b.WriteString("\n\n")
	for _, c := range s.Counters {
		fmt.Fprintf(&b, "%s **%s**\n", escape(counterName(c.Name)), separate(strconv.FormatUint(c.Value, 10)))
	}
	return strings.TrimSpace(b.String())
}

// counterName makes a sentence's word of a metric's name.
func counterName(name string) string {
	return strings.ReplaceAll(strings.TrimSuffix(name, "_total"), "_", " ")
}

func lagLines(lags []report.Lag) string {
	var lines []string
	for _, l := range lags {
		behind, next := strconv.FormatUint(l.Behind, 10), strconv.FormatUint(l.Next, 10)
		lines = append(lines, fmt.Sprintf("%s **%s** at %s", escape(l.Cursor), separate(behind), separate(next)))
	}
	return strings.Join(lines, "\n")
}
