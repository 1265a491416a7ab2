package discord

import (
	"context"
	"fmt"
	"math"
	"strings"

	"guildpulse/internal/report"
)

// answerOverview answers /overview.
func answerOverview(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	period, err := report.ParsePeriod(i.Options["period"])
	if err != nil {
		return nil, err
	}
	o, err := h.cfg.Reader.Overview(ctx, report.OverviewQuery{Guild: i.Guild, Period: period})
	if err != nil {
		return nil, err
	}
	r := &reply{title: "Overview · " + periodNames[period], text: overviewText(o)}
	r.fields = append(figures(o), tops(o)...)
	r.window(o.Window)
	return r, nil
}

func overviewText(o report.Overview) string {
	text := "**" + safeName(o.Name, "This server") + "**"
	if line := sparkline(o.Series); line != "" {
		text += "\nMessages a day\n" + line
	}
	return text
}

// figures shows the numbers with how they moved against the period before.
func figures(o report.Overview) []field {
	list := []field{
		figure("Messages", o.Messages, whole),
		figure("Voice time", o.Voice, minutes),
		figure("Reactions", o.Reactions, whole),
		figure("Active people", o.Active, whole),
		figure("Joined", o.Joined, whole),
		figure("Left", o.Left, whole),
	}
	unique := fmt.Sprintf("%s today · %s in 7 days · %s in 30 days",
		estimate(o.Daily, whole), estimate(o.Weekly, whole), estimate(o.Monthly, whole))
	return append(list, field{name: "Different people", text: unique})
}

func figure(name string, f report.Figure, write func(float64) string) field {
	return field{name: name, text: strings.TrimSpace("**" + estimate(f, write) + "** " + change(f)), inline: true}
}

// estimate writes a number, and how far off it may be if it is estimated.
func estimate(f report.Figure, write func(float64) string) string {
	if !(f.Error > 0) {
		return write(f.Now)
	}
	return "≈ " + write(f.Now) + " (±" + decimal(math.Min(100*f.Error, 100)) + " %)"
}

// maxTops is how many of the first are shown beside the figures.
const maxTops = 5

func tops(o report.Overview) []field {
	var fields []field
	for _, t := range []struct {
		name    string
		subject report.Subject
		places  []report.Place
	}{
		{"Most messages", report.Members, o.Members},
		{"Busiest channels", report.Channels, o.Channels},
	} {
		var lines []string
		for _, p := range t.places[:min(len(t.places), maxTops)] {
			lines = append(lines, fmt.Sprintf("%s · **%s**", subjectName(t.subject, p), whole(p.Value)))
		}
		if len(lines) > 0 {
			fields = append(fields, field{name: t.name, text: strings.Join(lines, "\n"), inline: true})
		}
	}
	return fields
}
