package discord_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/report"
)

// desk is a whole bot before a stand-in for Discord, with answers from a script:
// interactions come through the gateway and are answered over REST.
type desk struct {
	*stand
	rest    *discord.REST
	handler *discord.Handler
	memo    memo
	reader  *script
	privacy *optOuts
	links   *links
	seen    func(json.RawMessage) // nil, or what hears of payloads too
}

// atDesk runs a test with commands registered and a session that listens.
func atDesk(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	atDeskOf(t, fakediscord.Config{}, f)
}

func atDeskOf(t *testing.T, cfg fakediscord.Config, f func(t *testing.T, d *desk)) {
	t.Helper()
	cfg.HeartbeatInterval = fake.HeartbeatInterval
	bubble(t, cfg, func(s *stand) {
		d := &desk{stand: s, memo: memo{}, reader: newScript(), privacy: &optOuts{}, links: &links{}}
		d.open()
		f(s.t, d)
		if err := d.handler.Close(s.t.Context()); err != nil {
			t.Errorf("close: %v", err)
		}
		for _, q := range s.srv.Recording().Requests {
			if strings.Contains(string(q.Body), `"content"`) && !strings.Contains(string(q.Body), `"allowed_mentions":{"parse":[]}`) {
				t.Errorf("%s %s could call somebody: %s", q.Method, q.Path, q.Body)
			}
		}
		if unknown := s.srv.Recording().Unknown; len(unknown) > 0 {
			t.Errorf("asked what Discord does not have: %v", unknown)
		}
	})
}

// open makes the bot and lets it register its commands.
func (d *desk) open() {
	d.t.Helper()
	log := slog.New(slog.NewJSONHandler(d.logs, nil))
	tr, err := discord.NewTransport(discord.TransportConfig{
		BaseURL: d.cfg.BaseURL, Log: log,
		Base: &http.Transport{DialContext: d.cfg.Dial, DisableKeepAlives: true},
	})
	d.must(err)
	d.rest, err = discord.NewREST(discord.RESTConfig{Token: d.cfg.Token, Transport: tr})
	d.must(err)
	d.handler = discord.NewHandler(discord.HandlerConfig{
		Reader: d.reader, REST: d.rest, Privacy: d.privacy, Links: d.links, Log: log,
	})
	d.cfg.Interactions = func(raw json.RawMessage) {
		if d.seen != nil {
			d.seen(raw)
		}
		d.handler.Handle(raw)
	}
	_, err = d.rest.Register(d.t.Context(), d.memo, d.srv.Application(), discord.Definitions())
	d.must(err)
	d.start()
	d.sessions(1)
}

// ask lets ana use a command, "top members", and returns the answer.
func (d *desk) ask(command string, options map[string]any) *fakediscord.Reply {
	d.t.Helper()
	return d.asks(ana, command, options)
}

func (d *desk) asks(user uint64, command string, options map[string]any) *fakediscord.Reply {
	d.t.Helper()
	r, err := d.srv.Interact(d.t.Context(), fakediscord.Interaction{
		Guild: harbour, Channel: general, User: user, Command: command, Options: options})
	if err != nil {
		d.t.Fatalf("/%s: %v", command, err)
	}
	return r
}

// press presses the button whose id ends so.
func (d *desk) press(user uint64, on *fakediscord.Reply, which string) *fakediscord.Reply {
	d.t.Helper()
	r, err := d.srv.Interact(d.t.Context(), fakediscord.Interaction{
		Guild: harbour, Channel: general, User: user, On: on, CustomID: buttonID(d.t, on, which)})
	d.must(err)
	return r
}

// buttonID finds a button's custom_id by its last letter.
func buttonID(t *testing.T, r *fakediscord.Reply, which string) string {
	t.Helper()
	for _, b := range buttonsOf(t, r) {
		if strings.HasSuffix(b.CustomID, "/"+which) {
			return b.CustomID
		}
	}
	t.Fatalf("no button %s in %s", which, r.Components)
	return ""
}

type pressable struct {
	CustomID string `json:"custom_id"`
	Disabled bool   `json:"disabled"`
	Label    string `json:"label"`
}

func buttonsOf(t *testing.T, r *fakediscord.Reply) (all []pressable) {
	t.Helper()
	var rows []struct{ Components []pressable }
	if err := json.Unmarshal(r.Components, &rows); err != nil && len(r.Components) > 0 {
		t.Fatal(err)
	}
	for _, row := range rows {
		all = append(all, row.Components...)
	}
	return all
}

// textOf is all of an answer that people read.
func textOf(a fakediscord.Answer) string {
	var b strings.Builder
	b.WriteString(a.Content)
	for _, e := range a.Embeds {
		fmt.Fprintf(&b, "%s\n%s\n", e.Title, e.Description)
		for _, f := range e.Fields {
			fmt.Fprintf(&b, "%s: %s\n", f.Name, f.Value)
		}
		b.WriteString(e.Footer.Text)
	}
	return b.String()
}

// contains checks that an answer says all of these.
func contains(t *testing.T, a fakediscord.Answer, all ...string) {
	t.Helper()
	text := textOf(a)
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

// memo remembers in memory.
type memo map[string]string

func (m memo) Get(_ context.Context, key string) (string, error) { return m[key], nil }
func (m memo) Set(_ context.Context, key, value string) error    { m[key] = value; return nil }

// optOuts is Privacy in memory.
type optOuts struct {
	mu  sync.Mutex
	out map[[2]uint64]bool
	err error
}

func (p *optOuts) OptedOut(_ context.Context, guild, user uint64) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out[[2]uint64{guild, user}], p.err
}

func (p *optOuts) SetOptOut(_ context.Context, guild, user uint64, out bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out == nil {
		p.out = map[[2]uint64]bool{}
	}
	p.out[[2]uint64{guild, user}] = out
	return p.err
}

// links hands out numbered links.
type links struct{ made []string }

func (l *links) Link(_ context.Context, guild, user uint64, permissions uint64) (string, error) {
	l.made = append(l.made, fmt.Sprintf("guild %d user %d manage %v", guild, user, permissions&(1<<5) != 0))
	return fmt.Sprintf("http://127.0.0.1:8080/enter/%d", len(l.made)), nil
}

// script is a report.Reader that knows 25 members and answers what a test says.
type script struct {
	mu    sync.Mutex
	asked []any
	gate  chan struct{} // nil, or what answers wait for
	err   error
	panic bool
	total int
	name  func(n int) string
}

func newScript() *script {
	return &script{total: 25, name: func(n int) string { return fmt.Sprintf("Person %d", n) }}
}

// heard notes a question and waits as long as the script says.
func (s *script) heard(ctx context.Context, q any) error {
	s.mu.Lock()
	s.asked = append(s.asked, q)
	gate, err, fall := s.gate, s.err, s.panic
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if fall {
		panic("Ana's secret")
	}
	return err
}

// hold lets answers wait for a gate, from now on.
func (s *script) hold(gate chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = gate
}

// last is the newest question.
func (s *script) last() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[len(s.asked)-1]
}

var asOf = time.Date(2026, 11, 21, 14, 3, 0, 0, time.UTC)

func window(p report.Period) report.Window {
	return report.Window{
		Period: p, From: "2026-11-15", To: "2026-11-21", Zone: "Europe/Berlin", AsOf: asOf,
		Gaps: []report.Gap{{From: asOf.Add(-time.Hour), To: asOf.Add(-50 * time.Minute), State: "lost"}},
	}
}

func (s *script) Top(ctx context.Context, q report.TopQuery) (report.Top, error) {
	if err := s.heard(ctx, q); err != nil {
		return report.Top{}, err
	}
	top := report.Top{Query: q, Window: window(q.Period), Total: s.total, Sum: 25000}
	for n := q.Offset; n < min(q.Offset+q.Limit, s.total); n++ {
		top.Places = append(top.Places, report.Place{
			Rank: n + 1, ID: uint64(5000 + n), Name: s.name(n + 1), Value: float64(2500 - 100*n),
		})
	}
	return top, nil
}

func (s *script) Rank(ctx context.Context, q report.RankQuery) (report.Rank, error) {
	if err := s.heard(ctx, q); err != nil {
		return report.Rank{}, err
	}
	return report.Rank{
		Guild: q.Guild, Member: q.Member, Name: s.name(7), Place: 3, Of: 1200, Score: 45.26,
		Parts:   []report.Part{{Name: "messages", Points: 40}, {Name: "voice", Points: 5.26}},
		Around:  []report.Place{{Rank: 2, ID: 1, Name: "Above", Value: 50}, {Rank: 3, ID: q.Member, Name: s.name(7), Value: 45.26}},
		Totals:  map[report.Metric]float64{report.Messages: 12345, report.Voice: 135},
		HalfDay: 7, Window: window(report.All),
	}, nil
}

func (s *script) Overview(ctx context.Context, q report.OverviewQuery) (report.Overview, error) {
	if err := s.heard(ctx, q); err != nil {
		return report.Overview{}, err
	}
	o := report.Overview{
		Guild: q.Guild, Name: s.name(0), Window: window(q.Period),
		Messages: report.Figure{Now: 12345, Before: 10000}, Voice: report.Figure{Now: 135},
		Monthly: report.Figure{Now: 321, Error: 0.016},
		Members: []report.Place{{Rank: 1, ID: 9, Name: s.name(1), Value: 100}},
	}
	for n := range 7 {
		o.Series = append(o.Series, report.Point{Value: float64(n)})
	}
	return o, nil
}

func (s *script) Status(ctx context.Context) (report.Status, error) {
	if err := s.heard(ctx, "status"); err != nil {
		return report.Status{}, err
	}
	return report.Status{
		Since: asOf, Version: "1.2.3", Reader: "native", Store: "sqlite",
		Counters: []report.Counter{{Name: "events_journaled_total", Value: 1234567}},
		Lags:     []report.Lag{{Cursor: "store", Next: 99, Behind: 12}},
		Notes:    []string{"The members intent was refused."},
	}, nil
}
