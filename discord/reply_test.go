package discord_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guildpulse/discord"
	"guildpulse/internal/report"
)

func TestRepliesKeepDiscordsLimits(t *testing.T) {
	for _, unit := range []string{"x", "😀", "line\n", "\u200b", `\*`} {
		long := strings.Repeat(unit, 9000)
		for _, fields := range []int{0, 1, 5, 25, 60} {
			m := discord.FitReply(long, long, long, fields, long, long)
			e := m.Embeds[0]
			total := 0
			check := func(what, s string, limit int) {
				n := discord.UTF16Len(s)
				if total += n; n > limit {
					t.Errorf("%q: the %s is %d long, %d is allowed", unit, what, n, limit)
				}
			}
			check("title", e.Title, 256)
			check("description", e.Description, 4096)
			check("footer", e.Footer.Text, 2048)
			for _, f := range e.Fields {
				check("field's name", f.Name, 256)
				check("field's value", f.Value, 1024)
				if f.Name == "" || f.Value == "" {
					t.Errorf("%q: an empty field", unit)
				}
			}
			if total > 6000 || len(e.Fields) > 25 {
				t.Errorf("%q: %d in all, %d fields", unit, total, len(e.Fields))
			}
			if m.Mentions != (struct{}{}) {
				t.Error("mentions")
			}
		}
		if n := discord.UTF16Len(discord.FitWord(long)); n > 2000 || n < 1900 {
			t.Errorf("%q: a content of %d", unit, n)
		}
	}
}

func TestCuttingTearsNoLine(t *testing.T) {
	line := `**1.** a\*b` + "\n"
	got := discord.FitWord(strings.Repeat(line, 1000))
	if !strings.HasSuffix(got, strings.TrimSuffix(line, "\n")+"\n…") {
		t.Errorf("ends %q", got[len(got)-30:])
	}
}

func TestEverythingSaidCallsNobody(t *testing.T) {
	b, err := json.Marshal(discord.FitReply("a", "b", "c", 1, "d", "e"))
	if err != nil || !strings.Contains(string(b), `"allowed_mentions":{"parse":[]}`) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestCustomIDs(t *testing.T) {
	for _, s := range []report.Subject{report.Members, report.Channels} {
		for _, m := range report.Metrics() {
			for _, p := range report.Periods() {
				text := fmt.Sprintf("1/top/%s/%s/%s/9999990/18446744073709551615/n", s, m, p)
				state, err := discord.ParsePage(text)
				if err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				if got := discord.PageID(state, "n"); got != text || len(got) > 100 {
					t.Errorf("%s became %s, %d long", text, got, len(got))
				}
			}
		}
	}
}

// FuzzCustomID holds that what is understood is written the same again.
func FuzzCustomID(f *testing.F) {
	f.Add("1/top/members/score/7d/20/5/n")
	f.Add("1/top/members/score//20/5/n")
	f.Add("2/top/members/score/7d/20/5/n")
	f.Add("1/top/members/score/7d/-1/5/n")
	f.Fuzz(func(t *testing.T, text string) {
		state, err := discord.ParsePage(text)
		if err != nil {
			if !errors.Is(err, discord.ErrStalePage) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := discord.ParsePage(discord.PageID(state, "x"))
		if err != nil || again != state {
			t.Fatalf("%q became %+v, then %+v, %v", text, state, again, err)
		}
	})
}

func TestHostileNamesStayInTheirLines(t *testing.T) {
	evil := "<@1>\n**x**\u202e@everyone https://evil " + strings.Repeat("😀", 50)
	atDesk(t, func(t *testing.T, d *desk) {
		d.reader.name = func(int) string { return evil }
		for _, command := range []string{"top members", "top channels", "rank", "overview"} {
			text := textOf(d.ask(command, nil).Answer)
			for _, bad := range []string{"<@", "\u202e", " @", "://", "\n**x"} {
				if strings.Contains(text, bad) {
					t.Errorf("/%s: %q in\n%s", command, bad, text)
				}
			}
		}
	})
}
