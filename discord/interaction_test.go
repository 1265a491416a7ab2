package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guildpulse/discord"
	"guildpulse/internal/fakediscord"
	"guildpulse/internal/report"
)

func TestCommandsAnswer(t *testing.T) {
	for _, tt := range []struct {
		command string
		options map[string]any
		user    uint64
		hidden  bool
		asked   any // of the reader
		says    []string
	}{
		{"top members", nil, ben, false,
			report.TopQuery{Guild: harbour, Subject: report.Members, Metric: report.Score, Period: report.Days7, Limit: 10},
			[]string{"Members by score", "▰▰▰▰▰▰▰▰ **1.** Person 1 · **2,500** · 10 %", "**10.**", "page 1 of 3 · 15–21 Nov 2026 · Europe/Berlin · as of", "Not heard: <t:", ": lost"}},
		{"top members", map[string]any{"period": "30d"}, ben, false,
			report.TopQuery{Guild: harbour, Subject: report.Members, Metric: report.Messages, Period: report.Days30, Limit: 10},
			[]string{"Members by messages · Last 30 days"}},
		{"top members", map[string]any{"metric": "reactions", "period": "all"}, ben, false,
			report.TopQuery{Guild: harbour, Subject: report.Members, Metric: report.Reactions, Period: report.All, Limit: 10},
			[]string{"Members by reactions · All time"}},
		{"top channels", nil, ben, false,
			report.TopQuery{Guild: harbour, Subject: report.Channels, Metric: report.Messages, Period: report.Days7, Limit: 10},
			[]string{"Channels by messages · Last 7 days", `\#Person 1`}},
		{"top voice", map[string]any{"period": "today"}, ben, false,
			report.TopQuery{Guild: harbour, Subject: report.Members, Metric: report.Voice, Period: report.Today, Limit: 10},
			[]string{"Members by voice time · Today", "41 h 40 min"}},
		{"rank", nil, ben, false, report.RankQuery{Guild: harbour, Member: ben},
			[]string{"**Person 7** is **3** of 1,200", "**45.3**", "messages **40.0**", "Messages **12,345**", "Voice time **2 h 15 min**", `**3\. Person 7`, "7 days"}},
		{"overview", map[string]any{"period": "90d"}, ben, false, report.OverviewQuery{Guild: harbour, Period: report.Days90},
			[]string{"Overview · Last 90 days", "Messages: **12,345** +23 %", "≈ 321 (±1.6 %)", "▁▂▃▄▆▇█", "Person 1 · **100**"}},
		{"status", nil, ana, true, "status", []string{"events journaled **1,234,567**", "store **12** at 99", "1.2.3", "members intent"}},
		{"dashboard", nil, ben, true, nil, []string{"<http://127.0.0.1:8080/enter/1>", "once"}},
		{"privacy status", nil, ben, true, nil, []string{"You are counted", "Never kept"}},
		{"privacy opt-out", nil, ben, true, nil, []string{"not counted"}},
		{"privacy opt-in", nil, ben, true, nil, []string{"You are counted"}},
		{"help", nil, ben, false, nil, []string{"`/top members [metric] [period]`", "`/privacy opt-out`", "`/status`"}},
	} {
		t.Run(tt.command, func(t *testing.T) {
			atDesk(t, func(t *testing.T, d *desk) {
				r := d.asks(tt.user, tt.command, tt.options)
				if r.Callback != fakediscord.CallbackMessage || r.Ephemeral() != tt.hidden {
					t.Errorf("callback %d, hidden %v; want %v", r.Callback, r.Ephemeral(), tt.hidden)
				}
				contains(t, r.Answer, tt.says...)
				if tt.asked != nil && d.reader.last() != tt.asked {
					t.Errorf("asked %+v, want %+v", d.reader.last(), tt.asked)
				}
				if st := d.handler.Stats(); st.Answered != 1 || st.Excused+st.Failed+st.Late != 0 {
					t.Errorf("stats %+v", st)
				}
			})
		})
	}
}

func TestPagesTurn(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		first := d.ask("top members", nil)
		if b := buttonsOf(t, first); len(b) != 4 || !b[0].Disabled || !b[1].Disabled || b[2].Disabled || b[3].Disabled {
			t.Fatalf("buttons of the first page %+v", b)
		}
		second := d.press(ana, first, "n")
		if second.Callback != fakediscord.CallbackUpdate {
			t.Errorf("callback %d", second.Callback)
		}
		contains(t, second.Answer, "**11.**", "**20.**", "page 2 of 3")
		last := d.press(ana, second, "l")
		contains(t, last.Answer, "**25.**", "page 3 of 3")
		if b := buttonsOf(t, last); b[0].Disabled || !b[2].Disabled || !b[3].Disabled {
			t.Errorf("buttons of the last page %+v", b)
		}
		contains(t, d.press(ana, last, "p").Answer, "page 2 of 3")
		contains(t, d.press(ana, last, "f").Answer, "page 1 of 3")
	})
}

func TestAPageThatIsGoneIsTheLastOne(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		r := d.ask("top members", nil)
		r = d.press(ana, r, "l")
		d.reader.total = 12
		r = d.press(ana, r, "p")
		contains(t, r.Answer, "**12.**", "page 2 of 2")
		d.reader.total = 0
		r = d.press(ana, r, "p")
		contains(t, r.Answer, "Nobody has a place")
		if len(buttonsOf(t, r)) != 0 {
			t.Error("buttons under nothing")
		}
	})
}

func TestADoubleClickTurnsOnePage(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		r := d.ask("top members", nil)
		next := buttonID(t, r, "n")
		for range 2 {
			again, err := d.srv.Interact(t.Context(), fakediscord.Interaction{
				Guild: harbour, Channel: general, User: ana, On: r, CustomID: next})
			if err != nil {
				// The first click replaced the button that the second one meant.
				if errors.Is(err, fakediscord.ErrNoComponent) {
					continue
				}
				t.Fatal(err)
			}
			contains(t, again.Answer, "page 2 of 3")
		}
	})
}

func TestOthersDoNotTurnPages(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		first := d.ask("top members", nil)
		r := d.press(ben, first, "n")
		if r.Callback != fakediscord.CallbackMessage || !r.Ephemeral() {
			t.Errorf("callback %d, hidden %v", r.Callback, r.Ephemeral())
		}
		contains(t, r.Answer, "belong to whoever asked")
		if len(d.reader.asked) != 1 {
			t.Errorf("asked %d times", len(d.reader.asked))
		}
	})
}

func TestRankTellsOthersOnlyThePlace(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		r := d.asks(ben, "rank", map[string]any{"member": ana})
		contains(t, r.Answer, "is **3** of 1,200")
		if text := textOf(r.Answer); strings.Contains(text, "12,345") || strings.Contains(text, "made of") || r.Ephemeral() {
			t.Errorf("hidden %v:\n%s", r.Ephemeral(), text)
		}
		r = d.asks(ana, "rank", map[string]any{"member": ben}) // she owns the server
		contains(t, r.Answer, "12,345")
		if !r.Ephemeral() {
			t.Error("everybody can read what ben did")
		}
	})
}

func TestStatusIsForManagers(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		_, err := d.srv.Interact(t.Context(), fakediscord.Interaction{Guild: harbour, Channel: general, User: ben, Command: "status"})
		if !errors.Is(err, fakediscord.ErrNotAllowed) {
			t.Errorf("the command is offered to everybody: %v", err)
		}
		// A server can show the command to whom it likes: we check for ourselves.
		d.handler.Handle([]byte(`{"id":"5","application_id":"6","token":"t","type":2,"guild_id":"7",
			"member":{"user":{"id":"8"},"permissions":"1024"},"data":{"name":"status"}}`))
		synctest.Wait()
		if st := d.handler.Stats(); st.Excused != 1 || len(d.reader.asked) != 0 {
			t.Errorf("stats %+v, asked %v", st, d.reader.asked)
		}
	})
}

func TestSlowAnswersAreDeferred(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.slowly(func() {
			r := d.ask("top members", nil)
			if r.Callback != fakediscord.CallbackDeferred || r.Edits != 1 || r.Ephemeral() {
				t.Errorf("callback %d, %d edits, hidden %v", r.Callback, r.Edits, r.Ephemeral())
			}
			if r.Took < time.Second || r.Took > 2*time.Second {
				t.Errorf("deferred after %v", r.Took)
			}
			contains(t, r.Answer, "Person 1")
		})
		r := d.ask("top members", nil)
		d.slowly(func() {
			turned := d.press(ana, r, "n")
			if turned.Callback != fakediscord.CallbackDeferredUpdate {
				t.Errorf("callback %d", turned.Callback)
			}
			contains(t, turned.Answer, "page 2 of 3")
		})
		d.slowly(func() {
			if r := d.ask("status", nil); r.Callback != fakediscord.CallbackDeferred || !r.Ephemeral() {
				t.Errorf("callback %d, hidden %v", r.Callback, r.Ephemeral())
			}
		})
		if st := d.handler.Stats(); st.Deferred != 3 || st.Answered != 4 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestErrorsAfterADeferralAreForOneAlone(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.reader.hold(make(chan struct{})) // for ever
		r := d.ask("overview", nil)
		r, err := d.srv.WaitReply(t.Context(), r, func(r *fakediscord.Reply) bool { return len(r.Followups) > 0 })
		d.must(err)
		if !r.Deleted || !r.Followups[0].Ephemeral() {
			t.Errorf("deleted %v, followup %+v", r.Deleted, r.Followups[0])
		}
		contains(t, r.Followups[0], "took too long")
	})
}

func TestErrorsAreSentencesForOneAlone(t *testing.T) {
	for err, says := range map[error]string{
		report.ErrNoGuild:        "Nothing has been counted in this server",
		report.ErrNoMember:       "has not been counted",
		report.ErrQuery:          "Choose among the options",
		report.ErrRebuilding:     "computed anew",
		report.ErrUnavailable:    "database cannot be reached",
		context.DeadlineExceeded: "took too long",
		errors.New("Ana's disk"): "in the bot's log",
	} {
		t.Run(says, func(t *testing.T) {
			atDesk(t, func(t *testing.T, d *desk) {
				d.reader.err = err
				if says == "in the bot's log" {
					d.reader.err = errors.New("the disk")
				}
				r := d.ask("top members", nil)
				if !r.Ephemeral() || len(r.Embeds) != 0 {
					t.Errorf("hidden %v", r.Ephemeral())
				}
				contains(t, r.Answer, says)
			})
		})
	}
}

func TestAPanicIsAnswered(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.reader.panic = true
		r := d.ask("rank", nil)
		contains(t, r.Answer, "Something went wrong")
		if st := d.handler.Stats(); st.Panics != 1 || !r.Ephemeral() {
			t.Errorf("stats %+v, hidden %v", st, r.Ephemeral())
		}
		if !strings.Contains(d.logs.String(), `"panic_type":"string"`) { // and bubble looks for Ana
			t.Error("the panic is not in the logs")
		}
	})
}

func TestPrivacyRemembers(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.asks(ben, "privacy opt-out", nil)
		contains(t, d.asks(ben, "privacy status", nil).Answer, "opted out")
		contains(t, d.asks(ana, "privacy status", nil).Answer, "You are counted")
		d.asks(ben, "privacy opt-in", nil)
		contains(t, d.asks(ben, "privacy status", nil).Answer, "You are counted")
		d.privacy.err = errors.New("the journal is full")
		r := d.asks(ben, "privacy opt-out", nil)
		contains(t, r.Answer, "Something went wrong")
	})
}

func TestLinksAreMadeForThePerson(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.asks(ben, "dashboard", nil)
		d.asks(ana, "dashboard", nil)
		want := "guild 1000000000000000001 user 1000000000000000006 manage false|guild 1000000000000000001 user 1000000000000000005 manage true"
		if got := strings.Join(d.links.made, "|"); got != want {
			t.Errorf("links %s", got)
		}
	})
}

func TestCommandsAreRegisteredOnce(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		puts := func() (n int) {
			for _, q := range d.srv.Recording().Requests {
				if q.Method == http.MethodPut {
					n++
				}
			}
			return n
		}
		app, err := d.rest.Application(t.Context())
		d.must(err)
		if app.ID != "1100000000000000001" {
			t.Errorf("application %s", app.ID)
		}
		did, err := d.rest.Register(t.Context(), d.memo, d.srv.Application(), discord.Definitions())
		if did || err != nil || puts() != 1 {
			t.Errorf("registered again: %v, %v, %d PUTs", did, err, puts())
		}
		defs := discord.Definitions()
		defs[0].Description = "Something else"
		did, err = d.rest.Register(t.Context(), d.memo, d.srv.Application(), defs)
		if !did || err != nil || puts() != 2 {
			t.Errorf("not registered: %v, %v, %d PUTs", did, err, puts())
		}
	})
}

func TestExpiredTokensAreOnlyCounted(t *testing.T) {
	atDeskOf(t, fakediscord.Config{InteractionLife: 5 * time.Second}, func(t *testing.T, d *desk) {
		gate := make(chan struct{})
		d.reader.hold(gate)
		r, err := d.srv.Interact(t.Context(), fakediscord.Interaction{
			Guild: harbour, Channel: general, User: ana, Command: "overview", CallbackOnly: true})
		d.must(err)
		if r.Callback != fakediscord.CallbackDeferred {
			t.Fatalf("callback %d", r.Callback)
		}
		d.pass(10 * time.Second)
		close(gate)
		d.must(d.handler.Close(t.Context()))
		if st := d.handler.Stats(); st.Late != 1 || st.Failed != 0 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestTheSameInteractionTwiceIsAnsweredOnce(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		kept := make(chan json.RawMessage, 1)
		d.seen = func(raw json.RawMessage) { kept <- bytes.Clone(raw) }
		contains(t, d.ask("top members", nil).Answer, "Person 1")
		d.handler.Handle(<-kept) // a replay after RESUME
		d.must(d.handler.Close(t.Context()))
		if st := d.handler.Stats(); st.Late != 1 || st.Failed != 0 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestNobodyWaitsForWhatIsTooMuch(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		d.reader.hold(make(chan struct{})) // for ever
		payload := func(n int) json.RawMessage {
			return fmt.Appendf(nil, `{"id":"%d","application_id":"6","token":"t%d","type":2,"guild_id":"7",
				"member":{"user":{"id":"8"},"permissions":"8"},"data":{"name":"status"}}`, n+1, n)
		}
		for n := range 600 {
			d.handler.Handle(payload(n))
		}
		synctest.Wait()
		if st := d.handler.Stats(); st.Dropped != 600-512 {
			t.Errorf("stats %+v", st)
		}
		d.reader.mu.Lock()
		if n := len(d.reader.asked); n != 32 {
			t.Errorf("%d questions at once", n)
		}
		d.reader.mu.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := d.handler.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: %v", err)
		}
		d.handler.Handle(payload(1000))
		if st := d.handler.Stats(); st.Dropped != 600-512+1 || st.Received != 601 {
			t.Errorf("after Close: stats %+v", st)
		}
	})
}

func TestOddInteractions(t *testing.T) {
	const person = `"member":{"user":{"id":"8"},"permissions":"8"}`
	for _, tt := range []struct {
		name, payload string
		want          discord.HandlerStats
	}{
		{"no JSON", `{`, discord.HandlerStats{Malformed: 1}},
		{"no ids", `{}`, discord.HandlerStats{Malformed: 1}},
		{"an id of letters", `{"id":"x"}`, discord.HandlerStats{Malformed: 1}},
		{"a ping", `{"id":"1","application_id":"2","token":"t","type":1,` + person + `}`, discord.HandlerStats{}},
		{"autocomplete", `{"id":"1","application_id":"2","token":"t","type":4,` + person + `}`, discord.HandlerStats{}},
		{"unknown command", `{"id":"1","application_id":"2","token":"t","type":2,"guild_id":"3",` + person + `,"data":{"name":"x"}}`, discord.HandlerStats{Excused: 1, Late: 1}},
		{"outside of servers", `{"id":"1","application_id":"2","token":"t","type":2,"user":{"id":"8"},"data":{"name":"help"}}`, discord.HandlerStats{Excused: 1, Late: 1}},
		{"an old button", `{"id":"1","application_id":"2","token":"t","type":3,"guild_id":"3",` + person + `,"data":{"custom_id":"0/x"}}`, discord.HandlerStats{Excused: 1, Late: 1}},
		{"no period", `{"id":"1","application_id":"2","token":"t","type":2,"guild_id":"3",` + person + `,"data":{"name":"overview","options":[{"name":"period","type":3,"value":7}]}}`, discord.HandlerStats{Excused: 1, Late: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			atDesk(t, func(t *testing.T, d *desk) {
				d.handler.Handle(json.RawMessage(tt.payload))
				d.must(d.handler.Close(t.Context()))
				tt.want.Received = 1
				if st := d.handler.Stats(); st != tt.want {
					t.Errorf("stats %+v, want %+v", st, tt.want)
				}
			})
		})
	}
}

// FuzzInteraction holds that no payload makes the reading of it fail otherwise
// than by an error, and that what is read has its ids.
func FuzzInteraction(f *testing.F) {
	f.Add([]byte(`{"id":"1","application_id":"2","token":"t","type":2,"guild_id":"3","member":{"user":{"id":"8"},"permissions":"8"},
		"data":{"name":"top","options":[{"name":"members","type":1,"options":[{"name":"metric","type":3,"value":"score"}]}]}}`))
	f.Add([]byte(`{"id":null,"data":{"options":[{"type":1,"options":[{"type":1}]}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		named, err := discord.ParseInteraction(raw)
		if err != nil && !errors.Is(err, discord.ErrMalformed) {
			t.Fatalf("%q: %v", raw, err)
		}
		if err == nil && !named {
			t.Fatalf("%q was read without its ids", raw)
		}
	})
}

func ExampleDefinitions() {
	for _, d := range discord.Definitions() {
		fmt.Printf("/%s %d\n", d.Name, len(d.Options))
	}
	// Output:
	// /top 3
	// /rank 1
	// /overview 1
	// /dashboard 0
	// /privacy 3
	// /status 0
	// /help 0
}

func ExampleHandler() {
	rest, err := discord.NewREST(discord.RESTConfig{Token: discord.NewSecret("from the developer portal")})
	if err != nil {
		fmt.Println(err)
		return
	}
	handler := discord.NewHandler(discord.HandlerConfig{Reader: newScript(), REST: rest})
	cfg := discord.Config{Interactions: handler.Handle} // of the gateway's reader
	cfg.Interactions(json.RawMessage(`{"type":1}`))     // as it would
	fmt.Println(handler.Close(context.Background()), handler.Stats().Malformed)
	// Output: <nil> 1
}
