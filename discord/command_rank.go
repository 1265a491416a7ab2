package discord

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"guildpulse/internal/guild"
	"guildpulse/internal/report"
)

// rankTarget is whom /rank is about.
func rankTarget(i *interaction) (uint64, error) {
	text := i.Options["member"]
	if text == "" {
		return i.User, nil
	}
	user, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: member %q", report.ErrQuery, text)
	}
	return user, nil
}

// insights are the permissions that let a member see what others did.
const insights = guild.Administrator | guild.ManageGuild | guild.ViewGuildInsights

// aboutAnother hides what only some may see: with these permissions /rank shows
// what makes up another's score, and nobody beside them may read it.
func aboutAnother(i *interaction) bool {
	user, err := rankTarget(i)
	return err != nil || user != i.User && i.may(insights)
}

// answerRank answers /rank. Place and score are public. What they are made of is
// told to the member itself and, aside, to those who may see insights.
func answerRank(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	user, err := rankTarget(i)
	if err != nil {
		return nil, err
	}
	rank, err := h.cfg.Reader.Rank(ctx, report.RankQuery{Guild: i.Guild, Member: user})
	if err != nil {
		return nil, err
	}
	r := &reply{title: "Rank", text: rankText(rank), hidden: aboutAnother(i)}
	if user == i.User || i.may(insights) {
		r.fields = append(r.fields, breakdown(rank)...)
	}
	if around := neighbours(rank); around != "" {
		r.fields = append(r.fields, field{name: "Around", text: around})
	}
	r.asOf = rank.Window.AsOf
	r.footer = halfLife(rank.HalfDay)
	return r, nil
}

func rankText(r report.Rank) string {
	name := subjectName(report.Members, report.Place{ID: r.Member, Name: r.Name})
	if r.Place == 0 {
		return "**" + name + "** has no score now."
	}
	return fmt.Sprintf("**%s** is **%s** of %s, with a score of **%s**.",
		name, separate(strconv.Itoa(r.Place)), separate(strconv.Itoa(r.Of)), decimal(r.Score))
}

// breakdown explains the score, and gives the totals since counting began.
func breakdown(r report.Rank) []field {
	var fields []field
	var parts, totals []string
	for _, p := range r.Parts {
		parts = append(parts, fmt.Sprintf("%s **%s**", escape(p.Name), decimal(p.Points)))
	}
	for _, m := range []report.Metric{report.Messages, report.Voice, report.Reactions} {
		if v := r.Totals[m]; v > 0 {
			totals = append(totals, fmt.Sprintf("%s **%s**", metricNames[m], amount(m, v)))
		}
	}
	if len(parts) > 0 {
		fields = append(fields, field{name: "What the score is made of", text: strings.Join(parts, " · ")})
	}
	if len(totals) > 0 {
		fields = append(fields, field{name: "Since counting began", text: strings.Join(totals, " · ")})
	}
	return fields
}

// neighbours lists who stands around, the member in bold.
func neighbours(r report.Rank) string {
	var lines []string
	for _, p := range r.Around {
		line := fmt.Sprintf("%s. %s · %s", separate(strconv.Itoa(p.Rank)), subjectName(report.Members, p), decimal(p.Value))
		if p.ID == r.Member {
			line = "**" + line + "**"
		}
		// Behind a backslash the dot makes no list of it.
		lines = append(lines, strings.Replace(line, ". ", "\\. ", 1))
	}
	return strings.Join(lines, "\n")
}

func halfLife(days float64) string {
	if !(days > 0) {
		return ""
	}
	return "what was done counts half after " + strconv.FormatFloat(days, 'g', 3, 64) + " days"
}
