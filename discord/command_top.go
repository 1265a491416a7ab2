package discord

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"guildpulse/internal/report"
)

func defineTop() Definition {
	all := []report.Metric{report.Score, report.Messages, report.Voice, report.Reactions}
	return slash("top", "Rankings of members and channels",
		sub("members", "The most active members",
			optionMetric("By what; messages if there is a period, else score", all...), optionPeriod()),
		sub("channels", "The most active channels",
			optionMetric("By what; messages if left out", all[1:]...), optionPeriod()),
		sub("voice", "Who spent most time in voice channels", optionPeriod()),
	)
}

// answerTop answers /top with the first page.
func answerTop(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	p, err := topState(i)
	if err != nil {
		return nil, err
	}
	return p.page(ctx, h, i.Guild)
}

// topState reads what was asked for. The score knows no period: whoever gives one
// and no metric wants messages.
func topState(i *interaction) (p pageState, err error) {
	p = pageState{subject: report.Members, user: i.User}
	metric := i.Options["metric"]
	switch {
	case i.Sub == "voice":
		metric = string(report.Voice)
	case i.Sub == "channels":
		p.subject = report.Channels
		fallthrough
	case i.Options["period"] != "":
		if metric == "" {
			metric = string(report.Messages)
		}
	}
	if p.metric, err = report.ParseMetric(metric); err != nil {
		return p, err
	}
	p.period, err = report.ParsePeriod(i.Options["period"])
	return p, err
}

// answerButton turns a page.
func answerButton(ctx context.Context, h *Handler, i *interaction) (*reply, error) {
	p, err := parseCustomID(i.CustomID)
	switch {
	case err != nil:
		return nil, err
	case i.Guild == 0:
		return nil, errNoServer
	case p.user != i.User:
		return nil, errForeign
	}
	return p.page(ctx, h, i.Guild)
}

// page asks for a page. If the ranking became shorter meanwhile, the last one.
func (p pageState) page(ctx context.Context, h *Handler, guild uint64) (*reply, error) {
	q := report.TopQuery{
		Guild: guild, Subject: p.subject, Metric: p.metric, Period: p.period, Offset: p.offset, Limit: pageSize,
	}
	top, err := h.cfg.Reader.Top(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(top.Places) == 0 && top.Total > 0 && q.Offset > 0 {
		p = p.at((top.Total - 1) / pageSize * pageSize)
		q.Offset = p.offset
		if top, err = h.cfg.Reader.Top(ctx, q); err != nil {
			return nil, err
		}
	}
	return p.show(top), nil
}

// show writes a page.
func (p pageState) show(top report.Top) *reply {
	r := &reply{title: p.title(), buttons: p.buttons(top.Total)}
	if len(top.Places) == 0 {
		r.text = "Nobody has a place here yet."
		if p.subject == report.Channels {
			r.text = "No channel has a place here yet."
		}
	} else {
		r.text = p.lines(top)
	}
	r.window(top.Window)
	if top.Total > pageSize {
		r.footer = join(fmt.Sprintf("page %d of %d", p.offset/pageSize+1, (top.Total+pageSize-1)/pageSize), r.footer)
	}
	return r
}

func (p pageState) title() string {
	what := "Members"
	if p.subject == report.Channels {
		what = "Channels"
	}
	if p.metric == report.Score {
		return what + " by score"
	}
	return what + " by " + strings.ToLower(metricNames[p.metric]) + " · " + periodNames[p.period]
}

// lines writes one line a place: a bar, the place, the name, the value, and its
// part of the whole. Bars are drawn beside the page's first.
func (p pageState) lines(top report.Top) string {
	var b strings.Builder
	greatest := top.Places[0].Value
	for _, at := range top.Places {
		parts := []string{"**" + amount(p.metric, at.Value) + "**"}
		if s := share(at.Value, top.Sum); s != "" {
			parts = append(parts, s)
		}
		fmt.Fprintf(&b, "%s **%s.** %s · %s\n", bar(at.Value, greatest), separate(strconv.Itoa(at.Rank)),
			subjectName(p.subject, at), strings.Join(parts, " · "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// subjectName is what a place's holder is called here. Whoever has no name that
// can be shown is told apart by the id's last digits.
func subjectName(s report.Subject, p report.Place) string {
	tail := fmt.Sprintf("%04d", p.ID%10000)
	if s == report.Channels {
		return "\\#" + safeName(p.Name, "channel …"+tail)
	}
	return safeName(p.Name, "member …"+tail)
}
