//go:build shareddata

package discord_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guildpulse/internal/fakediscord"
	"guildpulse/internal/guild"
	"guildpulse/internal/openapicheck"
)

// description loads Discord's own description of its API.
func description(t *testing.T) *openapicheck.Checker {
	t.Helper()
	dir := os.Getenv("GUILDPULSE_SHARED_DATA")
	if dir == "" {
		t.Fatal("set GUILDPULSE_SHARED_DATA to the folder that holds discord-openapi.json.gz")
	}
	c, err := openapicheck.Load(filepath.Join(dir, "discord-openapi.json.gz"), openapicheck.Discord()...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everything lets the bot say all that it can, and returns the requests it made.
func everything(t *testing.T) (all []fakediscord.Request) {
	t.Helper()
	atDesk(t, func(t *testing.T, d *desk) {
		for _, command := range []string{
			"top channels", "top voice", "rank", "overview", "status", "dashboard",
			"privacy status", "privacy opt-out", "privacy opt-in", "help",
		} {
			d.ask(command, nil)
		}
		r := d.ask("top members", nil)
		d.press(ben, r, "n")
		d.press(ana, r, "n")
		d.slowly(func() { d.ask("top members", nil) })
		d.slowly(func() { d.ask("status", nil) })
		d.slowly(func() { d.press(ana, r, "l") })
		d.reader.hold(make(chan struct{})) // for ever: a promise is taken back
		late := d.ask("overview", nil)
		_, err := d.srv.WaitReply(t.Context(), late, func(r *fakediscord.Reply) bool { return len(r.Followups) > 0 })
		d.must(err)
		_, err = d.rest.Application(t.Context())
		d.must(err)
		_, err = d.rest.Me(t.Context())
		d.must(err)
		_, err = d.rest.Guild(t.Context(), harbour)
		d.must(err)
		_, err = d.rest.Member(t.Context(), harbour, ana)
		d.must(err)
		_, err = d.rest.User(t.Context(), ana)
		d.must(err)
		_, err = d.rest.History(t.Context(), guild.Channel{Guild: harbour, ID: general}, 1)
		d.must(err)
		all = d.srv.Recording().Requests
	})
	return all
}

func TestWhatIsSentIsWhatDiscordDescribes(t *testing.T) {
	c := description(t)
	for _, q := range everything(t) {
		if err := c.Check(request(q)); err != nil {
			t.Errorf("%v\n%s", err, q.Body)
		}
	}
	t.Logf("checked against Discord's description:\n%s", c.Report())
	for _, operation := range []string{
		"PUT /applications/{application_id}/commands",
		"POST /interactions/{interaction_id}/{interaction_token}/callback",
		"PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original",
		"DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original",
		"POST /webhooks/{webhook_id}/{webhook_token}",
		"GET /applications/@me", "GET /users/@me", "GET /guilds/{guild_id}", "GET /guilds/{guild_id}/members/{user_id}", "GET /gateway/bot",
	} {
		if c.Counts()[operation] == 0 {
			t.Errorf("%s was never sent", operation)
		}
	}
}

func request(q fakediscord.Request) openapicheck.Request {
	return openapicheck.Request{Method: q.Method, Path: q.Path, Query: q.Query, Body: q.Body}
}

// TestATypoAnywhereIsFound plants a misspelt key, in turn, in every object of
// every body that the bot sends.
func TestATypoAnywhereIsFound(t *testing.T) {
	c := description(t)
	planted := 0
	for _, q := range everything(t) {
		if len(q.Body) == 0 {
			continue
		}
		for n := 0; ; n++ {
			body, there := misspell(t, q.Body, n)
			if !there {
				break
			}
			planted++
			q := q
			q.Body = body
			if err := c.Check(request(q)); !errors.Is(err, openapicheck.ErrBody) {
				t.Errorf("%s %s: not found (%v) in %s", q.Method, q.Path, err, body)
			}
		}
	}
	t.Logf("%d typos were planted", planted)
	if planted < 100 {
		t.Errorf("only %d typos were planted", planted)
	}
}

// misspell adds a key to the nth object of a body.
func misspell(t *testing.T, body []byte, n int) ([]byte, bool) {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	for o := range objects(v) {
		if n == 0 {
			o["contnet"] = "x"
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			return b, true
		}
		n--
	}
	return nil, false
}

// objects visits every object in a value, in order.
func objects(v any) func(yield func(map[string]any) bool) {
	return func(yield func(map[string]any) bool) { visit(v, yield) }
}

func visit(v any, yield func(map[string]any) bool) bool {
	switch x := v.(type) {
	case []any:
		for _, in := range x {
			if !visit(in, yield) {
				return false
			}
		}
	case map[string]any:
		if !yield(x) {
			return false
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			if !visit(x[key], yield) {
				return false
			}
		}
	}
	return true
}
