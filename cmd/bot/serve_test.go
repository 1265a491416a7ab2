package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guildpulse/internal/fakediscord"
)

// ask gives a command until its answer is right: what was just posted becomes
// visible within a second.
func ask(t *testing.T, srv *fakediscord.Server, guild uint64, command string, options map[string]any, right func(string) bool) string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	text := ""
	for {
		reply, err := srv.Interact(ctx, fakediscord.Interaction{
			Guild: guild, Channel: 1000, User: 1, Command: command, Options: options,
		})
		if err != nil && ctx.Err() != nil {
			t.Fatalf("/%s: %v; last answer:\n%s", command, err, text)
		}
		if err == nil {
			text = textOf(reply)
			if right(text) {
				return text
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("/%s says:\n%s", command, text)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func textOf(r *fakediscord.Reply) string {
	parts := []string{r.Content}
	for _, e := range r.Embeds {
		parts = append(parts, e.Title, e.Description)
		for _, f := range e.Fields {
			parts = append(parts, f.Name, f.Value)
		}
	}
	return strings.Join(parts, "\n")
}

// freePort finds a port on loopback.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestAFrameInAndARankingOut is the whole way: messages through the gateway, ranking
// and page out, the same after a kill and a restart, on both databases.
func TestAFrameInAndARankingOut(t *testing.T) {
	databases(t, func(t *testing.T, database string) {
		srv, guild := harbour(t, 2, 3)
		b := newBot(t, database)
		b.at(srv)
		addr := freePort(t)
		b.env = append(b.env, "GUILDPULSE_WEB_LISTEN="+addr)
		p := b.start("serve")
		await(t, srv, "registered commands", func(r *fakediscord.Recording) bool {
			return r.Heartbeats > 0 && slices.ContainsFunc(r.Requests, func(q fakediscord.Request) bool { return q.Method == http.MethodPut })
		})
		for i, author := range []uint64{2, 3, 2, 1, 2, 3} {
			if _, err := srv.PostMessage(fakediscord.Message{Channel: uint64(1000 + i%2), Author: author, Content: "never kept"}); err != nil {
				t.Fatal(err)
			}
		}
		top := map[string]any{"metric": "messages", "period": "7d"}
		// Names are best effort: a kill may cost those of the last second.
		nameless := strings.NewReplacer("Ana 0", "member 1", "Ana 1", "member 2", "Ana 2", "member 3")
		places := regexp.MustCompile(`\*\*1\.\*\* member 2 · \*\*3\*\*(?s:.*)\*\*2\.\*\* member 3 · \*\*2\*\*(?s:.*)\*\*3\.\*\* member 1 · \*\*1\*\*`)
		right := func(s string) bool { return places.MatchString(nameless.Replace(s)) }
		before := ask(t, srv, guild, "top members", top, func(s string) bool { return right(s) && strings.Contains(s, "Ana 1") })
		p.kill()
		p = b.start("serve")
		await(t, srv, "a resumed session", func(r *fakediscord.Recording) bool { return len(r.Resumes) > 0 })
		after := ask(t, srv, guild, "top members", top, right)
		if nameless.Replace(before) != nameless.Replace(after) {
			t.Errorf("before the kill:\n%s\nafter it:\n%s", before, after)
		}
		if _, err := srv.PostMessage(fakediscord.Message{Channel: 1000, Author: 3}); err != nil {
			t.Fatal(err)
		}
		ask(t, srv, guild, "rank", nil, func(s string) bool { return strings.Contains(s, "Ana 0") })
		await(t, srv, "the server's structure", func(r *fakediscord.Recording) bool {
			return slices.ContainsFunc(r.Requests, func(q fakediscord.Request) bool { return strings.HasSuffix(q.Path, "/channels") })
		})
		link := regexp.MustCompile(`http://` + regexp.QuoteMeta(addr) + `/sign-in/\S+`)
		said := ask(t, srv, guild, "dashboard", nil, link.MatchString)
		page := open(t, strings.TrimRight(link.FindString(said), "›>)*_`"), guild)
		for _, want := range []string{"Harbour", "Ana 0", "room-0"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not show %q:\n%s", want, page)
			}
		}
		p.stop()
		if got := b.totals(guild, "member"); got["2"] != 3 || got["3"] != 3 || got["1"] != 1 {
			t.Errorf("totals %v, want 2:3 3:3 1:1", got)
		}
		if r := srv.Recording(); len(r.Violations)+len(r.Unknown) > 0 {
			t.Errorf("Discord would object: %v %v", r.Violations, r.Unknown)
		}
	})
}

// open spends a one-time link and returns the overview's page.
func open(t *testing.T, link string, guild uint64) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	secret := at.Path[strings.LastIndex(at.Path, "/")+1:]
	r, err := client.PostForm(at.Scheme+"://"+at.Host+"/sign-in", url.Values{"secret": {secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK || !strings.Contains(r.Request.URL.Path, strconv.FormatUint(guild, 10)) {
		t.Fatalf("%s: %d\n%s", r.Request.URL, r.StatusCode, body)
	}
	return string(body)
}
